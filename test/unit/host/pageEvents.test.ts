import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import { cutForPage, joinDeltas, OUTPUT_SHOWN, splitTurns, wholeOutput } from '../../../src/host/pageEvents.ts';

const prompted = (id: string): AgentEvent => ({ type: 'prompted', prompt: { id, text: id, attachments: [], atMs: 0 } });
const text = (value: string): AgentEvent => ({ type: 'textDelta', text: value });
const call = { type: 'toolUse' as const, id: 'c1', name: 'Bash', input: { command: 'x' } };
const finished = (stdout: string): AgentEvent => ({
  type: 'toolFinished',
  call,
  status: 'done',
  durationMs: 1,
  output: {
    isError: false,
    content: [{ type: 'text', text: stdout }],
    detail: { type: 'command', stdout, stderr: '', exitCode: 0, interrupted: false, truncated: false },
  },
});

test('deltas of one frame become one, and order is kept across kinds and calls', () => {
  const progress = (id: string, value: string): AgentEvent => ({ type: 'toolProgress', call: id, text: value });
  const joined = joinDeltas([
    text('a'),
    text('b'),
    { type: 'thinkingDelta', text: 'c' },
    text('d'),
    progress('1', 'x'),
    progress('2', 'y'),
    progress('2', 'z'),
    { type: 'toolDelta', call: '3', tool: 'Edit', bytes: 10 },
    { type: 'toolDelta', call: '3', tool: 'Edit', bytes: 20 },
  ]);
  assert.deepEqual(joined, [
    text('ab'),
    { type: 'thinkingDelta', text: 'c' },
    text('d'),
    progress('1', 'x'),
    progress('2', 'yz'),
    { type: 'toolDelta', call: '3', tool: 'Edit', bytes: 20 },
  ]);
});

test('the newest turns come first and every event comes once, in order', () => {
  const events = Array.from({ length: 1_000 }, (_, turn) => [prompted(String(turn)), text('a'), text('b')]).flat();
  const { newest, older } = splitTurns(events, 200);
  assert.ok(newest.length >= 200 && newest.length < 210, `${newest.length} events at once`);
  for (const chunk of [newest, ...older]) assert.equal(chunk[0]?.type, 'prompted');
  assert.deepEqual([...older].reverse().flat().concat(newest), events);
});

test('a conversation of one endless turn, or without a prompt, is not lost', () => {
  const one = [prompted('1'), ...Array.from({ length: 900 }, () => text('a'))];
  assert.deepEqual(splitTurns(one, 200), { newest: one, older: [] });
  assert.deepEqual(splitTurns([text('a')], 200), { newest: [text('a')], older: [] });
  assert.deepEqual(splitTurns([], 200), { newest: [], older: [] });
  const before: AgentEvent[] = [{ type: 'context', text: 'memory' }, prompted('1')];
  assert.deepEqual(splitTurns(before, 200).newest, before);
});

test('a long output is cut for the card and whole on request', () => {
  const long = `start${'x'.repeat(100_000)}end`;
  const cut = cutForPage(finished(long));
  assert.ok(JSON.stringify(cut).length < OUTPUT_SHOWN * 2.2);
  assert.ok(cut.type === 'toolFinished' && cut.output.detail?.type === 'command');
  assert.ok(cut.output.detail.stdout.startsWith('start') && cut.output.detail.stdout.endsWith('end'));
  assert.equal(wholeOutput([finished(long)], 'c1'), long);
  assert.equal(wholeOutput([finished(long)], 'other'), undefined);
});

test('the output another client stored in a message alone is found too', () => {
  const stored: AgentEvent = {
    type: 'message',
    message: {
      role: 'user',
      blocks: [{ type: 'toolResult', id: 'c1', content: [{ type: 'text', text: 'out' }], isError: false }],
    },
  };
  assert.equal(wholeOutput([stored], 'c1'), 'out');
  assert.equal(wholeOutput([finished('more'), stored], 'c1'), 'more');
});

test('whole texts of huge files stay behind, their hunks do not', () => {
  const hunk = { id: '0.0', beforeStart: 1, beforeCount: 1, afterStart: 1, afterCount: 1, before: 'a\n', after: 'b\n' };
  const big = 'a\n'.repeat(200_000);
  const review = {
    id: 'r',
    calls: ['c1'],
    changes: [
      {
        path: '/w/a',
        kind: 'modify' as const,
        before: big,
        after: big,
        encoding: { name: 'utf-8', bom: false },
        hunks: [hunk],
      },
    ],
  };
  const cut = cutForPage({
    type: 'asked',
    question: { type: 'review', id: 'q', calls: [call], review, decisions: [] },
  });
  assert.ok(cut.type === 'asked' && cut.question.type === 'review');
  assert.deepEqual(cut.question.review.changes[0]?.hunks, [hunk]);
  assert.equal(cut.question.review.changes[0]?.before, '');
  assert.equal(review.changes[0]?.before, big);
});
