import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRedirect, parseOpenUri } from '../../../src/host/uri.ts';

const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';

test('a prompt and a session are taken from the link', () => {
  assert.deepEqual(parseOpenUri('/open', 'prompt=rm%20-rf%20%2F'), { prompt: 'rm -rf /', session: undefined });
  assert.deepEqual(parseOpenUri('/open/', `session=${SESSION}`), { prompt: '', session: SESSION });
});

test('control and reordering characters do not reach the composer', () => {
  const query = new URLSearchParams({ prompt: 'a\u0000b\u001b[31mc\u202ed\ne\u200bf\u{E0041}' }).toString();
  assert.equal(parseOpenUri('/open', query)?.prompt, 'ab[31mcd\nef');
  // Nor what fonts draw as nothing, in which a whole text can be hidden.
  const nothing = new URLSearchParams({ prompt: 'a\ufe01\u{e0101}\u3164\u2800\u034f\u2029b\u00a0c' }).toString();
  assert.equal(parseOpenUri('/open', nothing)?.prompt, 'ab c');
});

test('nothing else is reachable', () => {
  assert.equal(parseOpenUri('/run', 'prompt=x'), undefined);
  assert.equal(parseOpenUri('/open/settings', 'prompt=x'), undefined);
  assert.equal(parseOpenUri('/open', 'session=../../etc/passwd')?.session, undefined);
  assert.equal(parseOpenUri('/open', `prompt=${'x'.repeat(100_000)}`)?.prompt.length, 20_000);
});

test('a sign-in comes back to one address, which opens nothing', () => {
  assert.deepEqual(['/oauth', '/oauth/', '/oauth/x', '/open', ''].map(isRedirect), [true, true, false, false, false]);
  assert.equal(parseOpenUri('/oauth', 'prompt=x'), undefined);
});
