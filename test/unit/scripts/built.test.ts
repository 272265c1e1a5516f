// What is shipped: the command line, one file with its parsers beside it; the files that are read on first use, each of which
// starts in a bare Node where no package is installed; and the licences of all that others wrote.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
const outdir = path.join('out', `built-${process.pid}`);
const home = mkdtempSync(path.join(tmpdir(), 'assent-home-'));

before(async () => {
  const { build }: { build(options: { outdir: string }): Promise<unknown> } = await import(
    pathToFileURL(path.join(ROOT, 'scripts/build.mjs')).href
  );
  await build({ outdir });
});
after(() => {
  rmSync(path.join(ROOT, outdir), { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});

test('the built command line reads commands: a team test of the sample passes, and a decision has its parts', () => {
  const cli = (args: string[], input = '') =>
    spawnSync(process.execPath, [path.join(ROOT, outdir, 'cli.js'), ...args], {
      cwd: path.join(ROOT, 'test/fixtures/policy'),
      encoding: 'utf8',
      input,
    });
  const tested = cli(['policy', 'test', '--home', home, 'expected.jsonl']);
  assert.equal(tested.stderr, '');
  assert.equal(tested.stdout, '9 of 9 decisions are as expected\n');
  const linted = cli(['policy', 'lint', '--strict', '--home', home, '.']);
  assert.deepEqual([linted.status, linted.stdout], [0, '1 file: 0 errors, 0 warnings, 0 notes\n']);
  const call = JSON.stringify({ id: 1, tool: 'Bash', input: { command: 'cat a | wc -l' }, context: { symlinks: {} } });
  const decided = JSON.parse(cli(['decide'], `${call}\n`).stdout);
  assert.equal(decided.decision, 'allow', decided.reason);
});

type Output = { entryPoint?: string; inputs: Record<string, { bytesInOutput: number }> };

function outputs(): Array<[string, Output]> {
  const meta: Array<{ outputs: Record<string, Output> }> = JSON.parse(
    readFileSync(path.join(ROOT, outdir, 'meta.json'), 'utf8'),
  );
  return meta.flatMap((one) => Object.entries(one.outputs));
}

/** Runs `script` in the folder of what was built, away from every `node_modules`, with something in the place of `vscode`. */
function inBareNode(script: string): string {
  const folder = path.join(home, 'dist');
  cpSync(path.join(ROOT, outdir), folder, { recursive: true });
  const standIn = `
    const anything = new Proxy(class {}, {
      get: (target, name) => (name === Symbol.toPrimitive ? () => '' : name in target ? target[name] : anything),
      apply: () => anything,
    });
    const { _load } = require('node:module');
    require('node:module')._load = (name, ...rest) => (name === 'vscode' ? Object.create(anything) : _load(name, ...rest));`;
  const args = ['-e', `${standIn}\n${script}`];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  // The line of the bundle that threw is a megabyte.
  assert.equal(status, 0, /^\w*Error.*$/m.exec(stderr)?.[0]);
  return stdout;
}

test('every file that is read on first use starts, needs no package, and gives something', () => {
  const pages = outputs().flatMap(([file, { entryPoint }]) =>
    entryPoint?.startsWith('webview/') ? [path.basename(file)] : [],
  );
  const own = readdirSync(path.join(ROOT, outdir)).filter((file) => file.endsWith('.js') && !pages.includes(file));
  const vendors = readdirSync(path.join(ROOT, outdir, 'vendor')).filter((file) => file.endsWith('.js'));
  assert.ok(own.includes('composeWindow.js') && vendors.includes('undici.js'));
  const files = [...own.filter((file) => file !== 'cli.js'), ...vendors.map((file) => `vendor/${file}`)];
  const script = `
    const empty = ${JSON.stringify(files)}.filter((file) => {
      for (const known of Object.keys(require.cache)) delete require.cache[known];
      return Object.keys(require(process.cwd() + '/' + file)).length === 0;
    });
    console.log(JSON.stringify(empty));`;
  assert.equal(inBareNode(script), '[]\n');
});

test('the clients of all clouds are made of one copy of the client they extend', () => {
  const script = `
    const from = (file) => require(process.cwd() + '/' + file);
    const sdk = from('vendor/anthropic-ai-sdk.js');
    const is = (client) => client instanceof sdk.client.BaseAnthropic;
    const { foundryClient } = from('foundryClient.js');
    const { vertexClient, withoutCredentials } = from('googleClient.js');
    const { AnthropicBedrock } = from('vendor/anthropic-ai-bedrock-sdk.js');
    const place = { baseURL: 'http://127.0.0.1', region: 'eu', projectId: 'team' };
    console.log(JSON.stringify([
      is(new sdk.Anthropic({ apiKey: 'x' })),
      is(foundryClient('http://127.0.0.1', {})),
      is(vertexClient(place, withoutCredentials(), {})),
      is(new AnthropicBedrock({ awsRegion: 'eu-west-1', skipAuth: true })),
      typeof sdk['lib/credentials/oidc-federation'].oidcFederationProvider,
      typeof from('vendor/aws-sdk-credential-providers.js').fromNodeProviderChain,
    ]));`;
  assert.deepEqual(JSON.parse(inBareNode(script)), [true, true, true, true, 'function', 'function']);
});

test('everything of others that is shipped comes with its licence', () => {
  const inputs = outputs().flatMap(([, output]) => Object.entries(output.inputs));
  const kept = inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
  const folders = new Set(kept.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
  for (const name of ['tree-sitter-bash', 'web-tree-sitter', '@vscode/codicons']) folders.add(`node_modules/${name}`);
  assert.ok(folders.has('node_modules/preact') && folders.has('node_modules/undici'));

  const parts = readFileSync(path.join(ROOT, outdir, 'THIRD-PARTY-NOTICES.txt'), 'utf8').split(/\n\n-{80}\n\n/);
  const without = [...folders].filter((folder) => {
    const { name, version } = JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));
    const part = parts.find((text) => text.split('\n\n')[0]?.split('\n').includes(`${name} ${version}`));
    return part === undefined || !/licen[cs]e|permission|copyright/i.test(part.split('\n\n').slice(1).join('\n'));
  });
  assert.deepEqual(without, []);
  assert.match(readFileSync(path.join(ROOT, '.vscodeignore'), 'utf8'), /^!dist\/THIRD-PARTY-NOTICES\.txt$/m);
});
