// Checks what the page of servers sends.
import * as z from 'zod/mini';
import { EDITABLE_SCOPES, type FromMcp } from '../mcpProtocol.ts';
import { messageReader } from './messageReader.ts';

const text = z.string().check(z.maxLength(10_000));
const name = z.string().check(z.maxLength(1000));
const seen = { name, fingerprint: text };
const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({
    type: z.literal('approve'),
    ...seen,
    all: z.union([z.literal(false), z.array(z.strictObject(seen)).check(z.maxLength(1000))]),
  }),
  z.strictObject({ type: z.literal('enable'), name, on: z.boolean() }),
  z.strictObject({
    type: z.enum(['reject', 'reconnect', 'authenticate', 'clearAuthentication', 'askInputs', 'remove', 'edit']),
    name,
  }),
  z.strictObject({
    type: z.literal('save'),
    scope: z.enum(EDITABLE_SCOPES),
    name: name.check(z.minLength(1)),
    entry: z.record(z.string(), z.unknown()),
    replaces: z.exactOptional(name),
  }),
  z.strictObject({ type: z.literal('openFile'), file: text, line: z.exactOptional(z.int().check(z.minimum(1))) }),
  z.strictObject({ type: z.literal('chooseRoot') }),
  z.strictObject({ type: z.literal('manageTrust') }),
  z.strictObject({ type: z.literal('openEditorToolsSetting') }),
  z.strictObject({ type: z.literal('pageError'), message: text, stack: text }),
]);

/** Undefined when it is none of ours. */
export const fromMcp = messageReader<FromMcp, typeof message>(message, true);
