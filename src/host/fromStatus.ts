// Checks what the status page sends.
import * as z from 'zod/mini';
import { type FromStatus, REMEDIES } from '../statusProtocol.ts';

const text = z.string().check(z.maxLength(10_000));
const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('run') }),
  z.strictObject({ type: z.literal('cancel') }),
  z.strictObject({ type: z.literal('copy') }),
  z.strictObject({ type: z.literal('open'), fact: z.int().check(z.nonnegative()) }),
  z.strictObject({ type: z.literal('remedy'), remedy: z.enum(REMEDIES) }),
  z.strictObject({ type: z.literal('pageError'), message: text, stack: text }),
]);

// A message, or a key of one, that stands only here or only in the protocol does not compile.
type AllKeys<T> = T extends object ? { [K in keyof T]-?: AllKeys<T[K]> } : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
const same: Same<AllKeys<FromStatus>, AllKeys<z.infer<typeof message>>> = true;
void same;

/** Undefined when it is none of ours. */
export function fromStatus(value: unknown): FromStatus | undefined {
  const parsed = message.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
