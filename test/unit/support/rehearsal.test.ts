// The rehearsal model itself: what it refuses, how it counts the cache, how it goes through a script.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Rehearsal, type Script, startRehearsal } from '../../support/rehearsal/server.ts';
import { signThinking } from '../../support/rehearsal/validate.ts';

type Json = Record<string, unknown>;
const text = (words: string, more: Json = {}) => ({ type: 'text', text: words, ...more });
const MARK = { cache_control: { type: 'ephemeral' } };
const call = (id: string) => ({ type: 'tool_use', id, name: 'Read', input: {} });
const resultOf = (id: string, more: Json = {}) => ({ type: 'tool_result', tool_use_id: id, content: 'x', ...more });
const prompt = { role: 'user', content: 'Hello' };

describe('rehearsal model', () => {
  let rehearsal: Rehearsal;
  before(async () => {
    rehearsal = await startRehearsal();
  });
  beforeEach(() => {
    rehearsal.reset();
    rehearsal.setScript({ turns: ['ok'], loop: true });
  });
  after(() => rehearsal.close());

  async function post(body: unknown, headers: Record<string, string> = {}, where = '/v1/messages') {
    const response = await fetch(rehearsal.url + where, {
      method: 'POST',
      headers: {
        'x-api-key': 'any',
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  const ask = (messages: unknown, more: Json = {}) =>
    post({ model: 'assent-rehearsal', max_tokens: 1000, stream: true, messages, ...more });
  const textIn = (stream: string) =>
    [...stream.matchAll(/"text_delta","text":"((?:[^"\\]|\\.)*)"/g)]
      .map((match) => JSON.parse(`"${match[1]}"`))
      .join('');

  const thinking = { type: 'thinking', thinking: 'hm', signature: signThinking('hm') };
  const refused: Array<[string, Json, RegExp, number?]> = [
    ['no max_tokens', { max_tokens: undefined }, /max_tokens: Field required/],
    ['too many max_tokens', { max_tokens: 999_999 }, /maximum allowed number of output tokens/],
    ['an unknown member', { colour: 'red' }, /colour: Extra inputs/],
    ['a temperature', { temperature: 0.5 }, /temperature/],
    ['no messages', { messages: [] }, /at least one message/],
    ['an unknown model', { model: 'gpt' }, /model: gpt/, 404],
    ['a wrong role', { messages: [{ role: 'system', content: 'x' }] }, /role/],
    ['an assistant first', { messages: [{ role: 'assistant', content: 'x' }] }, /first message/],
    ['an assistant last', { messages: [prompt, { role: 'assistant', content: 'So' }] }, /prefill/],
    ['empty content', { messages: [{ role: 'user', content: [] }] }, /non-empty content/],
    ['empty text', { messages: [{ role: 'user', content: [text('')] }] }, /non-empty/],
    ['blank text', { messages: [{ role: 'user', content: [text(' \n')] }] }, /non-whitespace/],
    [
      'a call without a result',
      { messages: [prompt, { role: 'assistant', content: [call('a')] }, prompt] },
      /without `tool_result`.*: a/,
    ],
    [
      'one result of two',
      {
        messages: [
          prompt,
          { role: 'assistant', content: [call('a'), call('b')] },
          { role: 'user', content: [resultOf('a')] },
        ],
      },
      /without `tool_result`.*: b/,
    ],
    ['a result without a call', { messages: [{ role: 'user', content: [resultOf('a')] }] }, /unexpected `tool_use_id`/],
    [
      'a result after text',
      {
        messages: [
          prompt,
          { role: 'assistant', content: [call('a')] },
          { role: 'user', content: [text('x'), resultOf('a')] },
        ],
      },
      /must come first/,
    ],
    [
      'the same call twice',
      {
        messages: [
          prompt,
          { role: 'assistant', content: [call('a'), call('a')] },
          { role: 'user', content: [resultOf('a')] },
        ],
      },
      /unique/,
    ],
    [
      'five markers',
      { messages: [{ role: 'user', content: Array.from({ length: 5 }, () => text('x', MARK)) }] },
      /Found 5/,
    ],
    [
      'a marker on thinking',
      { messages: [prompt, { role: 'assistant', content: [{ ...thinking, ...MARK }, text('x')] }, prompt] },
      /thinking blocks/,
    ],
    [
      'thinking without signature',
      { messages: [prompt, { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm' }] }, prompt] },
      /signature/,
    ],
    [
      'changed thinking',
      { messages: [prompt, { role: 'assistant', content: [{ ...thinking, thinking: 'hm!' }] }, prompt] },
      /cannot be modified/,
    ],
    [
      'a budget above the limit',
      { thinking: { type: 'enabled', budget_tokens: 2000 } },
      /greater than `thinking.budget_tokens`/,
    ],
    ['a bad tool name', { tools: [{ name: 'a b', input_schema: { type: 'object' } }] }, /tools.0.name/],
    ['a tool twice', { tools: [1, 2].map(() => ({ name: 'a', input_schema: { type: 'object' } })) }, /unique/],
    [
      'a prompt above the window',
      { messages: [{ role: 'user', content: 'x'.repeat(900_000) }] },
      /prompt is too long: \d+ tokens > 200000 maximum/,
    ],
  ];
  for (const [what, body, says, status = 400] of refused) {
    test(`refuses ${what}`, async () => {
      const answer = await ask([prompt], body);
      assert.equal(answer.status, status, answer.text);
      assert.match(JSON.parse(answer.text).error.message, says);
      assert.match(answer.headers.get('request-id') ?? '', /^req_/);
      assert.equal(rehearsal.requests().at(-1)?.status, status);
    });
  }

  test('refuses what is not JSON, a missing version, a missing or wrong key', async () => {
    assert.equal((await post('{oops')).status, 400);
    assert.equal((await post({}, { 'anthropic-version': '' })).status, 400);
    assert.equal((await post({}, { 'x-api-key': '' })).status, 401);
    assert.equal((await post({}, { 'x-api-key': 'wrong-key' })).status, 401);
    assert.equal((await post({}, { 'x-api-key': '', authorization: 'Bearer wrong-key' })).status, 401);
  });

  test('events come in the order of the service', async () => {
    rehearsal.setScript({ turns: [[{ thinking: 'hm' }, { text: 'Hi' }, { tool: 'Read', input: { a: 1 } }]] });
    const { text: stream, headers } = await ask([prompt]);
    const names = [...stream.matchAll(/^event: (\w+)$/gm)].map((match) => match[1]);
    assert.match(headers.get('content-type') ?? '', /text\/event-stream/);
    assert.deepEqual(names, [
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    assert.match(stream, /"stop_reason":"tool_use"/);
  });

  test('without stream the same answer comes whole', async () => {
    rehearsal.setScript({ turns: [[{ text: 'Hi' }, { tool: 'Read', input: { a: 1 } }]] });
    const { text: whole } = await ask([prompt], { stream: false });
    const { content, stop_reason: stop } = JSON.parse(whole);
    assert.equal(stop, 'tool_use');
    assert.deepEqual([content[0].text, content[1].input], ['Hi', { a: 1 }]);
  });

  test('the cache: written at markers only, above the minimum only, found 20 blocks back only', async () => {
    const use = async (messages: unknown, model = 'claude-sonnet-5') => {
      await ask(messages, { model });
      const last = rehearsal.requests().at(-1);
      return [last?.cacheReadTokens, last?.cacheWriteTokens, last?.inputTokens].map((tokens) =>
        Math.round((tokens ?? 0) / 1000),
      );
    };
    const long = (label: string) => text(label + 'x'.repeat(8000));
    const say = (...content: unknown[]) => [{ role: 'user', content }];
    assert.deepEqual(await use(say(long('a'))), [0, 0, 2], 'no marker, no cache');
    assert.deepEqual(await use(say(text('short', MARK))), [0, 0, 0], 'too short');
    assert.deepEqual(await use(say({ ...long('a'), ...MARK }, long('b'))), [0, 2, 2]);
    assert.deepEqual(await use(say({ ...long('a'), ...MARK }, { ...long('b'), ...MARK })), [2, 2, 0]);
    assert.deepEqual(await use(say({ ...long('A'), ...MARK })), [0, 2, 0], 'other bytes');
    assert.deepEqual(
      await use(say({ ...long('a'), ...MARK }), 'claude-opus-4-6'),
      [0, 0, 2],
      'below the minimum of that model',
    );
    const small = (count: number) => Array.from({ length: count }, (_, i) => text(`${i}`));
    assert.deepEqual((await use(say(long('a'), ...small(18), text('end', MARK))))[0], 2, '19 blocks on: found');
    assert.deepEqual((await use(say(long('a'), ...small(19), text('end', MARK))))[0], 0, '20 blocks on: too far');
  });

  test('other parameters of thinking part the cache of messages, not that of the system prompt', async () => {
    const system = [text('s'.repeat(8000), MARK)];
    const messages = [{ role: 'user', content: [text('m'.repeat(8000), MARK)] }];
    await ask(messages, { system });
    await ask(messages, { system, thinking: { type: 'adaptive' } });
    const last = rehearsal.requests().at(-1);
    assert.ok(last && last.cacheReadTokens > 1900 && last.cacheReadTokens < 2500, String(last?.cacheReadTokens));
  });

  test('a script runs for each conversation by itself, and says when it is exhausted', async () => {
    rehearsal.setScript({ turns: ['one', 'two'] });
    const goOn = (first: string, reply: string) => [
      { role: 'user', content: first },
      { role: 'assistant', content: reply },
      prompt,
    ];
    assert.equal(textIn((await ask([{ role: 'user', content: 'A' }])).text), 'one');
    assert.equal(textIn((await ask([{ role: 'user', content: 'B' }])).text), 'one');
    assert.equal(textIn((await ask(goOn('A', 'one'))).text), 'two');
    const exhausted = await ask([...goOn('A', 'one'), { role: 'assistant', content: 'two' }, prompt]);
    assert.equal(exhausted.status, 400);
    assert.match(exhausted.text, /exhausted/);
    assert.equal(textIn((await ask(goOn('B', 'one'))).text), 'two');
    assert.deepEqual(
      rehearsal.requests().map((entry) => entry.conversation),
      [1, 2, 1, 1, 2],
    );
  });

  test('two conversations that begin alike are told apart by their answers', async () => {
    rehearsal.setScript({ turns: [[{ tool: 'Read', input: {} }], 'second', 'third'] });
    const first = { role: 'user', content: 'Same words' };
    const idIn = (stream: string) => /"id":"(toolu_\w+)"/.exec(stream)?.[1] ?? '';
    const ids = [idIn((await ask([first])).text), idIn((await ask([first])).text)];
    assert.ok(ids[0] && ids[1] && ids[0] !== ids[1]);
    const goOn = (id: string) => [
      first,
      { role: 'assistant', content: [call(id)] },
      { role: 'user', content: [resultOf(id)] },
    ];
    assert.equal(textIn((await ask(goOn(ids[0] ?? ''))).text), 'second');
    assert.equal(textIn((await ask(goOn(ids[1] ?? ''))).text), 'second');
  });

  test('a request that is repeated after a failure gets the next turn', async () => {
    rehearsal.setScript({
      turns: [
        { status: 529 },
        [{ error: 'broken' }],
        [{ text: 'cut off' }, { error: 'broken' }],
        { raw: '' },
        'at last',
      ],
    });
    for (let i = 0; i < 4; i++) await ask([prompt]);
    assert.equal(textIn((await ask([prompt])).text), 'at last');
    assert.deepEqual(new Set(rehearsal.requests().map((entry) => entry.conversation)), new Set([1]));
  });

  test('a compacted conversation goes on where it was', async () => {
    rehearsal.setScript({ turns: ['first', 'The summary of it all.', 'after the summary'] });
    const first = { role: 'user', content: 'Begin' };
    await ask([first]);
    await ask([first, { role: 'assistant', content: 'first' }, { role: 'user', content: 'Sum up.' }]);
    const compacted = [
      { role: 'user', content: [text('Memory'), text('So far:\nThe summary of it all.'), text('Go on')] },
    ];
    assert.equal(textIn((await ask(compacted)).text), 'after the summary');
  });

  test('turns with "when" are a queue of their own', async () => {
    rehearsal.setScript({
      turns: [[{ text: 'usual' }], { when: 'blue', text: 'blue 1' }, { when: 'blue', text: 'blue 2' }],
    });
    const first = { role: 'user', content: [text('context with blue in it'), text('Think of blue.')] };
    assert.equal(textIn((await ask([first])).text), 'blue 1');
    const second = [first, { role: 'assistant', content: 'blue 1' }, { role: 'user', content: 'Red?' }];
    assert.equal(textIn((await ask(second)).text), 'usual');
    const third = [...second, { role: 'assistant', content: 'usual' }, { role: 'user', content: 'And blue?' }];
    assert.equal(textIn((await ask(third)).text), 'blue 2');
  });

  test('"expect" names what is missing and does not use the turn up', async () => {
    rehearsal.setScript({ turns: [{ expect: ['a "quoted"\nmarker'], text: 'found' }] });
    const missing = await ask([prompt]);
    assert.equal(missing.status, 400);
    assert.match(JSON.parse(missing.text).error.message, /a "quoted"\nmarker/);
    assert.equal(textIn((await ask([{ role: 'user', content: 'has a "quoted"\nmarker' }])).text), 'found');
  });

  test('a script that is not valid is refused with the place of the fault', () => {
    assert.throws(() => rehearsal.setScript({ turns: [[{ txt: 'x' }]] } as unknown as Script), /turns\.0/);
  });

  test('what the answer may hold is limited by max_tokens', async () => {
    rehearsal.setScript({ turns: ['x'.repeat(4000)] });
    const { text: stream } = await ask([prompt], { max_tokens: 100 });
    assert.match(stream, /"stop_reason":"max_tokens"/);
    assert.ok(textIn(stream).length <= 400);
  });

  test('the control paths replace the script, show the log, and forget', async () => {
    assert.equal((await post({ turns: ['changed'] }, {}, '/control/script')).status, 200);
    assert.equal(textIn((await ask([prompt])).text), 'changed');
    const log = (await (await fetch(`${rehearsal.url}/control/log`)).json()) as Array<{ headers: Json }>;
    assert.equal(log.length, 1);
    assert.equal(log[0]?.headers['x-api-key'], '(hidden)');
    assert.equal((await post({ turns: [{ nonsense: 1 }] }, {}, '/control/script')).status, 400);
    await post({}, {}, '/control/reset');
    assert.equal(rehearsal.requests().length, 0);
  });

  test('models and token counts', async () => {
    const headers = { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' };
    const models = (await (await fetch(`${rehearsal.url}/v1/models`, { headers })).json()) as { data: Json[] };
    assert.ok(models.data.some((model: Json) => model['id'] === 'assent-rehearsal'));
    const counted = await post(
      { model: 'assent-rehearsal', messages: [{ role: 'user', content: 'x'.repeat(400) }] },
      {},
      '/v1/messages/count_tokens',
    );
    assert.ok(JSON.parse(counted.text).input_tokens > 90);
    assert.equal((await fetch(`${rehearsal.url}/v1/models`)).status, 401);
  });

  test('the log file has a line for each request', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'assent-rehearsal-'));
    const log = path.join(folder, 'log.jsonl');
    const logged = await startRehearsal({ log, script: { turns: ['a'] } });
    const body = { model: 'assent-rehearsal', max_tokens: 9, stream: true, messages: [prompt] };
    const headers = { authorization: 'Bearer secret-0123456789', 'anthropic-version': '2023-06-01' };
    await (await fetch(`${logged.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(body) })).text();
    await logged.close();
    const lines = (await readFile(log, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map((line) => line.body.messages[0].content),
      ['Hello'],
    );
    assert.doesNotMatch(JSON.stringify(lines), /secret-0123456789/);
    await rm(folder, { recursive: true });
  });
});
