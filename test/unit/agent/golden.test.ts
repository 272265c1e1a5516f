// Whole conversations as text, one event a line: a change of what happens shows as a difference to review.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { Block } from '../../../src/contracts/message.ts';
import { call, failed, text } from '../../support/scriptedProvider.ts';
import { answering, bad, fakeTool, judgeBy, type Kit, makeKit, ok, run, TOOLS } from './kit.ts';

const FOLDER = path.join(process.env['ASSENT_ROOT'] ?? '.', 'test/golden');

async function assertGolden(name: string, kit: Kit): Promise<void> {
  const file = path.join(FOLDER, `${name}.txt`);
  const printed = `${kit.conversation.events.map(print).join('\n')}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, printed);
  const golden = await readFile(file, 'utf8').catch(() => assert.fail(`${file} is missing; UPDATE_GOLDEN=1 writes it`));
  assert.equal(printed, golden);
}

function print(event: AgentEvent): string {
  switch (event.type) {
    case 'prompted':
      return `prompted “${event.prompt.text}”`;
    case 'message':
      return `message ${event.message.role}: ${event.message.blocks.map(printBlock).join(' | ')}`;
    case 'toolDecided':
      return `decided ${event.call.id}: ${event.decision.kind}`;
    case 'asked':
      return `asked ${event.question.type}${event.question.type === 'review' ? `: ${event.question.review.changes.map((change) => `${change.path} (${change.hunks.length})`).join(', ')}` : ''}`;
    case 'answered':
      return `answered ${JSON.stringify(event.answer)}`;
    case 'toolStarted':
      return `started ${event.call.id}`;
    case 'toolFinished':
      return `finished ${event.call.id}: ${event.status}`;
    case 'usage':
      return `usage ${event.purpose}: ${event.contextTokens} of ${event.contextWindow}`;
    case 'finished':
      return `end: ${JSON.stringify(event.finish)}`;
    default:
      return JSON.stringify(event);
  }
}

function printBlock(block: Block): string {
  if (block.type === 'text') return JSON.stringify(block.text);
  if (block.type === 'toolUse') return `call ${block.id} ${block.name} ${JSON.stringify(block.input)}`;
  if (block.type === 'toolResult')
    return `result ${block.id}${block.isError ? ' (error)' : ''} ${JSON.stringify(block.content.map((one) => (one.type === 'text' ? one.text : one.type)).join())}`;
  return block.type;
}

test('read, ask, run, edit, answer', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('v20'));
  const kit = await makeKit(t.after.bind(t), {
    files: { '/project/a.txt': 'one\ntwo\n' },
    tools: () => [...TOOLS, act],
    judge: judgeBy({ Act: 'ask', Edit: 'ask' }),
    script: [
      [
        { type: 'thinking', text: 'Let me see', signature: 's' },
        text('I look first.'),
        call('r', 'Read', { file_path: '/project/a.txt' }),
      ],
      [call('a', 'Act', { command: 'node --version' })],
      [call('e', 'Edit', { file_path: '/project/a.txt', old_string: 'two', new_string: 'three' })],
      [text('Changed.')],
    ],
  });
  answering(kit.conversation, { type: 'allow' });
  await run(kit.conversation, 'Change two to three');
  await assertGolden('read-run-edit', kit);
});

test('denied by rule, declined with words, declined for good', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('done'));
  const secret = fakeTool('Secret', 'read', () => ok('never'));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act, secret],
    judge: judgeBy({ Act: 'ask', Secret: 'deny' }),
    script: [[call('s', 'Secret')], [call('a', 'Act')], [call('b', 'Act'), call('c', 'Act')]],
  });
  let asked = 0;
  kit.conversation.listen((event) => {
    if (event.type === 'asked')
      kit.conversation.answer(
        event.question.id,
        asked++ === 0 ? { type: 'deny', feedback: 'not this one' } : { type: 'deny' },
      );
  });
  await run(kit.conversation, 'Do it');
  await assertGolden('denied-declined', kit);
});

test('a plan, from planning to doing', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('done'));
  const kit = await makeKit(t.after.bind(t), {
    start: { mode: 'plan' },
    tools: () => [...TOOLS, act],
    script: [
      [call('p', 'ExitPlanMode', { plan: '1. Act' })],
      [call('q', 'ExitPlanMode', { plan: '1. Test\n2. Act' })],
      [call('a', 'Act')],
      [text('Done.')],
    ],
  });
  let asked = 0;
  kit.conversation.listen((event) => {
    if (event.type !== 'asked') return;
    kit.conversation.answer(
      event.question.id,
      asked++ === 0
        ? { type: 'deny', feedback: 'tests first' }
        : { type: 'plan', mode: 'acceptEdits', plan: '1. Test\n2. Act' },
    );
  });
  await run(kit.conversation, 'Plan it');
  await assertGolden('plan', kit);
});

test('broken off, gone on, and stopped by the breaker', async (t) => {
  const act = fakeTool('Act', 'effect', () => bad('no such file'));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    script: [
      async function* () {
        yield* failed(
          { code: 'network', detail: 'ECONNRESET', retryable: true },
          { role: 'assistant', blocks: [text('I was')] },
        );
      },
      [call('1', 'Act')],
      [call('2', 'Act')],
      [call('3', 'Act')],
    ],
  });
  await run(kit.conversation, 'Go');
  await run(kit.conversation, 'Go on');
  await assertGolden('broken-looping', kit);
});
