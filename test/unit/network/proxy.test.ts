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
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/8', 'https://10.example/', false],
    ['10.0.0.0/99', 'https://10.1.2.3/', false],
    ['2001:db8::/32', 'https://[2001:db8::7]/', true],
    ['2001:DB8:0::7', 'https://[2001:db8::7]/', true],
    ['[2001:db8::7]:443', 'https://[2001:db8::7]/', true],
    ['[2001:db8::7]:8443', 'https://[2001:db8::7]/', false],
    ['*example', 'https://a.example/', true],
    ['b.example;a.example', 'https://a.example/', true],
    ['.', 'https://a.example/', false],
    ['http://a.example', 'https://a.example/', false],
    ['::1', 'https://[::1]/', true],
    ['', 'http://localhost:3000/', true],
    ['', 'http://127.0.0.1:3000/', true],
    ['', 'http://169.254.169.254/computeMetadata/v1/', true],
    ['', 'http://169.253.1.1/', false],
    ['', 'http://[::1]/', true],
    ['', 'http://[::ffff:127.0.0.1]/', true],
    ['', 'http://app.localhost:3000/', true],
    ['', 'http://169.254.169.254/latest/', true],
    ['', 'http://metadata.google.internal/', true],
    ['', 'https://169.254.example/', false],
    ['', 'https://localhost.example/', false],
    ['', 'https://127.example/', false],
    ['', 'https://a.example/', false],
  ] as const) {
    assert.equal(proxy(url, { https_proxy: 'http://p', NO_PROXY: list }) === undefined, direct, `${list} ${url}`);
  }
});

test('the name and password of an address, however they are written, are no part of its name', () => {
  const header = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const [address, who] of [
    ['http://me:p%40ss@proxy.example:3128', 'me:p@ss'],
    ['me:pass@proxy.example:3128', 'me:pass'],
    ['http://me@proxy.example:3128', 'me:'],
    ['http://me:100%sure@proxy.example:3128', 'me:100%sure'],
    ['http://domain%5Cme:pass@proxy.example:3128/', 'domain\\me:pass'],
  ] as const) {
    const found = proxyFor(new URL('https://a.example/'), { HTTPS_PROXY: address });
    assert.deepEqual(found && [proxyName(found), found.authorization], ['proxy.example:3128', header(who)], address);
  }
  for (const address of [
    'http://me:se/cret@proxy.example:3128',
    'http://',
    'ftp://me:se.cret@proxy',
    'http://me:se cret@pro xy',
  ]) {
    assert.throws(
      () => proxyFor(new URL('https://a.example/'), { HTTPS_PROXY: address }),
      (error: Error) => /^HTTPS_PROXY is not the address/.test(error.message) && !/se.cret/.test(error.message),
      address,
    );
  }
});

test('variables come before the settings of VS Code, and the exceptions of both count', () => {
  const editor = {
    proxy: 'http://editor.example:1',
    noProxy: ['near.example'],
    strictSsl: false,
    systemCertificates: true,
  };
  const secret = { ...editor, proxyAuthorization: 'Bearer xyz' };
  const variable = { HTTPS_PROXY: 'http://variable.example:2' };
  for (const [env, settings, url, expected] of [
    [{}, editor, 'https://a.example/', 'editor.example:1 http.proxy false undefined'],
    [{}, secret, 'https://a.example/', 'editor.example:1 http.proxy false Bearer xyz'],
    [
      {},
      { ...secret, proxy: 'http://me:pass@editor.example:1' },
      'https://a.example/',
      'editor.example:1 http.proxy false Basic bWU6cGFzcw==',
    ],
    [{}, editor, 'https://near.example/', 'direct'],
    [{ NO_PROXY: 'a.example' }, editor, 'https://a.example/', 'direct'],
    [variable, secret, 'https://a.example/', 'variable.example:2 HTTPS_PROXY true undefined'],
    [variable, editor, 'https://near.example/', 'direct'],
    [{ no_proxy: '', NO_PROXY: 'a.example', ...variable }, editor, 'https://a.example/', 'direct'],
    [{ HTTPS_PROXY: '' }, { ...editor, proxy: ' ' }, 'https://a.example/', 'direct'],
    [{}, editor, 'http://127.0.0.1:8080/', 'direct'],
  ] as const) {
    const found = proxyFor(new URL(url), env, settings);
    const said = found && `${proxyName(found)} ${found.source} ${found.strict} ${found.authorization}`;
    assert.equal(said ?? 'direct', expected, JSON.stringify([env, settings, url]));
  }
  assert.throws(
    () => proxyFor(new URL('https://a.example/'), {}, { ...editor, proxy: 'http://' }),
    /^NetworkError: http\.proxy is not/,
  );
});
