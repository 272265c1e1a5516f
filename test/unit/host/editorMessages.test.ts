// A conversation as the language models of VS Code take it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/contracts/message.ts';
import { editorMessages, textToCount } from '../../../src/host/editorMessages.ts';

const conversation: Message[] = [
  {
    role: 'user',
    blocks: [
      { type: 'text', text: 'Look' },
      { type: 'image', mediaType: 'image/png', data: 'SECRETPIXELS' },
    ],
  },
  {
    role: 'assistant',
    blocks: [
      { type: 'thinking', text: 'hm', signature: 's' },
      { type: 'opaque', raw: { type: 'redacted_thinking' } },
      { type: 'text', text: 'Both.' },
      { type: 'toolUse', id: 'a', name: 'Read', input: { file_path: 'x' } },
      { type: 'toolUse', id: 'b', name: 'Bash', input: null },
    ],
  },
  {
    role: 'user',
    blocks: [
      { type: 'text', text: 'And hurry.' },
      { type: 'toolResult', id: 'a', content: [{ type: 'text', text: 'A' }], isError: false },
      { type: 'toolResult', id: 'b', content: [{ type: 'text', text: 'no' }], isError: true },
    ],
  },
  { role: 'assistant', blocks: [{ type: 'thinking', text: 'only this' }] },
];

test('the system prompt is said first; results stand before text; what is another service’s stays out', () => {
  assert.deepEqual(editorMessages('Be brief.', conversation), [
    { role: 'user', parts: [{ type: 'text', text: 'Be brief.' }] },
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'Look' },
        { type: 'text', text: '[The user attached an image here. You cannot see it; say so if it matters.]' },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { type: 'text', text: 'Both.' },
        { type: 'call', id: 'a', name: 'Read', input: { file_path: 'x' } },
        { type: 'call', id: 'b', name: 'Bash', input: {} },
      ],
    },
    {
      role: 'user',
      parts: [
        { type: 'result', id: 'a', text: 'A' },
        { type: 'result', id: 'b', text: 'Error: no' },
        { type: 'text', text: 'And hurry.' },
      ],
    },
  ]);
});

test('without a system prompt there is no message for it', () => {
  assert.deepEqual(editorMessages('  ', [{ role: 'user', blocks: [{ type: 'text', text: 'Hi' }] }]), [
    { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
  ]);
});

test('all that is sent is counted, and nothing else', () => {
  const text = textToCount(editorMessages('Be brief.', conversation));
  for (const word of ['Be brief.', 'Look', 'Read {"file_path":"x"}', 'And hurry.', 'Error: no'])
    assert.ok(text.includes(word), word);
  assert.equal(text.includes('SECRETPIXELS'), false);
  assert.equal(text.includes('only this'), false);
});
