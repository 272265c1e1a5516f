// Checks what the usage page sends.
import * as z from 'zod/mini';
import { USAGE_RANGES } from '../contracts/usage.ts';
import type { FromUsage } from '../usageProtocol.ts';

const text = z.string().check(z.maxLength(10_000));
const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('show'), range: z.enum(USAGE_RANGES), root: z.optional(text) }),
  z.strictObject({ type: z.literal('export') }),
  z.strictObject({ type: z.literal('openFolder') }),
  z.strictObject({ type: z.literal('openSettings') }),
  z.strictObject({ type: z.literal('pageError'), message: text, stack: text }),
]);

/** Undefined when it is none of ours. */
export function fromUsage(value: unknown): FromUsage | undefined {
  const parsed = message.safeParse(value);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  if (data.type !== 'show') return data;
  const { root } = data;
  return { type: 'show', range: data.range, ...(root === undefined ? {} : { root }) };
}
