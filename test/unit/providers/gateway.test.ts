// What changes between the vendor's own address and a gateway in front of it, and what a gateway is told.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { answerOf, providerFor, requestOf, user } from './providerKit.ts';

describe('a gateway and the vendor’s own address', () => {
  let rehearsal: Rehearsal;
  let sent: Array<{ url: string; headers: Headers; body: string }> = [];
  const hello = requestOf([user('Hello')]);
  before(async () => {
    rehearsal = await startRehearsal();
    rehearsal.setScript({ turns: [[{ text: 'ok' }]], loop: true });
  });
  beforeEach(() => {
    sent = [];
  });
  after(() => rehearsal.close());

  /** Every host is the rehearsal; what was sent to it is written down. */
  const toRehearsal: typeof fetch = (url, init) => {
    sent.push({ url: String(url), headers: new Headers(init?.headers), body: String(init?.body) });
    return fetch(rehearsal.url + new URL(String(url)).pathname, init);
  };
  const make = (env: Record<string, string>) => providerFor(rehearsal, env, { fetch: toRehearsal });
  const toolsSent = () => (JSON.parse(sent.at(-1)?.body ?? '{}') as { tools: Array<Record<string, unknown>> }).tools;

  for (const [what, env, eager] of [
    ['the vendor', { ANTHROPIC_BASE_URL: '' }, true],
    ['the vendor, named', { ANTHROPIC_BASE_URL: 'https://api.anthropic.com' }, true],
    ['a host that only looks like the vendor’s', { ANTHROPIC_BASE_URL: 'https://api.anthropic.com.example' }, false],
    ['a gateway', { ANTHROPIC_BASE_URL: 'https://gateway.example' }, false],
    [
      'a gateway that can do it',
      { ANTHROPIC_BASE_URL: 'https://gateway.example', CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING: '1' },
      true,
    ],
    ['the vendor without experiments', { ANTHROPIC_BASE_URL: '', CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: '1' }, false],
  ] as const) {
    test(`${what}: the input of a call is ${eager ? '' : 'not '}asked for while it is written`, async () => {
      await answerOf(make(env), { ...hello, webSearch: { maxUses: 1 } });
      assert.deepEqual(
        toolsSent().map((tool) => [tool['name'], tool['eager_input_streaming']]),
        [
          ['Read', eager || undefined],
          ['Bash', eager || undefined],
          ['web_search', undefined],
        ],
      );
    });
  }

  test('one more turn only appends to the bytes, also with that', async () => {
    const provider = make({ ANTHROPIC_BASE_URL: '', DISABLE_PROMPT_CACHING: '1' });
    const first = await answerOf(provider, hello);
    await answerOf(provider, requestOf([...hello.messages, first.message, user('More')]));
    const [one, two] = sent;
    assert.match(one?.body ?? '', /eager_input_streaming/);
    assert.ok(one && two?.body.startsWith(one.body.slice(0, -2)));
  });

  test('it is told whose conversation a request is, under both names, and nothing where there is none', async () => {
    const provider = make({ ANTHROPIC_BASE_URL: 'https://gateway.example' });
    await answerOf(provider, { ...hello, session: '6f0c9c4e-1111-4222-8333-444455556666' });
    await answerOf(provider, hello);
    assert.deepEqual(
      sent.map(({ headers }) => [headers.get('x-assent-session-id'), headers.get('x-claude-code-session-id')]),
      [
        ['6f0c9c4e-1111-4222-8333-444455556666', '6f0c9c4e-1111-4222-8333-444455556666'],
        [null, null],
      ],
    );
  });

  test('the person’s own headers go before ours', async () => {
    const provider = make({ ANTHROPIC_CUSTOM_HEADERS: 'x-assent-session-id: team-7' });
    await answerOf(provider, { ...hello, session: 's' });
    assert.equal(sent[0]?.headers.get('x-assent-session-id'), 'team-7');
  });

  test('tools are searched for by the service only where it is the vendor’s, or where it is asked for', () => {
    const can = (env: Record<string, string>) => make(env).has?.('toolSearch');
    const gateway = { ANTHROPIC_BASE_URL: 'https://gateway.example' };
    assert.equal(can({ ANTHROPIC_BASE_URL: '' }), true);
    assert.equal(can({ ANTHROPIC_BASE_URL: '', ENABLE_TOOL_SEARCH: 'false' }), false);
    assert.equal(can({ ANTHROPIC_BASE_URL: '', CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: '1' }), false);
    assert.equal(can(gateway), false);
    assert.equal(can({ ...gateway, ENABLE_TOOL_SEARCH: 'true' }), true);
    assert.equal(can({ ...gateway, ENABLE_TOOL_SEARCH: 'auto:5' }), true);
    assert.equal(can({ CLAUDE_CODE_USE_VERTEX: '1', ENABLE_TOOL_SEARCH: 'true' }), false);
  });

  test('the web is searched where the service can', () => {
    const can = (env: Record<string, string>) => make(env).has?.('webSearch');
    assert.equal(can({ CLAUDE_CODE_USE_VERTEX: '1' }), true);
    assert.equal(can({ CLAUDE_CODE_USE_FOUNDRY: '1' }), false);
    assert.equal(can({ CLAUDE_CODE_USE_BEDROCK: '1' }), false);
    assert.equal(can({}), true);
  });
});
