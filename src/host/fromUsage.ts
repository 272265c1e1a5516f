// Checks what the usage page sends.
import * as z from 'zod/mini';
import { USAGE_RANGES } from '../contracts/usage.ts';
import type { FromUsage } from '../usageProtocol.ts';
import { messageReader } from './messageReader.ts';

const text = z.string().check(z.maxLength(10_000));
const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('show'), range: z.enum(USAGE_RANGES), root: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('export') }),
  z.strictObject({ type: z.literal('openFolder') }),
  z.strictObject({ type: z.literal('openSettings') }),
  z.strictObject({ type: z.literal('pageError'), message: text, stack: text }),
]);

/** Undefined when it is none of ours. */
export const fromUsage = messageReader<FromUsage, typeof message>(message, true);
