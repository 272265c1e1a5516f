// The decisions of one transcript, gathered line by line: what the index of decisions holds of a file.
import * as z from 'zod/mini';
import { type CanonicalAction, MODES } from '../contracts/permission.ts';
import type { PastCall } from '../contracts/ruleUse.ts';
import { ANSWER_LINE, ASKED, answerTo, askedBy, QUESTION_LINE } from './answerLines.ts';

const ACTIONS = 20;
const TEXT = 1000;
/** Of each file the newest calls are kept, and the newest of each rule. */
const CALLS = 500;
export const CALLS_OF_A_RULE = 20;
const WAITING = 100;

const BEHAVIOR = z.enum(['allow', 'ask', 'deny']);
const because = z.object({ code: z.string(), args: z.record(z.string(), z.string()) });
const of = z.exactOptional(z.number());
const action = z.union([
  z.object({
    kind: z.enum(['read', 'write', 'delete', 'search']),
    path: z.string(),
    realPath: z.string(),
    insideWorkingDirectories: z.boolean(),
    exists: z.exactOptional(z.boolean()),
    of,
    redirect: z.exactOptional(z.literal(true)),
    created: z.exactOptional(z.literal(true)),
  }),
  z.object({
    kind: z.literal('run'),
    command: z.string(),
    cwd: z.string(),
    argv: z.array(z.string()),
    effect: z.exactOptional(z.enum(['none', 'files'])),
  }),
  z.object({
    kind: z.literal('run'),
    command: z.string(),
    cwd: z.string(),
    notUnderstood: because,
    at: z.exactOptional(z.number()),
  }),
  z.object({ kind: z.literal('fetch'), url: z.string(), host: z.string() }),
  z.object({ kind: z.literal('mcp'), server: z.string(), tool: z.string(), full: z.exactOptional(z.string()) }),
  z.object({ kind: z.literal('webSearch'), query: z.string() }),
  z.object({ kind: z.enum(['agent', 'skill']), name: z.string() }),
  z.object({ kind: z.enum(['interact', 'nothing']) }),
]);
/** A kind that is missing above would be left out of the index in silence: this does not compile then. */
type Missing = Exclude<CanonicalAction['kind'], z.infer<typeof action>['kind']>;
const _NOTHING_MISSING: [Missing] extends [never] ? true : never = true;

const STEP = z.enum(['trust', 'deny', 'ask', 'critical', 'protected', 'allow', 'builtin', 'mode', 'notUnderstood']);
const RULE = z.object({ text: z.string(), behavior: BEHAVIOR, file: z.exactOptional(z.string()) });
const DECIDED = z.object({
  type: z.literal('assent-decision'),
  call: z.string(),
  timestamp: z.exactOptional(z.string()),
  sessionId: z.exactOptional(z.string()),
  decision: z.object({
    kind: BEHAVIOR,
    record: z.object({
      tool: z.string(),
      mode: z.enum(MODES),
      step: STEP,
      actions: z.array(z.unknown()),
      matches: z.array(z.object({ rule: RULE })),
    }),
  }),
});
const CALLED = z.object({
  message: z.object({ content: z.array(z.unknown()) }),
});
const TOOL_USE = z.object({ type: z.literal('tool_use'), id: z.string(), input: z.record(z.string(), z.unknown()) });

export const PAST_CALL = z.object({
  at: z.number(),
  session: z.string(),
  call: z.string(),
  tool: z.string(),
  subject: z.string(),
  decision: BEHAVIOR,
  answer: z.exactOptional(z.enum(['allowed', 'partly', 'denied', 'answered'])),
  step: STEP,
  actions: z.array(action),
  rules: z.array(RULE),
});
const USE = z.object({ count: z.number(), lastUsed: z.number() });
/** Plain data, as the index holds it. */
export const GATHERED = z.object({
  cwd: z.exactOptional(z.string()),
  /** Subjects of calls whose decision has not come yet. */
  open: z.record(z.string(), z.string()),
  /** By its id, each question that has no answer yet. */
  asked: z.record(z.string(), ASKED),
  /** The oldest first. */
  calls: z.array(PAST_CALL),
  /** By `keyOf` the rule. */
  uses: z.record(z.string(), USE),
});
export type Gathered = z.infer<typeof GATHERED>;

export function gathered(): Gathered {
  return { open: {}, asked: {}, calls: [], uses: {} };
}

/** One entry for each rule as it stands in a file. */
export function keyOf({ behavior, text, file = '' }: { behavior: string; text: string; file?: string }): string {
  return `${behavior} ${text}\n${file}`;
}

/** Takes one more line in. The same lines give the same result, in however many goes they come. A broken line costs itself alone. */
export function gather(into: Gathered, raw: string): void {
  if (into.cwd === undefined && raw.includes('"cwd":')) {
    const cwd = parsed(raw, z.object({ cwd: z.string() }))?.cwd;
    if (cwd !== undefined) into.cwd = cwd;
  }
  // Strings inside a line have their quotes escaped, so these marks are fields.
  if (raw.includes('"type":"assent-decision"')) takeDecision(into, raw);
  else if (raw.includes('"type":"assent-question"')) takeQuestion(into, raw);
  else if (/"type":"assent-(answer|review)"/.test(raw)) takeAnswer(into, raw);
  else if (raw.includes('"type":"tool_use"')) takeSubjects(into, raw);
}

function takeQuestion(into: Gathered, raw: string): void {
  const line = parsed(raw, QUESTION_LINE);
  if (line === undefined) return;
  into.asked[line.question.id] = askedBy(line);
  dropOldest(into.asked);
}

function takeAnswer(into: Gathered, raw: string): void {
  const line = parsed(raw, ANSWER_LINE);
  if (line === undefined || !Object.hasOwn(into.asked, line.question)) return;
  const asked = into.asked[line.question];
  delete into.asked[line.question];
  for (const id of asked?.calls ?? []) {
    const past = into.calls.findLast(({ call }) => call === id);
    if (asked === undefined || past === undefined) continue;
    past.answer = answerTo(
      asked,
      line,
      past.actions.flatMap((one) => ('path' in one ? [one.path] : [])),
    );
  }
}

/** Calls that were never decided, questions that were never answered: of another client, or of a window that was closed. */
function dropOldest(waiting: Record<string, unknown>): void {
  const ids = Object.keys(waiting);
  for (const id of ids.slice(0, Math.max(0, ids.length - WAITING))) delete waiting[id];
}

function takeSubjects(into: Gathered, raw: string): void {
  for (const block of parsed(raw, CALLED)?.message.content ?? []) {
    const use = TOOL_USE.safeParse(block);
    if (!use.success) continue;
    const { command, file_path, notebook_path, path, url, query, skill, subagent_type } = use.data.input;
    const named = [command, file_path, notebook_path, path, url, query, skill, subagent_type];
    const subject = named.find((value) => typeof value === 'string');
    if (typeof subject === 'string') into.open[use.data.id] = cut(subject);
  }
  dropOldest(into.open);
}

function takeDecision(into: Gathered, raw: string): void {
  const line = parsed(raw, DECIDED);
  if (line === undefined) return;
  const { record, kind } = line.decision;
  const at = Date.parse(line.timestamp ?? '');
  // A kind that another version wrote costs itself alone.
  const actions = record.actions.slice(0, ACTIONS).flatMap((one) => action.safeParse(one).data ?? []);
  const past: PastCall = {
    at: Number.isNaN(at) ? 0 : at,
    session: line.sessionId ?? '',
    call: line.call,
    tool: record.tool,
    subject: (Object.hasOwn(into.open, line.call) ? into.open[line.call] : undefined) ?? subjectOf(actions[0]),
    decision: kind,
    step: record.step,
    actions: actions.map(shortened),
    // An allow rule that covers one part of a call that is asked about has let nothing through.
    rules: [
      ...new Map(
        record.matches.filter(({ rule }) => rule.behavior === kind).map(({ rule }) => [keyOf(rule), rule]),
      ).values(),
    ],
  };
  delete into.open[line.call];
  // Decided anew after a resume: one call all the same.
  const before = into.calls.findLastIndex((one) => one.call === past.call);
  const counted = new Set(before < 0 ? [] : into.calls[before]?.rules.map(keyOf));
  if (before >= 0) {
    past.subject = into.calls[before]?.subject ?? past.subject;
    into.calls.splice(before, 1);
  }
  into.calls.push(past);
  for (const rule of past.rules) {
    const key = keyOf(rule);
    const use = into.uses[key] ?? { count: 0, lastUsed: 0 };
    into.uses[key] = {
      count: use.count + (counted.has(key) ? 0 : 1),
      lastUsed: Math.max(use.lastUsed, past.at),
    };
  }
  if (into.calls.length >= 2 * CALLS) into.calls = newest(into.calls);
}

function newest(calls: readonly PastCall[]): PastCall[] {
  const shown = new Map<string, number>();
  const kept: PastCall[] = [];
  for (const [back, call] of [...calls].reverse().entries()) {
    const keys = call.rules.map(keyOf);
    const wanted = keys.some((key) => (shown.get(key) ?? 0) < CALLS_OF_A_RULE);
    if (back < CALLS || (wanted && kept.length < 1.5 * CALLS)) kept.push(call);
    for (const key of keys) shown.set(key, (shown.get(key) ?? 0) + 1);
  }
  return kept.reverse();
}

function subjectOf(action: PastCall['actions'][number] | undefined): string {
  if (action === undefined) return '';
  switch (action.kind) {
    case 'run':
      return cut(action.command);
    case 'fetch':
      return cut(action.url);
    case 'mcp':
      return `mcp__${action.server}__${action.tool}`;
    case 'webSearch':
      return cut(action.query);
    case 'agent':
    case 'skill':
      return action.name;
    case 'interact':
    case 'nothing':
      return '';
    default:
      return action.path;
  }
}

function shortened(action: PastCall['actions'][number]): PastCall['actions'][number] {
  return action.kind === 'run' ? { ...action, command: cut(action.command) } : action;
}

function cut(text: string): string {
  return text.length <= TEXT ? text : `${text.slice(0, TEXT)}…`;
}

function parsed<T extends z.ZodMiniType>(raw: string, shape: T): z.infer<T> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return undefined; // cut by a crash; the next line starts anew
  }
  const found = shape.safeParse(value);
  return found.success ? found.data : undefined;
}
