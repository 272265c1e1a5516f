import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { readSystemStore, type SystemStoreOptions } from '../../../src/network/systemStore.ts';
import { makeAuthority, makeCertificate } from '../../support/certificate.ts';

const first = makeAuthority('First').cert;
const second = makeAuthority('Second').cert;
/** In the store as well, and nobody's authority. */
const leaf = makeCertificate(['a.test'], { by: makeAuthority('Third') }).cert;
let folder = '';

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'store-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const read = (options: Partial<SystemStoreOptions>) =>
  readSystemStore({ env: {}, platform: 'linux', mayRun: true, native: undefined, ...options });
const same = (actual: string[], expected: string[]) =>
  assert.deepEqual(
    actual.map((one) => one.trim()),
    expected.map((one) => one.trim()),
  );

test('Linux: the variables name a file and folders, in which links may lead nowhere', async () => {
  const file = path.join(folder, 'bundle.pem');
  await writeFile(file, `# First\n${first}\r\n# Second\n${second}`);
  same(await read({ env: { SSL_CERT_FILE: file } }), [first, second]);
  const certs = path.join(folder, 'certs');
  await mkdir(certs);
  await writeFile(path.join(certs, '5f618aec.0'), first);
  await writeFile(path.join(certs, 'second.crt'), second);
  await writeFile(path.join(certs, 'README'), 'nothing');
  await symlink('/nowhere.pem', path.join(certs, 'gone.pem'));
  same(await read({ env: { SSL_CERT_DIR: certs } }), [first, second]);
  await assert.rejects(read({ env: { SSL_CERT_FILE: path.join(folder, 'none.pem') } }), /ENOENT/);
});

test('Linux: without variables the bundle of the distribution is found', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const found = await read({});
  if (found.length === 0) t.skip('this machine has no bundle');
  else assert.match(found[0] ?? '', /^-----BEGIN CERTIFICATE-----/);
});

test('macOS: what the program prints of the administrator’s keychains, authorities alone', async () => {
  const runs: unknown[] = [];
  const run: SystemStoreOptions['run'] = async (...args) => {
    runs.push(args);
    return `keychain: "/Library/Keychains/System.keychain"\n${first}${leaf}${second}-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n`;
  };
  same(await read({ platform: 'darwin', run }), [first, second]);
  assert.deepEqual(runs, [
    [
      '/usr/bin/security',
      [
        'find-certificate',
        '-a',
        '-p',
        '/System/Library/Keychains/SystemRootCertificates.keychain',
        '/Library/Keychains/System.keychain',
      ],
      {},
    ],
  ]);
});

test('Windows: PowerShell by its full path, with nothing of the environment but where Windows is', async () => {
  const runs: Array<Parameters<NonNullable<SystemStoreOptions['run']>>> = [];
  const run: SystemStoreOptions['run'] = async (...args) => {
    runs.push(args);
    return `${first}${leaf}`.replaceAll('\n', '\r\n');
  };
  const env = { SystemRoot: 'D:\\Windows', Path: 'C:\\evil', PSModulePath: 'C:\\evil' };
  same(
    (await read({ platform: 'win32', run, env })).map((one) => one.replaceAll('\r', '')),
    [first],
  );
  const [file, args, given] = runs[0] ?? [];
  assert.equal(file, 'D:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe');
  assert.deepEqual(given, { SystemRoot: 'D:\\Windows' });
  assert.match(
    args?.join(' ') ?? '',
    /-NoProfile -NonInteractive .*Root.*Disallowed|-NoProfile -NonInteractive [\s\S]*Disallowed[\s\S]*Root/,
  );
});

test('Node’s own way comes first where it has one, and no program runs where none may', async () => {
  const run = () => assert.fail('a program was started');
  for (const platform of ['darwin', 'win32'] as const) {
    same(await read({ platform, run, native: () => [first] }), [first]);
    same(await read({ platform, run, mayRun: false }), []);
  }
});
