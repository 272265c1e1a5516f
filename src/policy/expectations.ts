// Decisions that a team expects of its rules, written down as data and compared with those of the engine.
import * as z from 'zod/mini';
import type { Decision } from '../contracts/permission.ts';
import { readableError } from '../util/readableError.ts';
import { Call, type CallOptions, decideCall } from './decideCall.ts';

const Expectation = z.extend(Call, {
  name: z.optional(z.string()),
  trusted: z.optional(z.boolean()),
  expect: z.enum(['allow', 'ask', 'deny']),
  /** The text of the rule that has to decide. */
  rule: z.optional(z.string()),
});
const List = z.array(z.unknown());
const Wrapped = z.object({ cases: List });

export type Expectation = z.infer<typeof Expectation>;
/** `at` says where the case stands, for a message: `line 3`, `case 3`. */
export type ReadCase = { at: string; expectation: Expectation } | { at: string; problem: string };

/** A JSON list of cases, an object that holds one as `cases`, or one case a line. Throws on text that is none of these. */
export function readExpectations(text: string): ReadCase[] {
  const body = text.replace(/^\ufeff/, '');
  let whole: unknown;
  try {
    whole = JSON.parse(body);
  } catch (error) {
    const lines = body.split('\n').map((line, index) => ({ line, at: `line ${index + 1}` }));
    const filled = lines.filter(({ line }) => line.trim() !== '');
    // One case a line: the first line is a whole object by itself. Anything else was meant as one JSON text.
    if (!/^\s*\{.*\}\s*$/.test(filled[0]?.line ?? '')) throw error;
    return filled.map(({ line, at }) => readLine(line, at));
  }
  const list = List.safeParse(whole).data ?? Wrapped.safeParse(whole).data?.cases ?? [whole];
  return list.map((value, index) => readCase(value, `case ${index + 1}`));
}

function readLine(line: string, at: string): ReadCase {
  try {
    return readCase(JSON.parse(line), at);
  } catch (error) {
    return { at, problem: readableError(error) };
  }
}

function readCase(value: unknown, at: string): ReadCase {
  const parsed = Expectation.safeParse(value);
  return parsed.success ? { at, expectation: parsed.data } : { at, problem: z.prettifyError(parsed.error) };
}

export type Tried = { met: boolean; decision: Decision } | { met: false; problem: string };

/** Never rejects. A path that is not absolute starts at `cwd` of the case, and that at `root`. */
export async function tryExpectation(expectation: Expectation, options: CallOptions): Promise<Tried> {
  const { expect, rule, trusted = options.trusted } = expectation;
  try {
    const decision = await decideCall(expectation, { ...options, trusted });
    const right = decision.kind === expect && (rule === undefined || decision.record.winner?.text === rule);
    return { met: right, decision };
  } catch (error) {
    return { met: false, problem: readableError(error) };
  }
}
