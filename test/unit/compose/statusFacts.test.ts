// What the page says is in use: where each piece was set, the organisation's label, faults; never a secret.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadSettings } from '../../../src/settings/load.ts';
import type { StatusFact } from '../../../src/statusProtocol.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { KEY, MODEL, type StatusOptions, statusWith, walk } from './statusKit.ts';

type Files = { managed?: unknown; user?: unknown; project?: unknown };

async function factsOf(
  t: TestContext,
  files: Files,
  processEnv: Record<string, string> = {},
  options: Pick<StatusOptions, 'editor' | 'provider'> = {},
) {
  const base = await mkdtemp(path.join(tmpdir(), 'assent-status-'));
  t.after(() => rm(base, { recursive: true }));
  const root = path.join(base, 'shop');
  const home = path.join(base, 'home');
  const managedDir = path.join(base, 'etc');
  const file = {
    managed: path.join(managedDir, 'managed-settings.json'),
    user: path.join(home, '.claude/settings.json'),
    project: path.join(root, '.claude/settings.json'),
  };
  for (const [name, content] of Object.entries(files)) {
    const target = file[name as keyof Files];
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  const settings = await loadSettings({ root, home, managedDir, trusted: true, env: {} });
  const status = statusWith({ ...processEnv, ...settings.env }, { settings, processEnv, ...options });
  t.after(status.close);
  const facts = await status.facts(MODEL);
  assert.ok(!JSON.stringify(facts).includes(KEY), 'the key is shown');
  return { facts, file, base, status };
}

const one = (facts: readonly StatusFact[], name: string) => facts.find((fact) => fact.name === name);
const origin = (facts: readonly StatusFact[], name: string) => {
  const { from } = one(facts, name) ?? {};
  return from && sayInEnglish(from);
};
const value = (facts: readonly StatusFact[], name: string) => {
  const found = one(facts, name);
  return found && sayInEnglish(found.value);
};

test('of each piece the file that wins, its line, and the label of the organisation', async (t) => {
  const { facts, file } = await factsOf(
    t,
    {
      managed: { env: { ANTHROPIC_BASE_URL: 'https://gateway.example' }, permissions: { deny: ['WebFetch'] } },
      user: { model: 'opus', env: { ANTHROPIC_BASE_URL: 'https://mine.example', ANTHROPIC_AUTH_TOKEN: KEY } },
    },
    { HTTPS_PROXY: `http://me:${KEY}@proxy.example:3128` },
  );
  assert.equal(value(facts, 'vendor'), 'The rehearsal model: scripted answers, no real model');
  assert.equal(origin(facts, 'address'), `ANTHROPIC_BASE_URL in ${file.managed} (file)`);
  assert.deepEqual([one(facts, 'address')?.file, one(facts, 'address')?.line], [file.managed, 3]);
  assert.equal(origin(facts, 'credential'), `ANTHROPIC_AUTH_TOKEN in ${file.user}`);
  assert.equal(one(facts, 'credential')?.line, 5);
  assert.equal(origin(facts, 'model'), `model in ${file.user}`);
  assert.equal(value(facts, 'proxy'), 'proxy.example:3128');
  assert.equal(origin(facts, 'proxy'), 'HTTPS_PROXY in the environment of VS Code');
  assert.match(value(facts, 'policy') ?? '', /\(file\): .*permissions\.deny/);
  assert.deepEqual(
    facts.filter(({ name }) => name === 'settingsFile').map((fact) => fact.file),
    [file.managed, file.user],
  );
  assert.deepEqual([...new Set(facts.map(({ group }) => group))], ['model', 'network', 'settings', 'versions']);
});

test('the script of the settings, and a credential that is missing', async (t) => {
  const helpers = () => ({ apiKeyHelper: `echo ${KEY}` });
  const { facts, file } = await factsOf(t, { user: { apiKeyHelper: `echo ${KEY}` } }, {}, { provider: { helpers } });
  assert.equal(origin(facts, 'credential'), `apiKeyHelper in ${file.user}`);
  const none = await factsOf(t, {});
  assert.equal(one(none.facts, 'credential')?.warning, true);
  assert.equal(value(none.facts, 'policy'), 'Your organisation sets nothing here');
});

test('the settings of VS Code: proxy, hosts that are excepted, store', async (t) => {
  const editor = { proxy: `http://me:${KEY}@proxy.example:8080`, systemCertificates: false };
  const { facts } = await factsOf(t, {}, {}, { editor });
  assert.equal(value(facts, 'proxy'), 'proxy.example:8080');
  assert.equal(origin(facts, 'proxy'), 'http.proxy in the settings of VS Code');
  assert.equal(value(facts, 'certificates'), 'Authorities that come with Node.js');
  assert.equal(origin(facts, 'certificates'), 'http.systemCertificates in the settings of VS Code');
  const excepted = await factsOf(t, {}, { NO_PROXY: 'anthropic.com' }, { editor });
  assert.equal(value(excepted.facts, 'proxy'), 'None for this host');
  assert.equal(origin(excepted.facts, 'proxy'), 'NO_PROXY in the environment of VS Code');
});

test('certificates: the store that a variable names, further authorities, the certificate of this machine', async (t) => {
  const { key, cert } = makeCertificate([], { name: 'laptop-7' });
  const { base } = await factsOf(t, {});
  const file = path.join(base, 'laptop.pem');
  await writeFile(file, cert + key);
  const { facts } = await factsOf(
    t,
    {},
    { CLAUDE_CODE_CERT_STORE: 'bundled', CLAUDE_CODE_CLIENT_CERT: file, NODE_EXTRA_CA_CERTS: file },
  );
  assert.equal(value(facts, 'clientCertificate'), `“laptop-7” in ${file}, valid until 2049-12-31`);
  assert.equal(origin(facts, 'clientCertificate'), 'CLAUDE_CODE_CLIENT_CERT in the environment of VS Code');
  assert.equal(value(facts, 'extraCertificates'), file);
  assert.equal(origin(facts, 'certificates'), 'CLAUDE_CODE_CERT_STORE in the environment of VS Code');
});

test('what cannot be used is a fact as well: proxy, certificates, address, a broken file', async (t) => {
  const { facts, file } = await factsOf(
    t,
    { project: '{ "model": ' },
    {
      ANTHROPIC_BASE_URL: 'gateway.example',
      CLAUDE_CODE_CLIENT_CERT: '/nowhere.pem',
    },
  );
  assert.match(value(facts, 'address') ?? '', /ANTHROPIC_BASE_URL is not an address/);
  assert.match(value(facts, 'clientCertificate') ?? '', /\/nowhere\.pem/);
  assert.equal(one(facts, 'problem')?.file, file.project);
  assert.equal(one(facts, 'problem')?.warning, true);
  const socks = await factsOf(t, {}, { HTTPS_PROXY: `socks5://${KEY}@proxy.example` });
  assert.match(value(socks.facts, 'proxy') ?? '', /SOCKS/);
});

test('the opt-outs that hold: some by any value, some by a switch', async (t) => {
  const { facts } = await factsOf(t, { user: { env: { DISABLE_TELEMETRY: '0', DO_NOT_TRACK: '0' } } });
  assert.equal(value(facts, 'optOuts'), 'DISABLE_TELEMETRY');
  const none = await factsOf(t, {});
  assert.equal(value(none.facts, 'optOuts'), 'None is set');
});

test('the model of a conversation is its own, and how it is reached, too', async (t) => {
  const status = statusWith({ ANTHROPIC_MODEL: MODEL, ANTHROPIC_API_KEY: KEY });
  t.after(status.close);
  const chosen = await status.facts('claude-sonnet-5');
  assert.equal(value(chosen, 'vendor'), 'Anthropic API');
  assert.equal(origin(chosen, 'model'), 'chosen in this conversation');
  assert.equal(origin(await status.facts(MODEL), 'model'), 'ANTHROPIC_MODEL in the environment of VS Code');
  assert.equal(value(await status.facts('vscode:copilot/one'), 'vendor'), 'Language models of VS Code');
});

test('what failed leads to the file in which it was set', async (t) => {
  const gone = 'http://127.0.0.1:1';
  const project = await factsOf(t, {
    user: { env: { ANTHROPIC_AUTH_TOKEN: KEY } },
    project: { env: { HTTPS_PROXY: gone } },
  });
  const { hops } = await walk(project.status);
  const proxy = hops.find(({ state }) => state === 'failed');
  assert.deepEqual([proxy?.hop, proxy?.file], ['proxy', project.file.project]);
  const managed = await factsOf(t, { managed: { env: { ANTHROPIC_BASE_URL: gone, ANTHROPIC_API_KEY: KEY } } });
  const connection = (await walk(managed.status)).hops.find(({ state }) => state === 'failed');
  assert.deepEqual([connection?.hop, connection?.file], ['connection', managed.file.managed]);
});
