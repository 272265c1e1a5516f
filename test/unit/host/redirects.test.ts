// Where browsers come back to: on this machine, from a remote one, in a browser, and by hand.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createRedirects, type RedirectPlace } from '../../../src/host/redirects.ts';
import { LoginFailure } from '../../../src/util/loginFailure.ts';
import { listen } from '../../support/identityProvider.ts';

const OWN = 'vscode://assent.assent/oauth';
const never = new AbortController().signal;

function redirects(place: Partial<RedirectPlace> = {}) {
  return createRedirects({
    web: false,
    remote: false,
    own: OWN,
    external: async (address) => address,
    page: (which) => ({ title: which, text: '<b>&' }),
    timeoutMs: 60_000,
    ...place,
  });
}

async function failure(work: Promise<unknown>, code: string): Promise<LoginFailure> {
  const error = await work.then(
    () => assert.fail(`It succeeded, not ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof LoginFailure, String(error));
  assert.equal(error.because.code, code);
  return error;
}

test('on a desktop: any port of this machine, one answer, a page without script, and then nobody listens', async () => {
  const one = redirects();
  const redirect = await one.receive({ state: 's1', signal: never });
  assert.match(redirect.redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  const response = await fetch(`${redirect.redirectUri}?state=s1&code=c1&iss=https%3A%2F%2Fidp.example`);
  const came = await redirect.result;
  assert.deepEqual([came.searchParams.get('code'), came.searchParams.get('iss')], ['c1', 'https://idp.example']);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const text = await response.text();
  assert.match(text, /<h1>done<\/h1><p>&#60;b&#62;&#38;<\/p>/);
  assert.doesNotMatch(text, /<script|c1/);
  assert.equal(one.openUri('state=s1&code=again'), false);
  await assert.rejects(fetch(`${redirect.redirectUri}?state=s1&code=c2`));
});

test('several wait at once, each gets its own answer; a request without an answer in it counts for nobody', async () => {
  const one = redirects();
  const [first, second] = await Promise.all([
    one.receive({ state: 'first', signal: never }),
    one.receive({ state: 'second', signal: never }),
  ]);
  assert.equal((await fetch(`${first.redirectUri}?state=first`)).status, 404);
  assert.equal((await fetch(`${first.redirectUri}?state=first&code=x`, { method: 'POST' })).status, 404);
  await fetch(`${second.redirectUri}?state=second&error=access_denied`);
  assert.equal((await second.result).searchParams.get('error'), 'access_denied');
  await fetch(`${first.redirectUri}?state=first&code=1`);
  assert.equal((await first.result).searchParams.get('code'), '1');
});

test('what any program may send to the port ends nothing: the answer is still awaited', async () => {
  const redirect = await redirects().receive({ state: 's', signal: never });
  const { port } = new URL(redirect.redirectUri);
  for (const target of [
    '//',
    '/\\[',
    'http://[/',
    '*',
    '/callback?state=other&code=x',
    '//evil.example/callback?state=s&code=x',
  ])
    assert.match(await answerTo(Number(port), target), /^HTTP\/1\.1 40[04] /, target);
  await fetch(`${redirect.redirectUri}?state=s&code=c`);
  assert.equal((await redirect.result).searchParams.get('code'), 'c');
});

/** What comes back for a request line that no browser would write. */
function answerTo(port: number, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`),
    );
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('close', () => resolve(text));
    socket.once('error', reject);
  });
}

test('as it is registered: a port, a path, another name of this machine', async () => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  const registered = `http://localhost:${port}/oauth/back`;
  const redirect = await redirects().receive({ state: 's', at: registered, signal: never });
  assert.equal(redirect.redirectUri, registered);
  await fetch(`http://127.0.0.1:${port}/oauth/back?state=s&code=c`);
  assert.equal((await redirect.result).pathname, '/oauth/back');
});

test('a port that is taken, and an address of another machine, say what to do', async () => {
  const server = createServer();
  const port = await listen(server);
  try {
    const taken = redirects().receive({ state: 's', at: `http://127.0.0.1:${port}/callback`, signal: never });
    assert.match((await failure(taken, 'login.portTaken')).message, new RegExp(`Port ${port}`));
  } finally {
    server.close();
  }
  for (const at of [
    'https://evil.example/callback',
    'http://192.168.0.1/callback',
    'vscode://other.extension/oauth',
    'x',
  ])
    await failure(redirects().receive({ state: 's', at, signal: never }), 'login.badRedirect');
});

test('from a remote machine: the port that VS Code carries over, where any may be used', async () => {
  const asked: string[] = [];
  const place = {
    remote: true,
    external: async (address: string) => {
      asked.push(address);
      return 'http://127.0.0.1:54321/';
    },
  };
  const redirect = await redirects(place).receive({ state: 's', signal: never });
  assert.equal(redirect.redirectUri, 'http://127.0.0.1:54321/callback');
  assert.match(asked[0] ?? '', /^http:\/\/127\.0\.0\.1:\d+\/$/);
  redirect.dispose();
  // A host of its own cannot be registered; what is pasted still arrives.
  const codespace = await redirects({ remote: true, external: async () => 'https://abc.github.dev/' }).receive({
    state: 's',
    signal: never,
  });
  assert.match(codespace.redirectUri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  codespace.dispose();
});

test('in a browser: the address VS Code makes, answered through its own link', async () => {
  const external = 'https://editor.example/callback?vscode-reqid=7&vscode-scheme=vscode';
  const one = redirects({
    web: true,
    external: async (address) => {
      assert.equal(address, OWN);
      return external;
    },
  });
  const redirect = await one.receive({ state: 's', signal: never });
  assert.equal(redirect.redirectUri, external);
  assert.equal(one.openUri('state=other&code=c'), false);
  assert.equal(one.openUri('state=s&code=c'), true);
  assert.equal((await redirect.result).searchParams.get('code'), 'c');
});

test('on a desktop with VS Code’s own link registered, it is taken as it stands', async () => {
  const one = redirects({ external: async () => assert.fail('it would add what is not registered') });
  const redirect = await one.receive({ state: 's', at: OWN, signal: never });
  assert.equal(redirect.redirectUri, OWN);
  assert.equal(one.openUri('code=c&state=s'), true);
  assert.equal((await redirect.result).searchParams.get('code'), 'c');
});

test('an address that was pasted: whole, or its query, and only the right one', async () => {
  for (const pasted of [' http://127.0.0.1:1/callback?code=c&state=s ', '?code=c&state=s', 'code=c&state=s']) {
    const one = redirects();
    const other = await one.receive({ state: 'o', signal: never });
    const redirect = await one.receive({ state: 's', signal: never });
    for (const wrong of ['', 'hello', 'http://x/?code=c', 'http://x/?code=c&state=o', 'http://x/?state=s'])
      assert.equal(redirect.accept(wrong), false, wrong);
    assert.equal(redirect.accept(pasted), true);
    assert.equal((await redirect.result).searchParams.get('code'), 'c');
    assert.equal(redirect.accept(pasted), false, 'it counts once');
    other.dispose();
  }
});

test('nobody comes, or it is stopped: the listener is closed', async () => {
  const late = await redirects({ timeoutMs: 30 }).receive({ state: 's', signal: never });
  await failure(late.result, 'login.timeout');
  await assert.rejects(fetch(`${late.redirectUri}?state=s&code=c`));
  const stop = new AbortController();
  const stopped = await redirects().receive({ state: 's', signal: stop.signal });
  stop.abort();
  await failure(stopped.result, 'login.cancelled');
  await assert.rejects(fetch(`${stopped.redirectUri}?state=s&code=c`));
  await failure((await redirects().receive({ state: 's', signal: stop.signal })).result, 'login.cancelled');
});
