// Typed keys in secret storage: several by name, one chosen, and forgotten for good.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStoredKeys } from '../../../src/host/secrets.ts';

/** Two windows of a profile share one. */
function secretStorage(entries: Record<string, string> = {}) {
  const kept = new Map(Object.entries(entries));
  const listeners = new Set<(event: { key: string }) => void>();
  const changed = (key: string) => {
    for (const listener of listeners) listener({ key });
  };
  return {
    kept,
    get: async (key: string) => kept.get(key),
    store: async (key: string, value: string) => {
      kept.set(key, value);
      changed(key);
    },
    delete: async (key: string) => {
      kept.delete(key);
      changed(key);
    },
    onDidChange: (listener: (event: { key: string }) => unknown) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}

const work = { label: 'Work', origin: 'https://api.anthropic.com', apiKey: 'sk-work-0123456789' };
const gate = { label: 'Gateway', origin: 'https://llm.example.com', authToken: 'token-gate-0123456789' };

test('nothing is stored at first', async () => {
  const keys = createStoredKeys(secretStorage());
  assert.equal(await keys.chosen(), undefined);
  assert.deepEqual(await keys.list(), []);
});

test('the newest is chosen; another can be', async () => {
  const keys = createStoredKeys(secretStorage());
  await keys.add(work);
  await keys.add(gate);
  assert.deepEqual(await keys.chosen(), gate);
  await keys.choose('Work');
  assert.deepEqual(await keys.chosen(), work);
  const [first, second] = await keys.list();
  assert.deepEqual([first?.label, first?.chosen, second?.label, second?.chosen], ['Work', true, 'Gateway', false]);
});

test('a list shows nothing of a key, not even its end', async () => {
  const keys = createStoredKeys(secretStorage());
  await keys.add(work);
  await keys.add({ ...work, label: 'Same' });
  await keys.add({ ...work, label: 'Other', apiKey: 'sk-other-0123456789' });
  const list = await keys.list();
  assert.match(list[0]?.mark ?? '', /^[0-9a-f]{6}$/);
  assert.equal(list[0]?.mark, list[1]?.mark);
  assert.notEqual(list[0]?.mark, list[2]?.mark);
  assert.doesNotMatch(JSON.stringify(list), /sk-|6789/);
});

test('the same name is replaced', async () => {
  const keys = createStoredKeys(secretStorage());
  await keys.add(work);
  await keys.add({ ...work, apiKey: 'sk-new-0123456789' });
  assert.equal((await keys.list()).length, 1);
  assert.equal((await keys.chosen())?.apiKey, 'sk-new-0123456789');
});

test('forgetting one leaves the other; forgetting all leaves nothing in the storage, and other windows hear of it', async () => {
  const storage = secretStorage({ 'assent.apiKey': 'sk-former-0123456789' });
  const here = createStoredKeys(storage);
  const there = createStoredKeys(storage);
  let heard = 0;
  there.onChanged(() => heard++);
  await here.add(work);
  await here.add(gate);
  await here.forget('Gateway');
  assert.deepEqual(await there.chosen(), work);
  await here.forget();
  assert.equal(await there.chosen(), undefined);
  assert.deepEqual([...storage.kept], []);
  assert.ok(heard >= 4);
});

test('a key of before there were accounts is taken over', async () => {
  const storage = secretStorage({ 'assent.apiKey': 'sk-former-0123456789' });
  const keys = createStoredKeys(storage);
  const former = { label: 'API key', origin: 'https://api.anthropic.com', apiKey: 'sk-former-0123456789' };
  assert.deepEqual(await keys.chosen(), former);
  await keys.add(gate);
  assert.equal(storage.kept.has('assent.apiKey'), false);
  await keys.choose('API key');
  assert.deepEqual(await keys.chosen(), former);
});

test('what cannot be read is said, and a new key takes its place', async () => {
  const storage = secretStorage({ 'assent.keys': '{"keys": 3}' });
  const keys = createStoredKeys(storage);
  await assert.rejects(keys.chosen(), /not what Assent stored/);
  await keys.add(work);
  assert.deepEqual(await keys.chosen(), work);
});
