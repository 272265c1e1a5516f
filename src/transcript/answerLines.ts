// What a person answered, gathered from the question and answer lines of a transcript.
import * as z from 'zod/mini';
import type { PastCall } from '../contracts/ruleUse.ts';

/** A question without its answer: the calls it is about and, for edits, the ids of the hunks of each file. */
export const ASKED = z.object({ calls: z.array(z.string()), hunks: z.record(z.string(), z.array(z.string())) });
type Asked = z.infer<typeof ASKED>;

const REVIEW = z.object({
  changes: z.array(z.object({ path: z.string(), hunks: z.array(z.object({ id: z.string() })) })),
});
export const QUESTION_LINE = z.object({
  question: z.object({
    id: z.string(),
    call: z.exactOptional(z.string()),
    calls: z.exactOptional(z.array(z.string())),
    review: z.exactOptional(REVIEW),
  }),
});
export const ANSWER_LINE = z.object({
  question: z.string(),
  answer: z.object({
    type: z.enum(['allow', 'review', 'plan', 'choice', 'deny']),
    hunks: z.exactOptional(z.array(z.object({ hunk: z.string(), verdict: z.string() }))),
  }),
});

export function askedBy({ question }: z.infer<typeof QUESTION_LINE>): Asked {
  const { call, calls = [], review } = question;
  return {
    calls: call === undefined ? calls : [call],
    hunks: Object.fromEntries((review?.changes ?? []).map(({ path, hunks }) => [path, hunks.map(({ id }) => id)])),
  };
}

/** What the answer was to one of the calls; `paths` are those that it touches. */
export function answerTo(
  { hunks }: Asked,
  { answer }: z.infer<typeof ANSWER_LINE>,
  paths: readonly string[],
): NonNullable<PastCall['answer']> {
  if (answer.type === 'choice') return 'answered';
  if (answer.type !== 'review') return answer.type === 'deny' ? 'denied' : 'allowed';
  const mine = new Set(paths.flatMap((path) => (Object.hasOwn(hunks, path) ? (hunks[path] ?? []) : [])));
  const given = (answer.hunks ?? []).filter(({ hunk }) => mine.size === 0 || mine.has(hunk));
  const rejected = given.filter(({ verdict }) => verdict === 'rejected').length;
  return rejected === 0 ? 'allowed' : rejected === given.length ? 'denied' : 'partly';
}
