// Checks what the page sends. Whatever is not one of these messages is refused.
import * as z from 'zod/mini';
import { MODES } from '../contracts/permission.ts';
import { EFFORT_LEVELS } from '../contracts/provider.ts';
import { type FromWebview, SIGN_IN_WAYS } from '../protocol.ts';
import { messageReader } from './messageReader.ts';

const text = z.string().check(z.maxLength(2_000_000));
const id = z.string().check(z.maxLength(200));
const path = z.string().check(z.minLength(1), z.maxLength(8_192));
const line = z.int().check(z.positive());
const lines = z.tuple([line, line]);
/** Base64 of at most 40 MB. */
const data = z.string().check(z.maxLength(56_000_000), z.regex(/^[A-Za-z0-9+/]*={0,2}$/));

const attachment = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('file'), path, lines: z.exactOptional(lines) }),
  z.strictObject({ type: z.literal('folder'), path }),
  z.strictObject({ type: z.literal('resource'), server: id, uri: path }),
  z.strictObject({ type: z.literal('selection'), path, lines, text }),
  z.strictObject({
    type: z.literal('media'),
    name: id,
    media: z.strictObject({ type: z.enum(['image', 'document']), mediaType: id, data }),
  }),
]);

const hunk = z.strictObject({
  hunk: id,
  verdict: z.enum(['accepted', 'rejected', 'edited']),
  text: z.exactOptional(text),
  comment: z.exactOptional(text),
  lines: z.exactOptional(z.tuple([z.int().check(z.positive()), z.int().check(z.nonnegative())])),
});

const answer = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('allow'),
    remember: z.exactOptional(z.int().check(z.nonnegative())),
    ignore: z.exactOptional(z.literal(true)),
  }),
  z.strictObject({ type: z.literal('review'), hunks: z.array(hunk) }),
  z.strictObject({ type: z.literal('plan'), mode: z.enum(['default', 'acceptEdits']), plan: text }),
  z.strictObject({ type: z.literal('choice'), answers: z.array(z.array(text)) }),
  z.discriminatedUnion('action', [
    z.strictObject({
      type: z.literal('elicit'),
      action: z.literal('accept'),
      content: z.exactOptional(z.record(id, z.union([text, z.number(), z.boolean(), z.array(text)]))),
    }),
    z.strictObject({ type: z.literal('elicit'), action: z.enum(['decline', 'cancel']) }),
  ]),
  z.strictObject({ type: z.literal('sample'), allow: z.enum(['once', 'more', 'no']) }),
  z.strictObject({ type: z.literal('deny'), feedback: z.exactOptional(text) }),
]);

const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('focus'), focused: z.boolean() }),
  z.strictObject({ type: z.literal('send'), text, attachments: z.array(attachment), withSelection: z.boolean() }),
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('unqueue'), id }),
  z.strictObject({ type: z.literal('answer'), question: id, answer }),
  z.strictObject({ type: z.literal('openReview'), review: id, path }),
  z.strictObject({ type: z.literal('reviewVerdict'), review: id, answers: z.array(hunk) }),
  z.strictObject({ type: z.literal('openPlan'), question: id }),
  z.strictObject({ type: z.literal('setMode'), mode: z.enum(MODES) }),
  z.strictObject({ type: z.literal('setModel'), model: id }),
  z.strictObject({
    type: z.literal('setEffort'),
    effort: z.exactOptional(z.enum(EFFORT_LEVELS)),
    thinking: z.exactOptional(z.boolean()),
  }),
  z.strictObject({ type: z.literal('keepModel') }),
  z.strictObject({ type: z.literal('lookForModels') }),
  z.strictObject({ type: z.literal('retryNow') }),
  z.strictObject({ type: z.literal('retry') }),
  z.strictObject({ type: z.literal('mentionQuery'), query: z.string().check(z.maxLength(1_000)) }),
  z.strictObject({ type: z.literal('commandQuery'), query: z.string().check(z.maxLength(10_000)) }),
  z.strictObject({ type: z.literal('openFile'), path, line: z.exactOptional(line) }),
  z.strictObject({ type: z.literal('openLink'), href: z.string().check(z.maxLength(8_192)) }),
  z.strictObject({ type: z.literal('copy'), text }),
  z.strictObject({ type: z.literal('toolOutput'), call: id }),
  z.strictObject({ type: z.literal('killRun'), id }),
  z.strictObject({ type: z.literal('explainCall'), call: id }),
  z.strictObject({ type: z.literal('rewind'), prompt: id }),
  z.strictObject({ type: z.literal('undoCall'), call: id }),
  z.strictObject({ type: z.literal('setSelectionOn'), on: z.boolean() }),
  z.strictObject({ type: z.literal('draft'), text }),
  z.strictObject({ type: z.literal('compact'), focus: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('showHistory') }),
  z.strictObject({ type: z.literal('closeHistory') }),
  z.strictObject({ type: z.literal('resume'), session: id }),
  z.strictObject({ type: z.literal('renameSession'), session: id, title: z.string().check(z.maxLength(500)) }),
  z.strictObject({ type: z.literal('removeSession'), session: id }),
  z.strictObject({ type: z.literal('newConversation') }),
  z.strictObject({ type: z.literal('command'), command: id }),
  z.strictObject({ type: z.literal('signIn'), way: z.exactOptional(z.enum(SIGN_IN_WAYS)) }),
  z.strictObject({ type: z.literal('dismissNotice'), id }),
  z.strictObject({ type: z.literal('pageError'), message: text, stack: text }),
]);

/** Undefined when it is none of ours. */
export const fromWebview = messageReader<FromWebview, typeof message>(message, true);
