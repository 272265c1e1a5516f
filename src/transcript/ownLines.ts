// The line kinds of our own, read back. What does not have their shape counts as not there.
import * as z from 'zod/mini';
import type { Change, Hunk } from '../contracts/edit.ts';
import { MODES } from '../contracts/permission.ts';
import { EFFORT_LEVELS } from '../contracts/provider.ts';
import { isChange, isHunk } from '../util/storedChange.ts';

const because = z.object({ code: z.string(), args: z.record(z.string(), z.string()) });
const hunk = z.custom<Hunk>(isHunk);
const change = z.custom<Change>(isChange);
const settled = z.object({
  path: z.string(),
  change: z.optional(change),
  asProposed: z.boolean(),
  rejected: z.array(z.object({ hunk, comment: z.optional(z.string()) })),
  edited: z.array(z.object({ hunk, text: z.string(), comment: z.optional(z.string()) })),
});
const rule = z.looseObject({ behavior: z.enum(['allow', 'ask', 'deny']), text: z.string(), scope: z.string() });
/** The record is data to be shown: its outline is checked, the rest is taken as it stands. */
const decision = z.looseObject({
  kind: z.enum(['allow', 'ask', 'deny']),
  because,
  record: z.looseObject({
    tool: z.string(),
    mode: z.enum(MODES),
    actions: z.array(z.looseObject({ kind: z.string() })),
    step: z.string(),
    safety: z.array(z.looseObject({ because })),
    matches: z.array(z.looseObject({ rule })),
    winner: z.optional(rule),
    nearest: z.optional(z.looseObject({ rule })),
    smallestChange: z.looseObject({ kind: z.string() }),
  }),
  offers: z.optional(
    z.array(z.looseObject({ rules: z.array(z.string()), scope: z.enum(['session', 'local', 'project', 'user']) })),
  ),
});
const choices = z.array(
  z.object({
    question: z.string(),
    header: z.string(),
    options: z.array(z.object({ label: z.string(), description: z.string() })),
    multiSelect: z.boolean(),
  }),
);
const answer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('allow'), remember: z.optional(z.number()), ignore: z.optional(z.literal(true)) }),
  z.object({
    type: z.literal('review'),
    hunks: z.array(
      z.object({
        hunk: z.string(),
        verdict: z.enum(['accepted', 'rejected', 'edited']),
        text: z.optional(z.string()),
        comment: z.optional(z.string()),
        lines: z.optional(z.tuple([z.number(), z.number()])),
      }),
    ),
  }),
  z.object({ type: z.literal('plan'), mode: z.enum(['default', 'acceptEdits']), plan: z.string() }),
  z.object({ type: z.literal('choice'), answers: z.array(z.array(z.string())) }),
  z.object({ type: z.literal('deny'), feedback: z.optional(z.string()) }),
]);
/** A question as it is stored: calls by their ids. */
const question = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('permission'),
    id: z.string(),
    call: z.string(),
    subject: z.string(),
    description: z.optional(z.string()),
    decision,
  }),
  z.object({
    type: z.literal('review'),
    id: z.string(),
    calls: z.array(z.string()),
    review: z.object({ id: z.string(), calls: z.array(z.string()), changes: z.array(change) }),
    decisions: z.array(decision),
  }),
  z.object({ type: z.literal('plan'), id: z.string(), call: z.string(), plan: z.string() }),
  z.object({ type: z.literal('choice'), id: z.string(), call: z.string(), questions: choices }),
]);
const usage = z.object({
  inputTokens: z.number(),
  cacheWriteTokens: z.number(),
  cacheReadTokens: z.number(),
  outputTokens: z.number(),
  cacheWrite1hTokens: z.optional(z.number()),
  webSearches: z.optional(z.number()),
});
const failure = z.looseObject({ code: z.string(), detail: z.string(), retryable: z.boolean() });
const answered = { question: z.string(), answer, settled: z.optional(z.array(settled)) };

export const todos = z.array(
  z.object({ content: z.string(), activeForm: z.string(), status: z.enum(['pending', 'in_progress', 'completed']) }),
);
export const detail = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('command'),
    stdout: z.string(),
    stderr: z.string(),
    exitCode: z.optional(z.number()),
    interrupted: z.boolean(),
    truncated: z.boolean(),
    backgroundId: z.optional(z.string()),
  }),
  z.object({
    type: z.literal('file'),
    path: z.string(),
    startLine: z.number(),
    lines: z.number(),
    totalLines: z.number(),
  }),
  z.object({ type: z.literal('edit'), changes: z.array(change), userModified: z.boolean() }),
  z.object({ type: z.literal('todos'), todos }),
  z.object({
    type: z.literal('server'),
    content: z.array(
      z.union([
        z.object({ type: z.literal('text'), text: z.string() }),
        z.object({ type: z.enum(['image', 'document']), mediaType: z.string(), data: z.string() }),
      ]),
    ),
    tokens: z.optional(z.number()),
  }),
]);

export const OWN_LINE = z.discriminatedUnion('type', [
  z.object({ type: z.literal('assent-context'), text: z.string() }),
  z.object({ type: z.literal('assent-mode'), mode: z.enum(MODES) }),
  z.object({ type: z.literal('assent-model'), model: z.string() }),
  z.object({
    type: z.literal('assent-effort'),
    effort: z.optional(z.enum(EFFORT_LEVELS)),
    thinking: z.optional(z.boolean()),
  }),
  z.object({
    type: z.literal('assent-usage'),
    usage,
    model: z.string(),
    purpose: z.enum(['main', 'summary', 'webFetch', 'webSearch', 'sampling', 'check']),
    contextTokens: z.number(),
    contextWindow: z.number(),
    costUsd: z.optional(z.number()),
  }),
  z.object({ type: z.literal('assent-decision'), call: z.string(), decision }),
  z.object({ type: z.literal('assent-question'), question }),
  z.object({ type: z.literal('assent-answer'), ...answered }),
  z.object({ type: z.literal('assent-review'), ...answered }),
  z.object({ type: z.literal('assent-started'), call: z.string() }),
  z.object({ type: z.literal('assent-todos'), todos }),
  z.object({ type: z.literal('assent-leftout'), media: z.array(z.string()) }),
  z.object({ type: z.literal('assent-notice'), kind: z.enum(['info', 'warning', 'error']), because }),
  z.object({
    type: z.literal('assent-finished'),
    finish: z.union([
      z.object({ reason: z.enum(['done', 'cancelled', 'maxTokens', 'declined']) }),
      z.object({ reason: z.literal('refusal'), detail: z.optional(z.string()) }),
      z.object({ reason: z.literal('looping'), tool: z.string() }),
      z.object({ reason: z.literal('failed'), failure }),
    ]),
  }),
]);
export type OwnLine = z.infer<typeof OWN_LINE>;
export type StoredQuestion = z.infer<typeof question>;
