// Made-up scripts, run by real bash where only markers can start: what the engine allows is all that happens.
// `npm run fuzz` goes on for longer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ShellNode, ShellReader } from '../../../src/permissions/shell/script.ts';
import { linesOf } from '../../fuzz/generate.ts';
import type { Programs, Sandbox } from '../../fuzz/sandbox.ts';
import { createFuzzSandbox, fuzzShell, summary, tryScript } from '../../fuzz/shell.ts';
import { shellReader } from '../../support/shellReader.ts';

let sandbox: Sandbox;
before(() => {
  sandbox = createFuzzSandbox();
});
after(() => sandbox.remove());

test('whatever is allowed of 800 made-up scripts, bash runs nothing else; and a fifth and more is allowed', async (t) => {
  const tally = await fuzzShell({ shell: await shellReader(), seed: 20261123, scripts: 800 });
  t.diagnostic(summary(tally));
  assert.deepEqual(tally.findings, []);
  assert.ok(tally.allowed > tally.scripts / 5, summary(tally));
});

test('what was found once stays mended', async () => {
  const shell = await shellReader();
  for (const { script, files } of linesOf<{ script: string; why: string; files?: boolean }>('regressions.jsonl')) {
    const all: Programs[] = files ? ['real'] : ['markers', 'builtins'];
    for (const programs of all) {
      const { findings } = await tryScript(script, programs, sandbox, shell);
      assert.deepEqual(findings, [], script);
    }
  }
});

test('a reader that reads something else than bash is found out', async () => {
  const span = { start: 0, end: 2 };
  const words = [{ ...span, pieces: [{ kind: 'text' as const, text: 'mk', quoted: false }] }];
  const script: ShellNode = { ...span, kind: 'command', words, assignments: [], redirects: [] };
  const liar: ShellReader = { read: () => ({ script }) };
  assert.equal((await tryScript('evil', 'markers', sandbox, liar)).findings[0]?.what, 'ran what was not read');
  assert.equal((await tryScript('mk two', 'markers', sandbox, liar)).findings[0]?.what, 'ran what was not read');
  assert.equal(
    (await tryScript('mk > notes.txt', 'markers', sandbox, liar)).findings[0]?.what,
    'changed what was not decided',
  );
  assert.deepEqual((await tryScript('mk', 'markers', sandbox, liar)).findings, []);
});
