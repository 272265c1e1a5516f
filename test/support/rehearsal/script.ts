// The script of a rehearsal: what the model answers, turn by turn. Read from JSON, checked, and brought into one form.
import * as z from 'zod/mini';

const Fault = {
  /** Answer with this HTTP status instead of a stream; with 200 left out and `error` given, an error event in the stream. */
  status: z.optional(z.number()),
  headers: z.optional(z.record(z.string(), z.string())),
  error: z.optional(
    z.union([z.string(), z.looseObject({ type: z.optional(z.string()), message: z.optional(z.string()) })]),
  ),
  /** Send nothing for so long, at this place. */
  stallMs: z.optional(z.number()),
  /** Close the socket after so many events of the stream. */
  disconnectAfter: z.optional(z.number()),
  /** These bytes as the body of the stream, and nothing else. */
  raw: z.optional(z.string()),
};
const Rules = {
  /** What the request must contain; otherwise it is answered with a 400. */
  expect: z.optional(z.union([z.string(), z.array(z.string())])),
  /** Only for requests whose last user text contains this; turns with the same words form a queue of their own. */
  when: z.optional(z.string()),
  /** `stop_reason`, where it is not the usual one. */
  stop: z.optional(z.string()),
  /** Tokens a second, for this turn. */
  rate: z.optional(z.number()),
};
const Item = z.strictObject({
  text: z.optional(z.string()),
  thinking: z.optional(z.string()),
  tool: z.optional(z.string()),
  input: z.optional(z.unknown()),
  /** The input as raw text, to send what is not JSON. */
  json: z.optional(z.string()),
  /** The id of the call; made when absent. */
  id: z.optional(z.string()),
  /** A content block of any other type, sent as it stands. */
  block: z.optional(z.looseObject({ type: z.string() })),
  ...Fault,
  ...Rules,
});
const ScriptJson = z.strictObject({
  turns: z.array(z.union([z.string(), z.array(Item), z.extend(Item, { blocks: z.optional(z.array(Item)) })])),
  rate: z.optional(z.number()),
  loop: z.optional(z.boolean()),
});

export type Script = z.infer<typeof ScriptJson>;
export type Step =
  | { type: 'text' | 'thinking'; text: string }
  | { type: 'tool'; name: string; json: string; id?: string }
  | { type: 'block'; block: Record<string, unknown> & { type: string } }
  | { type: 'stall'; ms: number }
  | { type: 'error'; error: { type: string; message: string } };
export type Turn = {
  steps: Step[];
  expect: string[];
  when?: string;
  stop?: string;
  rate?: number;
  /** Instead of a stream. */
  status?: { code: number; headers: Record<string, string>; error: Record<string, unknown> };
  raw?: string;
  disconnectAfter?: number;
};

/** Throws with the path of the first fault. */
export function parseScript(json: unknown): { turns: Turn[]; rate?: number; loop: boolean } {
  const parsed = ScriptJson.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`The script is not valid at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`);
  }
  const { turns, rate, loop = false } = parsed.data;
  return { turns: turns.map(turnOf), loop, ...(rate === undefined ? {} : { rate }) };
}

function turnOf(value: Script['turns'][number]): Turn {
  const turn: Turn = { steps: [], expect: [] };
  const items =
    typeof value === 'string' ? [{ text: value }] : Array.isArray(value) ? value : [value, ...(value.blocks ?? [])];
  for (const item of items as Array<z.infer<typeof Item>>) addItem(turn, item);
  return turn;
}

function addItem(turn: Turn, item: z.infer<typeof Item>): void {
  if (item.expect !== undefined) turn.expect.push(...[item.expect].flat());
  if (item.when !== undefined) turn.when = item.when;
  if (item.stop !== undefined) turn.stop = item.stop;
  if (item.rate !== undefined) turn.rate = item.rate;
  if (item.raw !== undefined) turn.raw = item.raw;
  if (item.disconnectAfter !== undefined) turn.disconnectAfter = item.disconnectAfter;
  const error = typeof item.error === 'string' ? { message: item.error } : item.error;
  if (item.status !== undefined) {
    const told = {
      type: ERROR_TYPES[item.status] ?? 'api_error',
      message: `Rehearsed status ${item.status}`,
      ...error,
    };
    turn.status = { code: item.status, headers: item.headers ?? {}, error: told };
  }
  if (item.stallMs !== undefined) turn.steps.push({ type: 'stall', ms: item.stallMs });
  if (item.thinking !== undefined) turn.steps.push({ type: 'thinking', text: item.thinking });
  if (item.text !== undefined) turn.steps.push({ type: 'text', text: item.text });
  if (item.tool !== undefined) {
    const json = item.json ?? JSON.stringify(item.input ?? {});
    turn.steps.push({ type: 'tool', name: item.tool, json, ...(item.id === undefined ? {} : { id: item.id }) });
  }
  if (item.block !== undefined) turn.steps.push({ type: 'block', block: item.block });
  if (error && item.status === undefined) {
    turn.steps.push({
      type: 'error',
      error: { type: error.type ?? 'overloaded_error', message: error.message ?? 'Overloaded' },
    });
  }
}

export const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};
