// Checks what the usage page sends.
import * as z from 'zod/mini';
import { USAGE_RANGES } from '../contracts/usage.ts';
import type { FromUsage } from '../usageProtocol.ts';

const text = z.string().check(z.maxLength(10_000));
const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('show'), range: z.enum(USAGE_RANGES), root: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('export') }),
  z.strictObject({ type: z.literal('openFolder') }),
  z.strictObject({ type: z.literal('openSettings') }),
  z.strictObject({ type: z.literal('pageError'), message: text, stack: text }),
]);

// A message, or a key of one, that stands only here or only in the protocol does not compile.
type AllKeys<T> = T extends object ? { [K in keyof T]-?: AllKeys<T[K]> } : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
const same: Same<AllKeys<FromUsage>, AllKeys<z.infer<typeof message>>> = true;
void same;

/** Undefined when it is none of ours. */
export function fromUsage(value: unknown): FromUsage | undefined {
  const parsed = message.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
