// How the messages of the extension change what the page knows.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConversationState } from '../../../src/contracts/conversation.ts';
import type { Change } from '../../../src/contracts/edit.ts';
import type { Snapshot, ToWebview } from '../../../src/protocol.ts';
import { INITIAL, isOpen, reduce, reviewKey, type State } from '../../../webview/state.ts';

const conversation: ConversationState = {
  id: 'c1',
  title: '',
  root: '/w',
  mode: 'default',
  model: 'm',
  running: false,
  questions: [],
  queue: [],
};
const snapshot: Snapshot = {
  state: conversation,
  events: [{ type: 'prompted', prompt: { id: 'p', text: 'hi', attachments: [], atMs: 0 } }],
  earlier: 0,
  account: { state: 'rehearsal' },
  models: [],
  reasoning: { thinking: true },
  notices: [],
  selection: undefined,
  selectionOn: true,
  config: { useCtrlEnterToSend: false, trusted: true, modes: ['default', 'plan'], locale: 'en', platform: 'other' },
  draft: 'half a thought',
  view: 'conversation',
};
function play(messages: ToWebview[], from: State = INITIAL): State {
  return messages.reduce((state, message) => reduce(state, message, 1000), from);
}
const shown = play([{ type: 'snapshot', snapshot }]);

describe('reduce', () => {
  it('draws itself from one snapshot', () => {
    assert.equal(shown.conversation?.id, 'c1');
    assert.equal(shown.folded.items.length, 1);
    assert.equal(shown.draft, 'half a thought');
    assert.equal(shown.account.state, 'rehearsal');
    assert.equal(shown.folded.lastDataMs, undefined);
  });

  it('replaces all of it by the next snapshot', () => {
    const other = { ...snapshot, state: { ...conversation, id: 'c2' }, events: [], draft: '' };
    const withVerdicts = play(
      [{ type: 'reviewVerdicts', review: 'r', answers: [{ hunk: '0.0', verdict: 'accepted' }] }],
      shown,
    );
    const next = play([{ type: 'snapshot', snapshot: other }], withVerdicts);
    assert.equal(next.folded.items.length, 0);
    assert.equal(next.verdicts.size, 0);
    assert.equal(next.generation, shown.generation + 1);
  });

  it('begins to watch for silence when it opens on a running turn', () => {
    const running = play([{ type: 'snapshot', snapshot: { ...snapshot, state: { ...conversation, running: true } } }]);
    assert.equal(running.folded.lastDataMs, 1000);
  });

  it('adds events and takes the state that came with them', () => {
    const next = play(
      [{ type: 'events', events: [{ type: 'textDelta', text: 'Yes' }], state: { ...conversation, running: true } }],
      shown,
    );
    assert.equal(next.folded.items.length, 2);
    assert.equal(next.conversation?.running, true);
    assert.equal(next.folded.items[0], shown.folded.items[0]);
  });

  it('puts earlier events before', () => {
    const next = play(
      [{ type: 'earlier', events: [{ type: 'prompted', prompt: { id: 'o', text: 'old', attachments: [], atMs: 0 } }] }],
      shown,
    );
    assert.deepEqual(
      next.folded.items.map((item) => item.kind === 'prompt' && item.prompt.text),
      ['old', 'hi'],
    );
  });

  it('replaces the verdicts of a review, wherever they were given', () => {
    const next = play(
      [
        { type: 'reviewVerdicts', review: 'r', answers: [{ hunk: '0.0', verdict: 'accepted' }] },
        { type: 'reviewVerdicts', review: 'r', answers: [{ hunk: '0.1', verdict: 'rejected' }] },
      ],
      shown,
    );
    assert.deepEqual(next.verdicts.get('r'), [{ hunk: '0.1', verdict: 'rejected' }]);
  });

  it('knows what is written and waits, until nothing does or another conversation is shown', () => {
    const review = { id: 'pending:c1', calls: ['t1'], changes: [] };
    const waiting = play([{ type: 'pending', review, edited: ['0.1'] }], shown);
    assert.deepEqual(waiting.pending, { review, edited: ['0.1'] });
    assert.equal(play([{ type: 'pending', edited: [] }], waiting).pending, undefined);
    assert.equal(play([{ type: 'snapshot', snapshot }], waiting).pending, undefined);
  });

  it('keeps a proposal as it was left in the diff editor', () => {
    const change: Change = {
      path: '/w/a',
      kind: 'modify',
      before: '',
      after: 'x',
      encoding: { name: 'utf-8', bom: false },
      hunks: [],
    };
    const next = play([{ type: 'reviewChanged', review: 'r', change }], shown);
    assert.equal(next.reviewChanges.get(reviewKey('r', '/w/a')), change);
  });

  it('tells one insertion and one request for the focus from the next', () => {
    const next = play(
      [
        { type: 'insert', text: '@a', attachments: [] },
        { type: 'insert', text: '@a', attachments: [] },
        { type: 'focusComposer' },
        { type: 'focusComposer' },
      ],
      shown,
    );
    assert.equal(next.inserted.count, 2);
    assert.equal(next.focusRequests, 2);
  });

  it('takes the small messages as they are', () => {
    const next = play(
      [
        { type: 'account', account: { state: 'none' } },
        {
          type: 'models',
          models: [{ id: 'a', name: 'A', group: 'model', contextWindow: 1, efforts: [], thinking: 'never' }],
          reasoning: { thinking: false },
        },
        { type: 'notices', notices: [{ id: 'n', kind: 'info', because: { code: 'x', args: {} } }] },
        { type: 'selection', selection: { path: '/w/a', label: 'a', lines: [1, 2], excluded: true }, on: false },
        { type: 'mentions', query: 'a', items: [] },
        { type: 'history', items: [] },
        { type: 'view', view: 'history' },
      ],
      shown,
    );
    assert.equal(next.account.state, 'none');
    assert.equal(next.models.length, 1);
    assert.equal(next.notices.length, 1);
    assert.equal(next.selection?.excluded, true);
    assert.equal(next.selectionOn, false);
    assert.equal(next.mentions?.query, 'a');
    assert.deepEqual(next.history, []);
    assert.equal(next.view, 'history');
  });
});

describe('isOpen', () => {
  it('knows the questions that wait', () => {
    const question = {
      type: 'choice' as const,
      id: 'q',
      call: { type: 'toolUse' as const, id: 'c', name: 'A', input: {} },
      questions: [],
    };
    const waiting = play([{ type: 'events', events: [], state: { ...conversation, questions: [question] } }], shown);
    assert.equal(isOpen(waiting, 'q'), true);
    assert.equal(isOpen(waiting, 'other'), false);
    assert.equal(isOpen(INITIAL, 'q'), false);
  });
});
