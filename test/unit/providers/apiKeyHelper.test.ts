// A team's script that prints the key: the rows of spec/authentication.md §3, with real scripts.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { ModelEvent } from '../../../src/contracts/provider.ts';
import { createApiKeyHelper } from '../../../src/providers/apiKeyHelper.ts';
import { createProvider } from '../../../src/providers/index.ts';
import type { RequestFacts } from '../../../src/providers/messagesApi.ts';
import { becauseOfFailure } from '../../../src/util/phrases/providers.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { runHelper } from '../../../src/util/runHelper.ts';
import { type KeyService, startKeyService } from '../../support/keyService.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { collect, requestOf, user } from './providerKit.ts';

const hello = requestOf([user('Hello')]);
const never = new AbortController().signal;
const BASE = { PATH: process.env['PATH'] };

describe('apiKeyHelper', { skip: process.platform === 'win32' }, () => {
  let rehearsal: Rehearsal;
  let service: KeyService;
  let folder: string;
  let accepted: (key: string) => boolean = () => true;
  let count = 0;
  before(async () => {
    rehearsal = await startRehearsal({ script: { turns: [[{ text: 'ok' }]], loop: true } });
    service = await startKeyService(rehearsal, { accepts: ({ key }) => accepted(key ?? '') });
    folder = await mkdtemp(path.join(tmpdir(), 'assent-key-helper-'));
  });
  beforeEach(() => {
    service.reset();
    accepted = () => true;
    count++;
  });
  after(async () => {
    await service.close();
    await rehearsal.close();
    await rm(folder, { recursive: true });
  });

  /** A script that notes each of its runs; `$RUN` is which one it is. */
  async function script(body: string): Promise<{ command: string; runs(): number }> {
    const log = path.join(folder, `runs-${count}`);
    const file = path.join(folder, `helper ${count}.sh`);
    await writeFile(file, `#!/bin/sh\necho run >> '${log}'\nRUN=$(grep -c . '${log}')\n${body}\n`);
    await chmod(file, 0o755);
    return {
      command: `'${file}'`,
      runs: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0),
    };
  }

  function providerFor(command: string, env: Record<string, string> = {}) {
    const facts: RequestFacts[] = [];
    const told: unknown[] = [];
    const provider = createProvider({
      env: () => ({ ...BASE, ANTHROPIC_BASE_URL: service.url, ...env }),
      ...vendorParts({ helpers: () => ({ apiKeyHelper: command }), tell: (because) => told.push(because) }),
      onRequest: (fact) => facts.push(fact),
      clock: { now: () => 0, random: () => 0, sleep: async () => {} },
    });
    return { provider, facts, told };
  }

  function sentenceOf(events: ModelEvent[]): string {
    const last = events.at(-1);
    assert.equal(last?.type, 'failed', JSON.stringify(last));
    return last?.type === 'failed' ? sayInEnglish(becauseOfFailure(last.failure)) : '';
  }

  const lives: Array<[string, Record<string, string>, number[], number[]]> = [
    ['five minutes, unless a variable says otherwise', {}, [0, 299_000, 301_000], [1, 1, 2]],
    ['the interval of the variable', { CLAUDE_CODE_API_KEY_HELPER_TTL_MS: '1000' }, [0, 2000], [1, 2]],
    ['none at all', { CLAUDE_CODE_API_KEY_HELPER_TTL_MS: '0' }, [0, 0], [1, 2]],
    [
      'five minutes where the variable is no number',
      { CLAUDE_CODE_API_KEY_HELPER_TTL_MS: 'soon' },
      [0, 299_000],
      [1, 1],
    ],
    ['nothing when the clock was set back', {}, [1_000_000, 0], [1, 2]],
  ];
  for (const [name, env, times, runs] of lives) {
    test(`a key is kept for ${name}`, async () => {
      const { command, runs: ran } = await script('echo "key-$RUN-0123456789"');
      let now = 0;
      const helper = createApiKeyHelper({ runHelper, now: () => now });
      for (const [index, time] of times.entries()) {
        now = time;
        assert.equal(await helper.key(command, { ...BASE, ...env }, never), `key-${runs[index]}-0123456789`);
        assert.equal(ran(), runs[index]);
      }
    });
  }

  test('nothing is left on the signal of who waited', async () => {
    const { command } = await script('echo "key-$RUN"');
    const helper = createApiKeyHelper({ runHelper });
    const { signal } = new AbortController();
    const env = { ...BASE, CLAUDE_CODE_API_KEY_HELPER_TTL_MS: '0' };
    await Promise.all([helper.key(command, env, signal), helper.key(command, env, signal)]);
    assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  test('another command has another key, and what is forgotten is fetched again', async () => {
    const one = await script('echo "one-$RUN"');
    count++;
    const two = await script('echo "two-$RUN"');
    const helper = createApiKeyHelper({ runHelper });
    assert.equal(await helper.key(one.command, BASE, never), 'one-1');
    assert.equal(await helper.key(two.command, BASE, never), 'two-1');
    helper.forget();
    assert.equal(await helper.key(two.command, BASE, never), 'two-2');
  });

  test('requests of one moment share a run; it ends only when the last of them is stopped', async () => {
    const go = path.join(folder, `go-${count}`);
    const { command, runs } = await script(`until [ -e '${go}' ]; do sleep 0.01; done; echo shared-key`);
    const helper = createApiKeyHelper({ runHelper });
    const left = new AbortController();
    const keys = [helper.key(command, BASE, left.signal), helper.key(command, BASE, never)];
    left.abort(new Error('stopped'));
    await assert.rejects(keys[0] ?? Promise.resolve(), /stopped/);
    await writeFile(go, '');
    assert.equal(await keys[1], 'shared-key');
    assert.equal(runs(), 1);

    const alone = new AbortController();
    await rm(go);
    const waiting = createApiKeyHelper({ runHelper }).key(command, BASE, alone.signal);
    alone.abort(new Error('stopped'));
    await assert.rejects(waiting, /stopped/);
  });

  test('a 401 runs it again at once, and the request is repeated with the new key', async () => {
    const { command, runs } = await script('echo "key-$RUN-0123456789"');
    accepted = (key) => key === 'key-2-0123456789';
    const { provider } = providerFor(command);
    const events = await collect(provider, hello);
    assert.equal(events.at(-1)?.type, 'done');
    assert.deepEqual(
      service.messages().map(({ key }) => key),
      ['key-1-0123456789', 'key-2-0123456789'],
    );
    assert.deepEqual(service.messages()[1], { key: 'key-2-0123456789', bearer: 'key-2-0123456789' });
    await collect(provider, hello);
    assert.equal(runs(), 2);
  });

  test('a script that gives the refused key again is not believed a third time', async () => {
    const { command, runs } = await script('echo same-key-0123456789');
    accepted = () => false;
    const { provider, facts } = providerFor(command);
    const events = await collect(provider, hello);
    assert.match(
      sentenceOf(events),
      /The key that the apiKeyHelper script gives was not accepted\. Correct the script/,
    );
    assert.equal(service.messages().length, 1);
    assert.equal(runs(), 2);
    assert.doesNotMatch(JSON.stringify([events, facts]), /same-key-0123456789/);
  });

  test('new keys that are all refused end after one more try', async () => {
    const { command, runs } = await script('echo "key-$RUN-0123456789"');
    accepted = () => false;
    const events = await collect(providerFor(command).provider, hello);
    assert.match(sentenceOf(events), /was not accepted/);
    assert.ok(service.messages().length <= 3, String(service.messages().length));
    assert.ok(runs() <= 3, String(runs()));
  });

  test('after a 401 a script that fails says so itself', async () => {
    const { command, runs } = await script('[ "$RUN" = 1 ] && echo first-key-0123456789 && exit 0; exit 7');
    accepted = () => false;
    const events = await collect(providerFor(command).provider, hello);
    assert.match(sentenceOf(events), /The apiKeyHelper script is failing: it ended with status 7/);
    assert.equal(service.messages().length, 1);
    assert.equal(runs(), 3);
  });

  const faults: Array<[string, string, RegExp, number]> = [
    ['a greeting before the key', 'printf "Welcome\\nsecret-key-0123\\n"', /printed something that is not a key/, 1],
    ['two words', 'echo "secret-key-0123 expires"', /printed something that is not a key/, 1],
    ['letters that are not ASCII', 'echo "secret-kéy-0123"', /printed something that is not a key/, 1],
    ['a control character', 'printf "secret-key\\0330123"', /printed something that is not a key/, 1],
    ['16,385 characters', 'head -c 16385 /dev/zero | tr "\\0" k', /at most 16,384 letters/, 1],
    ['nothing', 'echo; echo >&2 secret-key-0123', /printed nothing, so nothing was sent/, 1],
    [
      'status 1, three times',
      'echo secret-key-0123; echo >&2 "denied for secret-key-0123"; exit 1',
      /The apiKeyHelper script is failing: it ended with status 1, 3 times\. Nothing was sent/,
      3,
    ],
    ['the end by a signal', 'echo secret-key-0123; kill -9 $$', /is failing/, 3],
  ];
  for (const [name, body, says, runs] of faults) {
    test(`${name} is told, and nothing is sent`, async () => {
      const one = await script(body);
      const { provider, facts, told } = providerFor(one.command);
      const events = await collect(provider, hello);
      assert.match(sentenceOf(events), says);
      assert.deepEqual(service.requests(), []);
      assert.equal(one.runs(), runs);
      assert.doesNotMatch(JSON.stringify([events, facts, told]), /secret-k/);
      assert.equal(
        events.some((event) => event.type === 'retrying'),
        false,
      );
    });
  }

  test('16,384 characters are a key', async () => {
    const { command } = await script('head -c 16384 /dev/zero | tr "\\0" k');
    const key = await createApiKeyHelper({ runHelper }).key(command, BASE, never);
    assert.equal(key.length, 16_384);
  });

  test('one that fails twice and then works is forgiven', async () => {
    const { command, runs } = await script('[ "$RUN" = 3 ] || exit 1; echo third-key-0123');
    const key = await createApiKeyHelper({ runHelper, pauseMs: 1 }).key(command, BASE, never);
    assert.deepEqual([key, runs()], ['third-key-0123', 3]);
  });

  test('blanks around the key are taken off, and a warning on the other output does no harm', async () => {
    const { command } = await script('echo >&2 "deprecated"; printf "\\n  a-key-0123 \\r\\n"');
    assert.equal(await createApiKeyHelper({ runHelper }).key(command, BASE, never), 'a-key-0123');
  });

  test('a program as git asks for credentials works as one line', async () => {
    const { command } = await script('while read -r line; do :; done; printf "username=u\\npassword=from-git-0123\\n"');
    const line = `printf 'protocol=https\\nhost=x\\n\\n' | ${command} | sed -n 's/^password=//p'`;
    assert.equal(await createApiKeyHelper({ runHelper }).key(line, BASE, never), 'from-git-0123');
  });

  test('it has the variables that count, without credentials where those are scrubbed', async () => {
    const { command } = await script('echo "$VAULT/$AWS_SECRET_ACCESS_KEY"');
    const env = { ...BASE, VAULT: 'v', AWS_SECRET_ACCESS_KEY: 's', CLAUDE_CODE_API_KEY_HELPER_TTL_MS: '0' };
    const helper = createApiKeyHelper({ runHelper });
    assert.equal(await helper.key(command, env, never), 'v/s');
    assert.equal(await helper.key(command, { ...env, CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: '1' }, never), 'v/');
  });

  test('a script that is not there is told with its status', async () => {
    const events = await collect(providerFor(path.join(folder, 'nowhere')).provider, hello);
    assert.match(sentenceOf(events), /it ended with status 127/);
  });
});
