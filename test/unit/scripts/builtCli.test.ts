// The command line as it is shipped: one file with its parsers beside it, started by Node alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
const outdir = path.join('out', `built-cli-${process.pid}`);
const home = mkdtempSync(path.join(tmpdir(), 'assent-home-'));
after(() => {
  rmSync(path.join(ROOT, outdir), { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});

test('the built command line reads commands: a team test of the sample passes, and a decision has its parts', async () => {
  const { build }: { build(options: { outdir: string }): Promise<unknown> } = await import(
    pathToFileURL(path.join(ROOT, 'scripts/build.mjs')).href
  );
  await build({ outdir });
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
