// Shortens a conversation: when it is time, what the model is asked for, and what history consists of afterwards.
import type { Block, Message } from '../contracts/message.ts';
import type { AnswerFacts, Failure, ModelInfo, ModelRequest, Provider } from '../contracts/provider.ts';
import { isOn, numberFrom } from '../util/envValue.ts';
import { appendMessage, textOf } from '../util/history.ts';
import { cutEnd } from '../util/truncate.ts';
import { readAnswer } from './readAnswer.ts';

type Env = Readonly<Record<string, string | undefined>>;

const MARGIN_TOKENS = 13_000;
const CHARACTERS_A_TOKEN = 3.5;
const MEDIA_TOKENS = 1600;
const CUT_RESULT = 2000;
const SUMMARY_TOKENS = 20_000;

export const SUMMARY_REQUEST = `Write a summary of this conversation that will stand for it: you will go on working with the summary alone. Do not call tools. Be exact and complete where it matters, and leave out what does not:
1. What the user asked for, in their words where wording matters, with every constraint and preference.
2. What was done: files with paths, what was changed and why, decisions and their reasons.
3. What was found out: how the code works, errors met and how they were solved, commands that worked.
4. What was rejected or denied by the user, and why.
5. What is open: the exact state of the work now, and the next step.`;

/** The number of tokens at which a conversation is shortened by itself; undefined when it never is. */
export function threshold(
  info: Pick<ModelInfo, 'contextWindow' | 'maxOutput'>,
  settings: { autoCompact: boolean; autoCompactWindow?: number },
  env: Env,
): number | undefined {
  if (!settings.autoCompact || isOn(env['DISABLE_AUTO_COMPACT']) || compactionIsOff(env)) return undefined;
  const window = Math.min(info.contextWindow, settings.autoCompactWindow ?? info.contextWindow);
  const room = Math.max(window - Math.min(info.maxOutput, window / 2) - MARGIN_TOKENS, window / 4);
  const percent = numberFrom(env['CLAUDE_AUTOCOMPACT_PCT_OVERRIDE']);
  return percent !== undefined && percent > 0 && percent <= 100 ? Math.min(room, (window * percent) / 100) : room;
}

export function compactionIsOff(env: Env): boolean {
  return isOn(env['DISABLE_COMPACT']);
}

/** A rough count for blocks no answer has counted yet. */
export function estimateTokens(blocks: readonly Block[]): number {
  let tokens = 0;
  for (const block of blocks) {
    if (block.type === 'image' || block.type === 'document') tokens += MEDIA_TOKENS;
    else if (block.type === 'toolResult') tokens += estimateTokens(block.content);
    else tokens += (block.type === 'text' ? block.text.length : JSON.stringify(block).length) / CHARACTERS_A_TOKEN;
  }
  return Math.ceil(tokens);
}

/** What to summarise, and what of the last message is still to be answered and is kept word for word. */
export function split(
  history: readonly Message[],
  context: string | undefined,
): { old: readonly Message[]; kept: Block[]; working: boolean } {
  const last = history.at(-1);
  if (last?.role !== 'user') return { old: history, kept: [], working: false };
  const results = last.blocks.filter((block) => block.type === 'toolResult');
  const kept = last.blocks.filter(
    (block) => block.type !== 'toolResult' && !(block.type === 'text' && block.text === context),
  );
  const before = history.slice(0, -1);
  if (results.length === 0) return { old: before, kept, working: false };
  return { old: [...before, { role: 'user', blocks: results }], kept, working: kept.length === 0 };
}

export type Summary = { text: string; facts: AnswerFacts } | { failure: Failure };

/** Asks for the summary on the same prefix, so that the cache serves it. If that does not fit, tries with results cut, then without the older half. */
export async function summarise(
  provider: Provider,
  request: (history: readonly Message[]) => ModelRequest,
  old: readonly Message[],
  focus: string | undefined,
  signal: AbortSignal,
): Promise<Summary> {
  const wish = focus?.trim() ? `\n\nThe user wants you to keep in particular: ${focus.trim()}` : '';
  const asked: Block = { type: 'text', text: SUMMARY_REQUEST + wish };
  let result: Summary = { failure: { code: 'contextOverflow', detail: '', retryable: false } };
  for (const attempt of [old, cutResults(old), cutResults(newerHalf(old))]) {
    const messages = appendMessage(attempt, { role: 'user', blocks: [asked] });
    result = await askOnce(provider, { ...request(messages), purpose: 'summary' }, signal);
    if (!('failure' in result) || result.failure.code !== 'contextOverflow') return result;
  }
  return result;
}

async function askOnce(provider: Provider, request: ModelRequest, signal: AbortSignal): Promise<Summary> {
  const stream = readAnswer(provider, { ...request, maxTokens: Math.min(request.maxTokens, SUMMARY_TOKENS) }, signal);
  let step = await stream.next();
  while (!step.done) step = await stream.next();
  const { message, facts, failure } = step.value;
  if (failure) return { failure };
  const text = message ? textOf(message).trim() : '';
  if (text === '' || !facts || facts.stop === 'refusal') {
    return { failure: { code: 'interrupted', detail: 'The model wrote no summary.', retryable: true } };
  }
  return { text, facts };
}

function cutResults(history: readonly Message[]): readonly Message[] {
  return history.map((message) => ({
    role: message.role,
    blocks: message.blocks.map((block) =>
      block.type === 'toolResult' ? { ...block, content: block.content.map(cutText) } : block,
    ),
  }));
}

function cutText<T extends { type: string }>(block: T): T | { type: 'text'; text: string } {
  if (block.type !== 'text') return { type: 'text', text: '[media left out]' };
  const text = 'text' in block && typeof block.text === 'string' ? block.text : '';
  return text.length > CUT_RESULT ? { type: 'text', text: `${cutEnd(text, CUT_RESULT)}\n[… cut …]` } : block;
}

/** Starts at a user message that is no result, so that no result loses its call. */
function newerHalf(history: readonly Message[]): readonly Message[] {
  const middle = Math.floor(history.length / 2);
  const at = history.findIndex(
    (message, index) =>
      index >= middle && message.role === 'user' && message.blocks.every((block) => block.type !== 'toolResult'),
  );
  if (at > 0) return history.slice(at);
  const rest = history.slice(history[middle]?.role === 'user' ? middle : middle + 1);
  // All one long turn: calls and results become plain words.
  return rest
    .map((message): Message => ({ role: message.role, blocks: message.blocks.flatMap(inWords) }))
    .filter((message) => message.blocks.length > 0);
}

function inWords(block: Block): Block[] {
  if (block.type === 'toolUse')
    return [{ type: 'text', text: `[call ${block.name} ${cutEnd(JSON.stringify(block.input), CUT_RESULT)}]` }];
  if (block.type === 'toolResult')
    return block.content.map((one) => ({
      type: 'text',
      text: `[result] ${one.type === 'text' ? one.text : '(media)'}`,
    }));
  return block.type === 'text' ? [block] : [];
}

/** What follows the context in the first message after the conversation was shortened. */
export function summaryText(summary: string, recentFiles: readonly string[], working: boolean): string {
  const files =
    recentFiles.length > 0
      ? `\n\nFiles looked at last (read them again before you rely on them):\n${recentFiles.map((file) => `- ${file}`).join('\n')}`
      : '';
  const next = working
    ? '\n\nGo on with the work from where it stands, without asking the user to repeat anything.'
    : '';
  return `This conversation was shortened. What came before, as you summarised it:\n\n<summary>\n${summary}\n</summary>${files}${next}`;
}
