// What the journal adds: to a turn of 20 edits, and to a command in a workspace of 250,000 files.
import { spawnSync } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Workspace } from '../../src/contracts/workspace.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { createJournal } from '../../src/edits/journal/journal.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { diskWorkspace } from './kit/diskWorkspace.ts';
import { median, type Report } from './kit/figure.ts';

const EDITS = 20;
const ROUNDS = 7;
const TRACKED = 250_000;

export async function bench(report: Report): Promise<void> {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-bench-journal-')));
  try {
    const { recorder } = createJournal({
      folder: path.join(base, 'journal'),
      edits: editFunctions,
      workspace: diskWorkspace,
      writeAtomically,
      env: () => process.env,
      trusted: () => true,
      enabled: () => true,
      openFiles: () => [],
      now: Date.now,
      log: console.error,
    });
    const cause = { session: 'bench', message: 'm', call: 'c', tell: console.error };
    const recorded: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const withJournal = await turn(base, `${round}r`, recorder.workspace(diskWorkspace, cause));
      const without = await turn(base, `${round}p`, diskWorkspace);
      if (round === 0) continue; // the code is compiled by then
      recorded.push(withJournal);
      plain.push(without);
    }
    report({ name: 'journal.turn', value: median(recorded), unit: 'ms', runs: ROUNDS, floor: median(plain) });

    const large = path.join(base, 'large');
    manyTracked(large);
    const facts = {
      root: large,
      actions: [{ kind: 'run' as const, command: 'make', cwd: large, argv: ['make'] }],
      seen: [],
    };
    const commands: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      await (await recorder.command(cause, facts)).end();
      commands.push(performance.now() - startedAt);
    }
    report({ name: 'journal.command', value: median(commands), unit: 'ms', runs: ROUNDS });
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** Twenty files of 40 lines, one line changed in each. */
async function turn(base: string, name: string, workspace: Workspace): Promise<number> {
  const changes = Array.from({ length: EDITS }, (_, n) => {
    const text = Array.from({ length: 40 }, (_line, line) => `const ${name}${n} = ${line};\n`).join('');
    const after = text.replace('= 20;', '= twenty;');
    return editFunctions.change(path.join(base, `${name}${n}.js`), text, after, { name: 'utf-8', bom: false }, '0');
  });
  for (const change of changes) await writeFile(change.path, change.before);
  const startedAt = performance.now();
  for (const change of changes) await workspace.write(change);
  return performance.now() - startedAt;
}

/** A repository whose index names that many files; that they are not checked out is all the same to whoever reads it. */
function manyTracked(folder: string): void {
  const git = (args: string[], input = '') => {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: path.dirname(folder), input, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  git(['init', '-q', folder]);
  const blob = git(['-C', folder, 'hash-object', '-w', '--stdin']);
  const lines = Array.from({ length: TRACKED }, (_, n) => `100644 ${blob}\tsrc/part${n % 500}/file${n}.ts\n`);
  git(['-C', folder, 'update-index', '--index-info'], lines.join(''));
}
