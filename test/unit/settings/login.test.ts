// Who may say where people sign in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshPlace } from './kit.ts';

const login = (host: string, more: Record<string, unknown> = {}) => ({
  assent: { login: { issuer: `https://${host}`, clientId: 'client', ...more } },
});

test('the person’s own file does, with all that belongs to it', async () => {
  const whole = {
    scopes: ['openid'],
    audience: 'https://models.example',
    baseUrl: 'https://gateway.example',
    redirectUri: 'http://localhost:7777/callback',
    parameters: { prompt: 'consent' },
  };
  const settings = await freshPlace({ user: login('own.example', whole) }).load();
  assert.deepEqual(settings.login, { issuer: 'https://own.example', clientId: 'client', ...whole });
  assert.deepEqual(settings.problems, []);
});

test('the organisation’s wins whole: nothing of a lower one is mixed into it', async () => {
  const user = login('own.example', { baseUrl: 'https://elsewhere.example', audience: 'x' });
  const settings = await freshPlace({ managed: login('org.example'), user }).load();
  assert.deepEqual(settings.login, { issuer: 'https://org.example', clientId: 'client' });
});

test('one of the organisation’s that cannot be read is not replaced by another', async () => {
  const managed = { assent: { login: { issuer: 'https://org.example' } } };
  const settings = await freshPlace({ managed, user: login('own.example') }).load();
  assert.equal(settings.login, undefined);
  assert.equal(settings.problems.length, 1);
});

test('a repository has no say, and is told so with its place; the rest of its object counts', async () => {
  for (const place of ['project', 'local'] as const) {
    const evil = { assent: { ...login('evil.example').assent, costCaps: { day: 1 } } };
    const settings = await freshPlace({ [place]: evil }).load();
    assert.equal(settings.login, undefined);
    assert.doesNotMatch(JSON.stringify(settings.values), /evil/);
    assert.deepEqual(settings.values['assent'], { costCaps: { day: 1 } });
    assert.deepEqual(
      settings.problems.map(({ because, line }) => [because.code, line]),
      [['login.notFromHere', 3]],
    );
    assert.equal(settings.degraded, false);
    const both = await freshPlace({ [place]: evil, user: login('own.example') }).load();
    assert.equal(both.login?.issuer, 'https://own.example');
  }
});

test('where the client of servers is described: the organisation, otherwise the person, by https', async () => {
  const at = (host: string, scheme = 'https') => ({
    assent: { mcpClientMetadataUrl: `${scheme}://${host}/client.json` },
  });
  const load = async (files: Parameters<typeof freshPlace>[0]) => (await freshPlace(files).load()).mcpClientMetadataUrl;
  assert.equal(await load({ user: at('own.example') }), 'https://own.example/client.json');
  assert.equal(await load({ managed: at('org.example'), user: at('own.example') }), 'https://org.example/client.json');
  assert.equal(await load({ user: at('own.example', 'http') }), undefined);
  for (const place of ['project', 'local'] as const)
    assert.equal(await load({ [place]: at('evil.example') }), undefined);
});
