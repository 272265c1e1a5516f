// Checks what the status page sends.
import * as z from 'zod/mini';
import { type FromStatus, REMEDIES } from '../statusProtocol.ts';
import { messageReader } from './messageReader.ts';

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

/** Undefined when it is none of ours. */
export const fromStatus = messageReader<FromStatus, typeof message>(message, true);
