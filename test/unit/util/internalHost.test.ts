import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInternalAddress, isInternalHost } from '../../../src/util/internalHost.ts';
import { webUrl } from '../../../src/util/webUrl.ts';

test('addresses that no public server has, in every form', () => {
  for (const address of [
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '100.100.100.200',
      '127.0.0.1',
      '127.9.9.9',
      '168.63.129.16',
      '169.254.169.254',
    ],
    ...['172.16.0.1', '172.31.255.255', '192.0.0.192', '192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', 'fe80::1', 'fe80::1%eth0'],
    ...['fc00::1', 'fd00:ec2::254', 'ff02::1', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b:1::1', '2002:7f00:1::'],
    ...['2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:db8::1', '100::1', '5f00::1', 'no address', ''],
  ]) {
    assert.equal(isInternalAddress(address), true, address);
  }
});

test('addresses of public servers', () => {
  for (const address of [
    ...[
      '1.1.1.1',
      '93.184.216.34',
      '100.63.0.1',
      '100.128.0.1',
      '172.15.0.1',
      '172.32.0.1',
      '192.167.1.1',
      '223.255.255.255',
    ],
    ...['2606:4700::1111', '2a00:1450:4001:81b::200e', '::ffff:8.8.8.8', '64:ff9b::808:808'],
  ]) {
    assert.equal(isInternalAddress(address), false, address);
  }
});

test('hosts that say by themselves that they are internal', () => {
  for (const host of [
    'localhost',
    'a.localhost',
    'printer.local',
    'printer.local.',
    'intranet',
    'wiki.corp',
    '[::1]',
    '127.0.0.1.nip.io',
    'METADATA.GOOGLE.INTERNAL',
  ])
    assert.equal(isInternalHost(host), true, host);
  for (const host of ['example.com', 'local.example.com', '[2606:4700::1111]', '1.1.1.1', 'localhost.example.com'])
    assert.equal(isInternalHost(host), false, host);
});

test('an address has one form, which is encrypted unless the host is internal', () => {
  const of = (text: string) => {
    const read = webUrl(text);
    return 'url' in read ? read.url : read.fault;
  };
  assert.equal(of('http://Docs.Example.com/a b'.replace(' ', '%20')), 'https://docs.example.com/a%20b');
  assert.equal(of('HTTPS://docs.example.com:443'), 'https://docs.example.com/');
  assert.equal(of('https://docs.example.com/x#frag'), 'https://docs.example.com/x');
  assert.equal(of('http://localhost:3000/'), 'http://localhost:3000/');
  assert.equal(of('http://0x7f000001/'), 'http://127.0.0.1/');
  assert.equal(of('https://dоcs.example.com/'), 'https://xn--dcs-sed.example.com/');
  assert.match(of('https://user@example.com/'), /user name/);
  for (const text of [
    'https://a.example/ b',
    'https://a.example\\@b.example/',
    'https://a\u0000.example/',
    '\thttps://a.example/',
  ])
    assert.match(of(text), /no blanks/, JSON.stringify(text));
  for (const text of [
    'ftp://a.example/',
    'a.example',
    '//a.example/',
    'https://',
    'https:///a',
    'javascript:1',
    'data:text/html,x',
    'https://[::zz]/',
  ])
    assert.match(of(text), /whole address/, text);
  assert.match(of(`https://a.example/${'x'.repeat(9000)}`), /at most/);
});
