// The cards of calls: their results, the questions about them, and what becomes of them when the turn ends.
import type { AgentEvent } from '../src/contracts/event.ts';
import type { Message } from '../src/contracts/message.ts';
import type { Question } from '../src/contracts/question.ts';
import { type Draft, ensure, type Folded, find, push, update } from './foldDraft.ts';

/** Results close the cards of calls that no 'toolFinished' told about: a conversation another client wrote. */
export function results(draft: Draft, message: Message): void {
  for (const block of message.blocks) {
    if (block.type !== 'toolResult') continue;
    const item = find(draft, block.id);
    if (!item || item.output) continue;
    update(draft, block.id, {
      status: block.isError ? 'failed' : 'done',
      output: { content: block.content, isError: block.isError },
    });
  }
}

export function asked(draft: Draft, question: Question): void {
  if (question.type !== 'review') {
    ensure(draft, question.call, true);
    update(draft, question.call.id, { call: question.call, question, status: 'waiting' });
    return;
  }
  for (const call of question.calls) ensure(draft, call);
  const at = reviewIndex(draft, question.id);
  if (at < 0) push(draft, { kind: 'review', question });
}

export function questionAnswered(draft: Draft, event: Extract<AgentEvent, { type: 'answered' }>): void {
  const { question, answer, settled } = event;
  if (question.type !== 'review') {
    ensure(draft, question.call, true);
    const item = find(draft, question.call.id);
    // A call that asked while it ran goes on; one that has yet to start says so by itself.
    const goesOn = item?.status === 'waiting' && item.startedAtMs !== undefined && answer.type !== 'deny';
    update(draft, question.call.id, { question, answer, ...(goesOn ? { status: 'running' } : {}) });
    return;
  }
  asked(draft, question);
  const at = reviewIndex(draft, question.id);
  const item = draft.items[at];
  if (item?.kind === 'review') draft.items[at] = { ...item, answer, ...(settled ? { settled } : {}) };
}

/** Index of the review's row, or -1. Looked for from the end: a review is answered soon after it is asked. */
function reviewIndex(folded: Pick<Folded, 'items'>, id: string): number {
  return folded.items.findLastIndex((item) => item.kind === 'review' && item.question.id === id);
}

/** A turn that ended leaves no card waiting for ever. */
export function settleCalls(draft: Draft): void {
  for (let i = draft.items.length - 1; i >= 0; i--) {
    const item = draft.items[i];
    if (!item || item.kind === 'prompt') return;
    if (item.kind === 'tool' && (item.status === 'waiting' || item.status === 'running')) {
      draft.items[i] = { ...item, status: 'cancelled' };
    }
  }
}

const PROGRESS_CHARACTERS = 20_000;
export function keepEnd(text: string): string {
  return text.length > PROGRESS_CHARACTERS ? text.slice(-PROGRESS_CHARACTERS) : text;
}
