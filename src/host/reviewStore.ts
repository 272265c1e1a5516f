// Reviews on disk, so that a diff that is open when the window reloads has its text, and nothing answered is lost.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Change } from '../contracts/edit.ts';
import { isChange } from '../util/storedChange.ts';
import type { ReviewState } from './reviewState.ts';

export type ReviewStore = {
  /** Undefined when there is none, or what is there cannot be read. */
  load(review: string): Promise<ReviewState | undefined>;
  /** Earlier reviews of the same calls in the same conversation. */
  earlier(conversation: string, calls: readonly string[]): Promise<ReviewState[]>;
  save(state: ReviewState): Promise<void>;
  remove(review: string): Promise<void>;
};

/** Reviews of conversations that were never taken up again. */
const FORGET_AFTER_MS = 30 * 24 * 60 * 60 * 1000;

const change = z.custom<Change>(isChange);
const answer = z.object({
  hunk: z.string(),
  verdict: z.enum(['accepted', 'rejected', 'edited']),
  text: z.exactOptional(z.string()),
  comment: z.exactOptional(z.string()),
});
const stored = z.object({
  conversation: z.string(),
  question: z.string(),
  review: z.object({ id: z.string(), calls: z.array(z.string()), changes: z.array(change) }),
  createdAtMs: z.number(),
  saved: z.array(z.tuple([z.string(), z.object({ text: z.string(), atMs: z.number() })])),
  verdicts: z.array(z.tuple([z.string(), answer])),
});

/** `folder` is ours alone; it is made when the first review is kept, readable by its owner only. */
export function createReviewStore(folder: string): ReviewStore {
  /** One write at a time, so that the newest is the last. */
  let writing: Promise<unknown> = Promise.resolve();
  const inTurn = (action: () => Promise<void>): Promise<void> => {
    const turn = writing.then(action);
    writing = turn.catch(() => undefined);
    return turn;
  };
  const fileOf = (review: string) => join(folder, `${encodeURIComponent(review)}.json`);

  async function read(file: string): Promise<ReviewState | undefined> {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // Cut off by a crash; the review is made anew with its conversation.
      return undefined;
    }
    const parsed = stored.safeParse(value);
    if (!parsed.success) return undefined;
    const { saved, verdicts, ...rest } = parsed.data;
    return { ...rest, saved: new Map(saved), verdicts: new Map(verdicts), texts: new Map() };
  }

  async function earlier(conversation: string, calls: readonly string[]): Promise<ReviewState[]> {
    const names = await readdir(folder).catch(() => []);
    const found: ReviewState[] = [];
    for (const name of names.filter((one) => one.endsWith('.json'))) {
      const file = join(folder, name);
      const facts = await stat(file).catch(() => undefined);
      if (facts !== undefined && Date.now() - facts.mtimeMs > FORGET_AFTER_MS) {
        await rm(file, { force: true });
        continue;
      }
      const state = await read(file);
      if (state?.conversation !== conversation) continue;
      if (state.review.calls.join('\n') === calls.join('\n')) found.push(state);
    }
    return found.sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  const save = (state: ReviewState): Promise<void> =>
    inTurn(async () => {
      const { saved, verdicts, texts: _, ...rest } = state;
      const text = JSON.stringify({ ...rest, saved: [...saved], verdicts: [...verdicts] });
      const file = fileOf(state.review.id);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(`${file}.tmp`, text, { mode: 0o600 });
      await rename(`${file}.tmp`, file);
    });

  const remove = (review: string): Promise<void> => inTurn(() => rm(fileOf(review), { force: true }));

  return { load: (review) => read(fileOf(review)), earlier, save, remove };
}
