// Checks what the permissions page sends. Whatever is not one of these messages is refused.
import * as z from 'zod/mini';
import { EXPLAINED_TOOLS, type FromPermissions } from '../permissionsProtocol.ts';
import { messageReader } from './messageReader.ts';

const id = z.string().check(z.minLength(1), z.maxLength(400));
const path = z.string().check(z.minLength(1), z.maxLength(8_192));
const text = z.string().check(z.maxLength(2_000_000));

const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('chooseRoot') }),
  z.strictObject({ type: z.literal('manageTrust') }),
  z.strictObject({ type: z.literal('openFile'), path, line: z.exactOptional(z.int().check(z.positive())) }),
  z.strictObject({ type: z.literal('acceptLoosening'), ids: z.array(id).check(z.maxLength(10_000)) }),
  z.strictObject({ type: z.literal('askRemove'), rule: id }),
  z.strictObject({ type: z.literal('remove'), rule: id }),
  z.strictObject({ type: z.literal('undo'), removal: id }),
  z.strictObject({ type: z.literal('explain'), tool: z.enum(EXPLAINED_TOOLS), text }),
  z.strictObject({ type: z.literal('explainPast'), past: id }),
  z.strictObject({ type: z.literal('pageError'), message: text, stack: text }),
]);

/** Undefined when it is none of ours. */
export const fromPermissions = messageReader<FromPermissions, typeof message>(message, true);
