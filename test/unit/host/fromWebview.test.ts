import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromWebview } from '../../../src/host/fromWebview.ts';

test('messages of the protocol pass as they are', () => {
  const messages = [
    { type: 'ready' },
    { type: 'focus', focused: true },
    { type: 'send', text: 'hi', attachments: [{ type: 'file', path: '/w/a', lines: [1, 2] }], withSelection: true },
    {
      type: 'send',
      text: '',
      attachments: [
        { type: 'media', name: 'p.png', media: { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
      ],
      withSelection: false,
    },
    { type: 'answer', question: 'q', answer: { type: 'allow', remember: 1 } },
    { type: 'answer', question: 'q', answer: { type: 'allow', remember: 1, ignore: true } },
    { type: 'answer', question: 'q', answer: { type: 'deny' } },
    {
      type: 'answer',
      question: 'q',
      answer: { type: 'review', hunks: [{ hunk: '0.0', verdict: 'edited', text: '', comment: 'c' }] },
    },
    { type: 'answer', question: 'q', answer: { type: 'elicit', action: 'accept' } },
    {
      type: 'answer',
      question: 'q',
      answer: { type: 'elicit', action: 'accept', content: { a: 'x', b: 1, c: true, d: ['y'] } },
    },
    { type: 'answer', question: 'q', answer: { type: 'elicit', action: 'decline' } },
    { type: 'send', text: '', attachments: [{ type: 'resource', server: 's', uri: 'a://b' }], withSelection: false },
    { type: 'commandQuery', query: '/mcp__s__p x' },
    { type: 'openFile', path: '/w/a' },
    { type: 'setMode', mode: 'plan' },
  ];
  for (const message of messages) assert.deepEqual(fromWebview(message), message);
});

test('anything else is refused', () => {
  const refused: unknown[] = [
    undefined,
    'ready',
    { type: 'run', command: 'rm' },
    { type: 'ready', extra: 1 },
    { type: 'send', text: 1, attachments: [], withSelection: true },
    { type: 'send', text: 'x', attachments: [{ type: 'file', path: '/w/a', lines: [0, 2] }], withSelection: true },
    { type: 'setMode', mode: 'auto' },
    { type: 'answer', question: 'q', answer: { type: 'elicit', action: 'decline', content: {} } },
    { type: 'answer', question: 'q', answer: { type: 'elicit', action: 'accept', content: { a: { b: 1 } } } },
    { type: 'answer', question: 'q', answer: { type: 'allow', remember: -1 } },
    { type: 'answer', question: 'q', answer: { type: 'allow', remember: 1, ignore: '/etc/x' } },
    // The page answers a question; it never sends a decision or a rule.
    { type: 'answer', question: 'q', answer: { type: 'allow', rules: ['Bash'] } },
    { type: 'answer', question: 'q', answer: { type: 'allow', decision: { kind: 'allow' } } },
    {
      type: 'send',
      text: '',
      attachments: [{ type: 'media', name: 'p', media: { type: 'image', mediaType: 'image/png', data: '<script>' } }],
      withSelection: false,
    },
  ];
  for (const message of refused) assert.equal(fromWebview(message), undefined, JSON.stringify(message));
});
