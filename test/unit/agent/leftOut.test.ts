// Pictures that the model's service cannot take: a service looks at their bytes, and the conversation outlives its refusals.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { Media } from '../../../src/contracts/message.ts';
import type { ModelInfo } from '../../../src/contracts/provider.ts';
import type { AnyTool } from '../../../src/contracts/tool.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { type PicturesService, picture, startPicturesService } from '../../support/picturesService.ts';
import type { Script } from '../../support/rehearsal/script.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { providerFor } from '../providers/providerKit.ts';
import { fakeTool, type Kit, makeKit, ok, run, TOOLS, until } from './kit.ts';

const KEY = 'sk-test-0123456789';
const GOOD = picture(40);
const BROKEN = picture(40, true);
const LINE = '(A picture stood here. It was left out, because the model service could not take it.)';
const MODEL: ModelInfo = {
  id: 'assent-rehearsal',
  name: 'Rehearsal',
  contextWindow: 200_000,
  maxOutput: 4000,
  cacheMinimum: 1024,
  thinking: 'none',
  thinkingDefault: false,
  efforts: [],
};

let rehearsal: Rehearsal;
let service: PicturesService;
before(async () => {
  rehearsal = await startRehearsal();
  service = await startPicturesService(rehearsal);
});
afterEach(() => {
  rehearsal.reset();
  service.reset();
  service.blind = false;
});
after(async () => {
  await service.close();
  await rehearsal.close();
});

const shot = (name: string, ...blocks: Media[]): AnyTool =>
  fakeTool(name, 'read', () => ({ content: [...ok('shot').content, ...blocks], isError: false }));

async function kitFor(
  after: (done: () => Promise<void>) => void,
  turns: Script['turns'],
  tools: AnyTool[] = [],
): Promise<Kit> {
  rehearsal.setScript({ turns });
  return makeKit(after, {
    provider: providerFor(service, { ANTHROPIC_API_KEY: KEY }),
    tools: () => [...TOOLS, ...tools],
    modelInfo: () => MODEL,
    start: { model: 'assent-rehearsal' },
  });
}

type Wire = { role: string; content: Array<Record<string, unknown>> };
/** What was sent, markers of the cache aside. */
function sent(): Wire[][] {
  return service.requests().map(({ body }) => {
    const { messages } = JSON.parse(body, (key, value) => (key === 'cache_control' ? undefined : value));
    return messages;
  });
}
const noticesOf = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === 'notice' ? [sayInEnglish(event.because)] : []));
const pictures = (messages: unknown) => JSON.stringify(messages).split('"type":"image"').length - 1;
const call = (tool: string) => [{ tool, input: {} }];

test('one bad picture of a server costs itself alone, now, later and after a resume', async (t) => {
  const tools = [shot('mcp__camera__good', GOOD), shot('mcp__camera__bad', BROKEN)];
  const kit = await kitFor(
    t.after.bind(t),
    [call('mcp__camera__good'), call('mcp__camera__bad'), 'I see one.', 'Again.', 'Resumed.'],
    tools,
  );
  assert.deepEqual(await run(kit.conversation, 'Look'), { reason: 'done' });
  const [, , refused, again] = sent();
  assert.equal(pictures(refused), 2);
  assert.equal(pictures(again), 1, 'the good one stays');
  assert.ok(JSON.stringify(again).includes(JSON.stringify(LINE)));
  assert.deepEqual(noticesOf(kit.conversation.events), [
    'The model service could not take a picture or document (camera/bad), so the conversation goes on without it. It said: Could not process image',
  ]);
  // The person still sees what the tool brought.
  const shown = kit.conversation.events.findLast((event) => event.type === 'toolFinished');
  assert.deepEqual(shown?.type === 'toolFinished' && shown.output.content[1], BROKEN);

  await run(kit.conversation, 'More');
  const live = sent().at(-1);
  assert.deepEqual(live?.slice(0, again?.length), again, 'what was sent before is sent again as it was');
  assert.equal(service.requests().length, 5, 'refused once, and no more');

  const file = (await kit.store.list('/project'))[0]?.file ?? '';
  assert.ok((await readFile(file, 'utf8')).includes(BROKEN.data), 'the transcript keeps the original');
  const second = await kit.reopen();
  await run(second, 'Go on');
  assert.deepEqual(sent().at(-1)?.slice(0, live?.length), live, 'byte for byte after a resume');
  assert.equal(service.requests().length, 6);
  assert.equal(JSON.stringify([kit.conversation.events, kit.logged]).includes(KEY), false);
});

test('the same picture is not sent a second time', async (t) => {
  const kit = await kitFor(
    t.after.bind(t),
    [call('mcp__camera__bad'), 'Hm.', call('mcp__camera__bad'), 'Still nothing.'],
    [shot('mcp__camera__bad', BROKEN)],
  );
  await run(kit.conversation, 'Look');
  assert.deepEqual(await run(kit.conversation, 'Once more'), { reason: 'done' });
  assert.equal(service.requests().length, 5);
  assert.equal(noticesOf(kit.conversation.events).length, 1);
  const live = sent().at(-1);
  const second = await kit.reopen();
  rehearsal.setScript({ turns: ['Resumed.'] });
  await run(second, 'Go on');
  assert.deepEqual(sent().at(-1)?.slice(0, live?.length), live);
});

test('what a person attached is named by its file, or by its kind', async (t) => {
  const kit = await kitFor(t.after.bind(t), ['A.', 'B.']);
  kit.workspace.readBytes = async () => Buffer.from(BROKEN.data, 'base64');
  const attached = [
    { type: 'file' as const, path: '/project/docs/shot.png' },
    { type: 'media' as const, name: 'pasted', media: { ...picture(48, true), mediaType: 'image/png' } },
  ];
  assert.deepEqual(await run(kit.conversation, 'What is it?', attached), { reason: 'done' });
  assert.match(noticesOf(kit.conversation.events).join(), /\(docs\/shot\.png, image\/png\)/);
  assert.equal(service.requests().length, 2);
  const [first] = sent().at(-1) ?? [];
  assert.equal(first?.content.filter((block) => block['text'] === LINE).length, 2);
});

test('of a file that was read its path is told', async (t) => {
  const file = '/project/logo.png';
  const kit = await kitFor(t.after.bind(t), [[{ tool: 'Read', input: { file_path: file } }], 'Seen.']);
  kit.workspace.readBytes = async () => Buffer.from(BROKEN.data, 'base64');
  assert.deepEqual(await run(kit.conversation, 'Look'), { reason: 'done' });
  assert.match(noticesOf(kit.conversation.events).join(), /\(\/project\/logo\.png\)/);
});

test('where nothing new is to blame all pictures go', async (t) => {
  const kit = await kitFor(
    t.after.bind(t),
    [call('mcp__camera__good'), 'Seen.', 'And now without.'],
    [shot('mcp__camera__good', GOOD)],
  );
  await run(kit.conversation, 'Look');
  service.blind = true;
  assert.deepEqual(await run(kit.conversation, 'Go on'), { reason: 'done' });
  assert.equal(pictures(sent().at(-1)), 0);
  assert.match(noticesOf(kit.conversation.events).join(), /\(camera\/good\).*does not support image input/);
});

test('the newest ones go first, and all of them where that was not enough', async (t) => {
  const kit = await kitFor(
    t.after.bind(t),
    [call('mcp__camera__good'), call('mcp__camera__other'), 'Seen nothing.'],
    [
      shot('mcp__camera__good', GOOD),
      fakeTool('mcp__camera__other', 'read', () => {
        service.blind = true;
        return { content: [...ok('shot').content, picture(64)], isError: false };
      }),
    ],
  );
  assert.deepEqual(await run(kit.conversation, 'Look'), { reason: 'done' });
  assert.deepEqual(sent().map(pictures), [0, 1, 2, 1, 0]);
  const told = noticesOf(kit.conversation.events);
  assert.match(told[0] ?? '', /\(camera\/other\)/);
  assert.match(told[1] ?? '', /\(camera\/good\)/);
  assert.equal(told.length, 2);
});

test('a picture too many, where one of the others is large', async (t) => {
  const kit = await kitFor(
    t.after.bind(t),
    [call('mcp__camera__twenty'), call('mcp__camera__more'), 'Seen.'],
    [
      shot(
        'mcp__camera__twenty',
        ...Array.from({ length: 20 }, (_, index) => picture(index === 0 ? 2400 : 10 + index)),
      ),
      shot('mcp__camera__more', picture(9)),
    ],
  );
  assert.deepEqual(await run(kit.conversation, 'Look'), { reason: 'done' });
  assert.equal(pictures(sent().at(-1)), 20);
});

test('a media type that is not that of the bytes', async (t) => {
  const kit = await kitFor(t.after.bind(t), ['Seen.']);
  const media = { ...GOOD, mediaType: 'image/jpeg' };
  assert.deepEqual(await run(kit.conversation, 'Look', [{ type: 'media', name: 'p', media }]), { reason: 'done' });
  assert.equal(service.requests().length, 2);
});

test('a conversation with such a picture can be shortened', async (t) => {
  const kit = await kitFor(
    t.after.bind(t),
    [call('mcp__camera__good'), 'Seen.', 'The summary of it all.', 'Gone on.'],
    [shot('mcp__camera__good', GOOD)],
  );
  await run(kit.conversation, 'Look');
  service.blind = true;
  const finished = until(kit.conversation, 'finished');
  kit.conversation.compact();
  assert.deepEqual((await finished).finish, { reason: 'done' });
  const compacted = kit.conversation.events.find((event) => event.type === 'compacted');
  assert.equal(compacted?.type === 'compacted' && compacted.summary, 'The summary of it all.');
  assert.deepEqual(await run(kit.conversation, 'Go on'), { reason: 'done' });
});

test('a refusal that no picture explains ends the turn, and is asked once', async (t) => {
  const refused = { status: 400, error: 'Could not process image' };
  const kit = await kitFor(t.after.bind(t), [refused, 'not reached']);
  const finish = await run(kit.conversation, 'Hello');
  assert.ok(finish.reason === 'failed' && finish.failure.code === 'mediaRefused');
  assert.equal(service.requests().length, 1);
});

test('a request that is too large goes on without what made it so', async (t) => {
  const kit = await kitFor(
    t.after.bind(t),
    [call('mcp__camera__good'), { status: 413, error: 'Request exceeds the maximum size' }, 'Smaller.'],
    [shot('mcp__camera__good', GOOD)],
  );
  assert.deepEqual(await run(kit.conversation, 'Look'), { reason: 'done' });
  assert.deepEqual(sent().map(pictures), [0, 1, 0]);
});
