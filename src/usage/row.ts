// One line of the ledger, written and read back. What does not have its shape counts as not there.
import * as z from 'zod/mini';
import type { UsageRow } from '../contracts/usage.ts';

const count = z.number().check(z.gte(0));
const line = z.object({
  at: count,
  session: z.string(),
  root: z.string(),
  vendor: z.enum(['anthropic', 'bedrock', 'mantle', 'vertex', 'foundry', 'editor']),
  model: z.string(),
  purpose: z.string(),
  usage: z.object({
    inputTokens: count,
    cacheWriteTokens: count,
    cacheReadTokens: count,
    outputTokens: count,
    cacheWrite1hTokens: z.optional(count),
    webSearches: z.optional(count),
  }),
  usd: z.optional(count),
  durationMs: count,
  requestId: z.optional(z.string()),
  expectedRead: z.optional(count),
  cacheCause: z.optional(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('tool'),
        name: z.string(),
        how: z.enum(['added', 'removed', 'changed', 'moved']),
      }),
      z.object({ kind: z.literal('message'), number: z.number() }),
      z.object({ kind: z.enum(['model', 'system', 'thinking', 'context', 'expired', 'dropped']) }),
    ]),
  ),
});

/**
 * With a line break in front, too: a line that another program was torn away from while it wrote then costs that line only.
 */
export function writeRow(row: UsageRow): string {
  return `\n${JSON.stringify(row)}\n`;
}

/** Undefined for an empty line, 'unreadable' for what is no row. */
export function readRow(text: string): UsageRow | 'unreadable' | undefined {
  if (text === '') return undefined;
  const parsed = line.safeParse(parseJson(text));
  // A purpose of a later version is a purpose all the same: what was paid counts.
  return parsed.success ? (parsed.data as UsageRow) : 'unreadable';
}

/** What a row adds to a sum; undefined where nothing can be read. Quicker by far: a window begins with thousands of them. */
export function readSpent(text: string): Pick<UsageRow, 'at' | 'session' | 'usd'> | undefined {
  const data = text === '' ? undefined : parseJson(text);
  if (typeof data !== 'object' || data === null || !('at' in data) || !('session' in data)) return undefined;
  const { at, session } = data;
  const usd = 'usd' in data ? data.usd : undefined;
  if (typeof at !== 'number' || typeof session !== 'string') return undefined;
  if (usd === undefined) return { at, session };
  return typeof usd === 'number' && usd >= 0 ? { at, session, usd } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A torn line, or the work of somebody else: it is counted among those that cannot be read.
    return undefined;
  }
}
