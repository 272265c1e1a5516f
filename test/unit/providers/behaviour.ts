// What every provider must do, whatever the service behind it. For a vendor of your own write a `ServiceUnderTest`: `start`
// puts a server in front of the rehearsal model that checks a request as the vendor would and hands it on (`startFront` in
// test/support/front.ts does the carrying), `env` is what a person sets to use it. Then call `behavesAsAProvider` with it in
// a test file; what is particular to the vendor is tested beside that call.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Message } from '../../../src/contracts/message.ts';
import type { ModelEvent, Provider } from '../../../src/contracts/provider.ts';
import type { ProviderOptions } from '../../../src/providers/index.ts';
import { type Rehearsal, type Script, startRehearsal } from '../../support/rehearsal/server.ts';
import { answerOf, bodyOf, collect, failureOf, providerFor, requestOf, result, textOf, user } from './providerKit.ts';

/** A service that runs on the loopback interface. */
export type RunningService = {
  url: string;
  /** Connections since the last `reset`. */
  connections(): number;
  reset(): void;
  close(): Promise<void>;
};

export type ServiceUnderTest = {
  name: string;
  start(rehearsal: Rehearsal): Promise<RunningService>;
  /** What a person sets to use the service at `url`, a credential that it accepts included. */
  env(url: string): Record<string, string>;
  /** Set besides, these leave no credential at all. */
  noCredential: Record<string, string>;
  /** What must not occur in anything that is said or logged. */
  secrets: string[];
  /** What the provider is given besides, for instance another `fetch`. */
  more?: Partial<ProviderOptions>;
  /** Failures that the service cannot report, by what the test of each is called. */
  cannotReport?: string[];
};

export function behavesAsAProvider(service: ServiceUnderTest): void {
  describe(service.name, () => {
    let rehearsal: Rehearsal;
    let running: RunningService;
    let provider: Provider;
    const said: unknown[] = [];
    const make = (env: Record<string, string> = {}, more: Partial<ProviderOptions> = {}, url = running.url) =>
      overheard(
        providerFor(
          { url },
          { ANTHROPIC_BASE_URL: '', ANTHROPIC_API_KEY: '', ...service.env(url), ...env },
          { ...service.more, onRequest: (facts) => said.push(facts), tell: (because) => said.push(because), ...more },
        ),
        said,
      );
    before(async () => {
      rehearsal = await startRehearsal();
      running = await service.start(rehearsal);
      provider = make();
    });
    afterEach(() => {
      rehearsal.reset();
      running.reset();
      const text = JSON.stringify(said.splice(0));
      for (const secret of service.secrets) assert.equal(text.includes(secret), false, `a secret is told: ${text}`);
    });
    after(async () => {
      await running.close();
      await rehearsal.close();
    });
    const script = (turns: Script['turns'], more: Partial<Script> = {}) => rehearsal.setScript({ turns, ...more });
    const hello = requestOf([user('Hello')]);

    test('text arrives in pieces and as one message, with its facts', async () => {
      script([[{ text: 'A text that is long enough to be sent in more than one piece, surely so.' }]]);
      const events = await collect(provider, hello);
      const deltas = events.flatMap((event) => (event.type === 'textDelta' ? event.text : []));
      const last = events.at(-1);
      assert.ok(deltas.length > 1);
      assert.ok(last?.type === 'done');
      assert.equal(deltas.join(''), textOf(last.message));
      assert.equal(last.facts.stop, 'endTurn');
      assert.equal(last.facts.model, 'assent-rehearsal');
      assert.match(last.facts.messageId, /^msg_/);
      assert.match(last.facts.requestId ?? '', /^req_/);
    });

    test('two calls of one answer keep their order, and their results go into one message', async () => {
      script([
        [{ text: 'Both.' }, { tool: 'Read', input: { file_path: 'a' } }, { tool: 'Bash', input: { command: 'ls' } }],
        [{ text: 'Done.' }],
      ]);
      const first = await answerOf(provider, hello);
      assert.equal(first.facts.stop, 'toolUse');
      const calls = first.message.blocks.filter((block) => block.type === 'toolUse');
      assert.deepEqual(
        calls.map((call) => [call.name, call.input]),
        [
          ['Read', { file_path: 'a' }],
          ['Bash', { command: 'ls' }],
        ],
      );
      const [one, two] = calls.map((call) => call.id);
      // Text before results: the service wants them the other way round.
      const answers = user('And hurry.', result(one ?? '', 'A'), result(two ?? '', 'B', true));
      await answerOf(provider, requestOf([...hello.messages, first.message, answers]));
      const messages = bodyOf(rehearsal)['messages'] as Array<{ content: Array<Record<string, unknown>> }>;
      assert.deepEqual(
        messages[2]?.content.map((block) => [block['type'], block['tool_use_id'], block['is_error']]),
        [
          ['tool_result', one, undefined],
          ['tool_result', two, true],
          ['text', undefined, undefined],
        ],
      );
    });

    test('an error in the middle of text keeps what is there and repeats no call that is whole', async () => {
      script([
        [{ tool: 'Bash', input: { command: 'rm x' } }, { text: 'Now I ' }, { error: { type: 'overloaded_error' } }],
        [{ text: 'again' }],
      ]);
      const failed = await failureOf(provider, hello);
      assert.equal(failed.failure.code, 'overloaded');
      assert.equal(failed.failure.retryable, false);
      assert.deepEqual(
        failed.partial?.blocks.map((block) => block.type),
        ['toolUse', 'text'],
      );
      assert.equal(rehearsal.requests().length, 1);
    });

    test('an error before anything is whole is tried again, and what streamed is void', async () => {
      const whole = { type: 'text', text: '' };
      const cut: Array<[string, object]> = [
        ['message_start', { message: { id: 'msg_1', model: 'm', usage: { input_tokens: 1, output_tokens: 1 } } }],
        ['content_block_start', { index: 0, content_block: whole }],
        ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'lost' } }],
        ['error', { error: { type: 'overloaded_error', message: 'Overloaded' } }],
      ];
      script([{ raw: rawStream(cut) }, [{ text: 'whole' }]]);
      const events = await collect(provider, hello);
      const types = events.map((event) => event.type);
      assert.deepEqual(types, ['textDelta', 'retrying', 'textDelta', 'done']);
      assert.equal(textOf(doneOf(events).message), 'whole');
    });

    test('thinking goes back byte for byte, redacted thinking too', async () => {
      const redacted = { type: 'redacted_thinking', data: 'ENCRYPTED==' };
      script([
        [
          { thinking: 'First the file, "ünïcode" \n and a tab\t.' },
          { block: redacted },
          { tool: 'Read', input: { file_path: 'ä' } },
        ],
        [{ text: 'ok' }],
      ]);
      const request = requestOf(hello.messages, { model: 'claude-opus-5', thinking: 'adaptive' });
      const first = await answerOf(provider, request);
      const call = first.message.blocks.find((block) => block.type === 'toolUse');
      const next = [...hello.messages, first.message, user(result(call?.id ?? '', 'text'))];
      // The server refuses thinking that does not fit its signature.
      await answerOf(provider, { ...request, messages: next });
      const content = (bodyOf(rehearsal)['messages'] as Array<{ content: unknown[] }>)[1]?.content;
      assert.deepEqual(content?.[1], redacted);
      assert.deepEqual(
        (content?.[0] as { thinking?: string } | undefined)?.thinking,
        'First the file, "ünïcode" \n and a tab\t.',
      );
    });

    test('thinking that was cut off before its signature is not sent back', async () => {
      script([[{ text: 'ok' }]]);
      const cut: Message = {
        role: 'assistant',
        blocks: [
          { type: 'thinking', text: 'half' },
          { type: 'text', text: 'So' },
        ],
      };
      await answerOf(provider, requestOf([...hello.messages, cut, user('Go on')]));
    });

    test('stop reasons come through: pause, refusal, stop sequence', async () => {
      script([
        { text: 'Searching', stop: 'pause_turn' },
        { text: 'found' },
        { text: 'No.', stop: 'refusal' },
        { text: 'x', stop: 'some_new_reason' },
      ]);
      const paused = await answerOf(provider, hello);
      assert.equal(paused.facts.stop, 'pauseTurn');
      const goOn = await answerOf(provider, requestOf([...hello.messages, paused.message]));
      assert.equal(goOn.facts.stop, 'endTurn');
      const refused = await answerOf(provider, requestOf([...hello.messages, goOn.message, user('Now?')]));
      assert.equal(refused.facts.stop, 'refusal');
      assert.equal(refused.facts.refusal, 'Rehearsed refusal');
      const unknown = await answerOf(provider, requestOf([...hello.messages, goOn.message, user('And?')]));
      assert.equal(unknown.facts.stop, 'endTurn');
    });

    test('an input that is not JSON is kept as it came, and the call is marked', async () => {
      script([
        [
          { tool: 'Bash', json: '{"command": "ls' },
          { tool: 'Read', json: '[1]' },
          { tool: 'Read', json: '' },
        ],
      ]);
      const { message } = await answerOf(provider, hello);
      assert.deepEqual(
        message.blocks.map((block) => block.type === 'toolUse' && [block.input, block.malformed]),
        [
          [{}, '{"command": "ls'],
          [{}, '[1]'],
          [{}, undefined],
        ],
      );
    });

    test('a call that the token limit cut off is left out of the answer', async () => {
      script([[{ text: 'I write.' }, { tool: 'Bash', input: { command: 'x'.repeat(1000) } }]]);
      const { message, facts } = await answerOf(provider, { ...hello, maxTokens: 40 });
      assert.equal(facts.stop, 'maxTokens');
      assert.deepEqual(message.blocks, [{ type: 'text', text: 'I write.' }]);
    });

    test('unknown events, deltas and blocks harm nobody', async () => {
      script([
        {
          raw: rawStream([
            ['message_start', { message: { id: 'msg_1', model: 'm', usage: { input_tokens: 3, output_tokens: 1 } } }],
            ['weather', { rain: true }],
            ['content_block_start', { index: 0, content_block: { type: 'hologram', light: 1 } }],
            ['content_block_delta', { index: 0, delta: { type: 'hologram_delta', light: 2 } }],
            ['content_block_stop', { index: 0 }],
            ['content_block_start', { index: 1, content_block: { type: 'text', text: '' } }],
            ['content_block_delta', { index: 1, delta: { type: 'citations_delta', citation: {} } }],
            ['content_block_delta', { index: 1, delta: { type: 'text_delta', text: 'ok' } }],
            ['content_block_stop', { index: 1 }],
            ['message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }],
            ['message_stop', {}],
          ]),
        },
      ]);
      const { message } = await answerOf(provider, hello);
      assert.deepEqual(message.blocks, [
        { type: 'opaque', raw: { type: 'hologram', light: 1 } },
        { type: 'text', text: 'ok' },
      ]);
    });

    test('usage that is told several times counts once', async () => {
      script([
        {
          raw: rawStream([
            [
              'message_start',
              {
                message: {
                  id: 'msg_1',
                  model: 'm',
                  usage: { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 100 },
                },
              },
            ],
            ['content_block_start', { index: 0, content_block: { type: 'text', text: 'x' } }],
            ['content_block_stop', { index: 0 }],
            ['message_delta', { delta: { stop_reason: null }, usage: { output_tokens: 20 } }],
            [
              'message_delta',
              {
                delta: { stop_reason: 'end_turn' },
                usage: {
                  input_tokens: 12,
                  output_tokens: 30,
                  cache_creation_input_tokens: 7,
                  cache_creation: { ephemeral_1h_input_tokens: 7 },
                },
              },
            ],
            ['message_stop', {}],
          ]),
        },
      ]);
      const { facts } = await answerOf(provider, hello);
      assert.deepEqual(facts.usage, {
        inputTokens: 12,
        outputTokens: 30,
        cacheReadTokens: 100,
        cacheWriteTokens: 7,
        cacheWrite1hTokens: 7,
      });
    });

    for (const [what, script_, code, retryable] of [
      ['400', { status: 400, error: 'max_tokens: too many' }, 'badRequest', false],
      [
        '400 for a prompt that is too long',
        { status: 400, error: 'prompt is too long: 210000 tokens > 200000 maximum' },
        'contextOverflow',
        false,
      ],
      [
        '400 for a picture that cannot be read',
        { status: 400, error: 'Could not process image' },
        'mediaRefused',
        false,
      ],
      [
        '400 for a picture among many',
        {
          status: 400,
          error:
            'messages.4.content.1.image.source.base64.data: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels',
        },
        'mediaRefused',
        false,
      ],
      [
        '400 for a spend limit',
        { status: 400, error: 'You have reached your specified workspace API usage limits.' },
        'spendLimit',
        false,
      ],
      ['401', { status: 401 }, 'authentication', false],
      ['402', { status: 402 }, 'billing', false],
      ['403', { status: 403 }, 'permission', false],
      ['404', { status: 404 }, 'notFound', false],
      ['413', { status: 413 }, 'tooLarge', false],
      [
        '429 for an enforced spend limit',
        {
          status: 429,
          headers: { 'retry-after': '1' },
          error: { details: { error_code: 'enforced_spend_limit_reached' } },
        },
        'spendLimit',
        false,
      ],
      ['429 that must not be repeated', { status: 429, headers: { 'x-should-retry': 'false' } }, 'rateLimit', false],
      ['a page instead of a stream', { status: 404, headers: { 'content-type': 'text/html' } }, 'notFound', false],
    ] as Array<[string, Script['turns'][number], string, boolean]>) {
      if (service.cannotReport?.includes(what)) continue;
      test(`${what} is ${code} and is not repeated`, async () => {
        script([script_, [{ text: 'not reached' }]]);
        const { failure } = await failureOf(provider, hello);
        assert.equal(failure.code, code);
        assert.equal(failure.retryable, retryable);
        assert.notEqual(failure.detail, '');
        assert.match(failure.requestId ?? '', /^req_/);
        assert.equal(rehearsal.requests().length, 1);
      });
    }

    for (const [status, code] of [
      [408, 'timeout'],
      [409, 'server'],
      [429, 'rateLimit'],
      [500, 'server'],
      [502, 'server'],
      [504, 'timeout'],
      [529, 'overloaded'],
    ] as const) {
      if (service.cannotReport?.includes(String(status))) continue;
      test(`${status} is ${code}: said, waited for, tried again`, async () => {
        script([{ status }, [{ text: 'ok' }]]);
        const events = await collect(provider, hello);
        assert.deepEqual(
          events.map((event) => event.type),
          ['retrying', 'textDelta', 'done'],
        );
        assert.ok(events[0]?.type === 'retrying');
        assert.equal(events[0].because.code, `providers.retry.${code}`);
        assert.deepEqual([events[0].attempt, events[0].of], [1, 10]);
      });
    }

    test('no key: one failure, no request', async () => {
      const { failure } = await failureOf(make(service.noCredential), hello);
      assert.equal(failure.code, 'noCredential');
      assert.equal(rehearsal.requests().length, 0);
    });

    test('a wrong key is said, without the key', async () => {
      script([{ status: 401, error: `invalid x-api-key ${service.secrets[0]}` }]);
      const { failure } = await failureOf(provider, hello);
      assert.equal(failure.code, 'authentication');
      assert.equal(failure.detail.includes(service.secrets[0] ?? ''), false);
      assert.match(failure.detail, /invalid/);
    });

    test('nobody listens: a network failure, after all tries', async () => {
      const gone = await startRehearsal();
      await gone.close();
      const events = await collect(make({ CLAUDE_CODE_MAX_RETRIES: '2' }, {}, gone.url), hello);
      assert.deepEqual(
        events.map((event) => event.type),
        ['retrying', 'retrying', 'failed'],
      );
      const last = events.at(-1);
      assert.ok(last?.type === 'failed');
      assert.equal(last.failure.code, 'network');
      assert.match(last.failure.detail, /ECONNREFUSED/);
    });

    test('a name that does not exist is a network failure', async () => {
      const nowhere = make({ CLAUDE_CODE_MAX_RETRIES: '0' }, {}, 'http://assent.invalid');
      assert.equal((await failureOf(nowhere, hello)).failure.code, 'network');
    });

    test('a drop before anything is whole is tried again; after a text block it is not', async () => {
      script([[{ text: 'x'.repeat(200) }, { disconnectAfter: 4 }], [{ text: 'ok' }]]);
      assert.equal(textOf(doneOf(await collect(provider, hello)).message), 'ok');
      rehearsal.reset();
      script([[{ text: 'whole' }, { text: 'half of it' }, { disconnectAfter: 7 }], [{ text: 'not reached' }]]);
      const failed = await failureOf(provider, hello);
      assert.equal(failed.failure.code, 'interrupted');
      assert.equal(textOf(failed.partial), 'wholehalf of it');
      assert.equal(rehearsal.requests().length, 1);
    });

    test('a stream that ends too soon, even between events, is interrupted', async () => {
      const start = ['message_start', { message: { id: 'msg_1', model: 'm' } }] as [string, object];
      const open = ['content_block_start', { index: 0, content_block: { type: 'text', text: 'so' } }] as [
        string,
        object,
      ];
      script([
        {
          raw: `${rawStream([start, open, ['content_block_stop', { index: 0 }]])}event: message_delta\ndata: {"type":"mess`,
        },
      ]);
      const failed = await failureOf(provider, hello);
      assert.equal(failed.failure.code, 'interrupted');
      assert.equal(textOf(failed.partial), 'so');
    });

    for (const [what, raw] of [
      ['garbage', 'event: message_start\ndata: {oops}\n\n'],
      ['no event at all', 'hello, this is a proxy\n\n'],
      ['nothing', ''],
      [
        'events out of order',
        rawStream([['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'x' } }]]),
      ],
    ] as const) {
      test(`${what} is a malformed stream`, async () => {
        script([{ raw }], { loop: true });
        const { failure } = await failureOf(make({ CLAUDE_CODE_MAX_RETRIES: '1' }), hello);
        assert.equal(failure.code, 'malformedStream');
      });
    }

    test('a stream that falls silent is given up, and tried once more', async () => {
      const impatient = make({}, { idleTimeoutMs: 50 });
      script([[{ stallMs: 60_000 }], [{ stallMs: 60_000 }], [{ text: 'not reached' }]]);
      const events = await collect(impatient, hello);
      assert.deepEqual(
        events.map((event) => event.type),
        ['retrying', 'failed'],
      );
      const last = events.at(-1);
      assert.equal(last?.type === 'failed' && last.failure.code, 'stalled');
    });

    test('stopping in the middle keeps the text and closes the connection', async () => {
      script([[{ text: 'something' }, { stallMs: 60_000 }]]);
      const control = new AbortController();
      const events: ModelEvent[] = [];
      for await (const event of provider.stream(hello, control.signal)) {
        events.push(event);
        if (event.type === 'textDelta') control.abort();
      }
      const last = events.at(-1);
      assert.ok(last?.type === 'failed');
      assert.equal(last.failure.code, 'cancelled');
      assert.equal(textOf(last.partial), 'something');
      await rehearsal.idle();
    });

    test('stopping before the answer begins, and before the request', async () => {
      script([[{ text: 'never' }]]);
      assert.equal((await failureOf(provider, hello, AbortSignal.abort())).failure.code, 'cancelled');
      assert.equal(rehearsal.requests().length, 0);
    });

    test('leaving early closes the connection', async () => {
      script([[{ text: 'something' }, { stallMs: 60_000 }]]);
      for await (const _event of provider.stream(hello, new AbortController().signal)) break;
      await rehearsal.idle();
    });

    test('a whole answer leaves its connection to the next request', async () => {
      script([[{ text: 'a' }]], { loop: true });
      for (let i = 0; i < 5; i++) await answerOf(provider, hello);
      // One left over from before, or one new; not one for each.
      assert.ok(running.connections() <= 1);
    });
  });
}

function rawStream(events: ReadonlyArray<readonly [string, object]>): string {
  return events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`).join('');
}

/** Keeps the failures and waits that a provider tells of in `said`. */
function overheard(provider: Provider, said: unknown[]): Provider {
  return {
    ...provider,
    async *stream(request, signal) {
      for await (const event of provider.stream(request, signal)) {
        if (event.type === 'failed' || event.type === 'retrying') said.push(event);
        yield event;
      }
    },
  };
}

function doneOf(events: ModelEvent[]) {
  const last = events.at(-1);
  assert.equal(last?.type, 'done', JSON.stringify(last));
  return last as Extract<ModelEvent, { type: 'done' }>;
}
