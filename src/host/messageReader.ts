// Checks what a page sends against the schema of its messages, which is held against its protocol when it is compiled.
import type * as z from 'zod/mini';

type AllKeys<T> = T extends object ? { [K in keyof T]-?: AllKeys<T[K]> } : T;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

/**
 * A message, or a key of one, that stands only in the schema or only in the protocol does not compile: `same` cannot be
 * true then. The reader answers undefined for what is none of the messages.
 */
export function messageReader<Message, Schema extends z.ZodMiniType<Message>>(
  schema: Schema,
  _same: Same<AllKeys<Message>, AllKeys<z.infer<Schema>>>,
): (value: unknown) => Message | undefined {
  return (value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : undefined;
  };
}
