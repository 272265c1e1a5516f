import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyFor, proxyName } from '../../../src/network/proxy.ts';

const proxy = (url: string, env: Record<string, string>) => {
  const found = proxyFor(new URL(url), env);
  return found && `http${found.secure ? 's' : ''}://${proxyName(found)}`;
};

test('the first variable that is set counts, and lower case comes first', () => {
  assert.equal(proxy('https://a.example/', {}), undefined);
  assert.equal(proxy('https://a.example/', { HTTP_PROXY: 'http://d', http_proxy: 'http://c' }), 'http://c:80');
  assert.equal(
    proxy('https://a.example/', { https_proxy: ' ', HTTPS_PROXY: 'http://b', http_proxy: 'http://c' }),
    'http://b:80',
  );
  assert.equal(proxy('https://a.example/', { https_proxy: 'proxy.example:3128' }), 'http://proxy.example:3128');
  assert.throws(() => proxy('https://a.example/', { HTTPS_PROXY: 'socks5://a' }), /HTTPS_PROXY names a SOCKS proxy/);
});

test('NO_PROXY', () => {
  for (const [list, url, direct] of [
    ['*', 'https://a.example/', true],
    ['a.example', 'https://a.example/', true],
    ['A.EXAMPLE', 'https://a.example./', true],
    ['.example', 'https://a.example/', true],
    ['*.example', 'https://a.example/', true],
    ['example', 'https://badexample/', false],
    ['b.example a.example', 'https://a.example/', true],
    ['b.example,a.example:443', 'https://a.example/', true],
    ['a.example:8443', 'https://a.example/', false],
    ['10.0.0.1', 'https://10.0.0.1/', true],
    ['::1', 'https://[::1]/', true],
    ['', 'http://localhost:3000/', true],
    ['', 'http://127.0.0.1:3000/', true],
    ['', 'http://[::1]/', true],
    ['', 'https://localhost.example/', false],
    ['', 'https://127.example/', false],
    ['', 'https://a.example/', false],
  ] as const) {
    assert.equal(proxy(url, { https_proxy: 'http://p', NO_PROXY: list }) === undefined, direct, `${list} ${url}`);
  }
});
