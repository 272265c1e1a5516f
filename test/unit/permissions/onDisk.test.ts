// Commands on a real disk: what patterns stand for there, links among them, folders that are not there, files made here.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Mode } from '../../../src/contracts/permission.ts';
import { decide } from '../../../src/permissions/decide.ts';
import { type FactsInput, lookUpFacts } from '../../../src/permissions/facts.ts';
import { shellReader } from '../../support/shellReader.ts';
import { rulesOf } from './call.ts';
import { verdictOf } from './checkRecord.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-disk-')));
after(() => rmSync(base, { recursive: true, force: true }));
const root = path.join(base, 'proj');
for (const folder of ['src/deep', 'keys', 'dashes', 'many', 'sub/.git'])
  mkdirSync(path.join(root, folder), { recursive: true });
mkdirSync(path.join(base, 'home'));
writeFileSync(path.join(root, 'run.sh'), '', { mode: 0o755 });
writeFileSync(path.join(base, 'secret.md'), 'secret');
for (const file of ['a.ts', 'b.ts', '.env', 'src/c.ts', 'keys/own.md', 'dashes/-x.ts', 'dashes/y.ts'])
  writeFileSync(path.join(root, file), '');
symlinkSync(path.join(base, 'secret.md'), path.join(root, 'keys/link.md'));
symlinkSync(base, path.join(root, 'src/out'));
for (let file = 0; file < 60; file += 1) writeFileSync(path.join(root, `many/${file}.log`), '');

type Extra = Partial<FactsInput> & { mode?: Mode; rules?: string[] };

async function judged(command: string, { mode = 'default', rules = [], ...extra }: Extra = {}) {
  const cwd = extra.cwd ?? root;
  const facts = await lookUpFacts({
    tool: 'Bash',
    input: { command },
    actions: [{ kind: 'run', command, cwd }],
    cwd,
    root,
    home: path.join(base, 'home'),
    workingDirectories: [],
    platform: 'linux',
    trusted: true,
    shell: await shellReader(),
    ...extra,
  });
  const decision = decide(facts, rulesOf(rules), mode);
  assert.equal(verdictOf(decision.record), decision.kind, command);
  return decision;
}

async function verdicts(rows: Array<[command: string, verdict: string, extra?: Extra]>) {
  const wrong: string[] = [];
  for (const [command, verdict, extra] of rows) {
    const { kind, because } = await judged(command, extra);
    if (kind !== verdict) wrong.push(`${command}: ${kind}, ${because.code}`);
  }
  assert.deepEqual(wrong, []);
}

test('a pattern stands for the names on the disk: links among them lead where they lead', () =>
  verdicts([
    ['cat *.ts', 'allow'],
    ['cat keys/*.md', 'ask'],
    ['cat keys/o*.md', 'allow'],
    ['cat */*.md', 'ask'],
    ['cat src/*/secret.md', 'ask'],
    ['ls src/*/', 'ask'],
    ['for f in keys/*; do cat "$f"; done', 'ask'],
    ['echo keys/*', 'ask'],
    ['cat .e*', 'deny', { rules: ['deny Read(.env)'] }],
    ['cat .e*', 'ask', { rules: ['ask Read(.env)'] }],
    ['cat *.ts', 'allow', { rules: ['deny Read(.env)'] }],
    ['cat *.ts', 'deny', { rules: ['deny Read(b.ts)', 'allow Bash'] }],
    ['wc -l nothing*', 'allow'],
  ]));

test('a name that looks like an option asks', () =>
  verdicts([
    ['cd dashes && cat *', 'ask'],
    ['cd dashes && cat ./*', 'allow'],
    ['cat dashes/*', 'allow'],
    ['cd dashes && npx eslint *', 'ask', { rules: ['allow Bash(npx eslint:*)'] }],
    ['cd src && npx eslint *', 'allow', { rules: ['allow Bash(npx eslint:*)'] }],
  ]));

test('what a removal by pattern takes away is known, or asked about', () =>
  verdicts([
    ['rm src/*.ts', 'allow', { rules: ['allow Bash(rm:*)'] }],
    ['rm -r src/*', 'ask', { rules: ['allow Bash(rm:*)'] }],
    ['rm many/*.log', 'ask', { rules: ['allow Bash(rm:*)'] }],
    ['rm -rf sub/.g*', 'ask', { rules: ['allow Bash(rm:*)'] }],
    ['rm -rf *', 'ask', { rules: ['allow Bash(rm:*)'] }],
  ]));

test('a folder that is not there is not entered', () =>
  verdicts([
    ['cd src; cat ../a.ts', 'allow'],
    ['cd missing; cat ../a.ts', 'ask'],
    ['cd missing && cat ../a.ts', 'ask'],
    ['cd a.ts; cat ../a.ts', 'ask'],
    ['cd run.sh; cat ../a.ts', 'ask'],
    ['cd src/out && ls', 'ask'],
    ['cd sub && git status', 'ask', { rules: ['allow Bash(git status:*)'] }],
    ['cd src && git status', 'allow'],
  ]));

test('a program of the workspace in the place of a known one asks, as a wrapper too', () => {
  const bin = path.join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['timeout', 'cat', 'echo']) writeFileSync(path.join(bin, name), '');
  mkdirSync(path.join(root, 'greps'));
  for (const name of ['grep', 'tac']) writeFileSync(path.join(root, 'greps', name), '');
  mkdirSync(path.join(root, '..', 'folders', 'tac'), { recursive: true });
  const searchPath = `${bin}:/usr/bin:/bin`;
  return verdicts([
    ['ls', 'allow', { searchPath }],
    ['cat a.ts', 'ask', { searchPath }],
    ['ls | cat', 'ask', { searchPath }],
    ['timeout 5 ls', 'ask', { searchPath }],
    // The shell has one of its own.
    ['echo a', 'allow', { searchPath }],
    ['nice echo a', 'ask', { searchPath }],
    ['ls | xargs', 'ask', { searchPath }],
    ['cat a.ts', 'ask', { searchPath: 'bin:/usr/bin' }],
    // Bash goes on behind a folder of that name, takes a tilde for the home folder, and `egrep` is a script that starts `grep`.
    ['egrep x a.ts', 'ask', { searchPath: `${path.join(root, 'greps')}:/usr/bin` }],
    ['tac a.ts', 'ask', { searchPath: `${path.join(root, '..', 'folders')}:${path.join(root, 'greps')}:/usr/bin` }],
    ['cd src && cat c.ts', 'allow', { searchPath: 'bin:/usr/bin' }],
    ['cd "$X"; cat /tmp', 'ask', { searchPath: 'bin:/usr/bin' }],
  ]);
});

test('accepting edits, only what this conversation made is removed without a question', () => {
  const created = new Set([path.join(root, 'b.ts'), path.join(root, 'src/deep')]);
  const mode = 'acceptEdits';
  return verdicts([
    ['rm b.ts', 'allow', { mode, created }],
    ['rm -f b.ts && rmdir src/deep', 'allow', { mode, created }],
    ['rm b.ts', 'ask', { created }],
    ['rm a.ts', 'ask', { mode, created }],
    ['rm b.ts a.ts', 'ask', { mode, created }],
    ['rm -r src/deep', 'ask', { mode, created }],
    ['rm b.ts', 'ask', { mode }],
    ['rm b.ts', 'deny', { mode: 'plan', created }],
    ['cp a.ts new.ts', 'allow', { mode }],
    ['cp a.ts b.ts', 'ask', { mode }],
    ['cp a.ts src', 'allow', { mode }],
    ['cp -r src keys', 'allow', { mode }],
    ['cp -rT src keys', 'ask', { mode }],
    ['cp src/c.ts src', 'ask', { mode }],
    ['cp -r src/. keys', 'ask', { mode }],
    ['cp a.ts src/out', 'ask', { mode }],
    ['mv a.ts new.ts', 'allow', { mode }],
    ["sed -i 's/a/b/g' a.ts", 'allow', { mode }],
    ["sed -i 's/a/b/g' keys/link.md", 'ask', { mode }],
  ]);
});

test('what is copied, moved or linked and then opened in the same call is looked up where it comes from', () => {
  const mode = 'acceptEdits';
  return verdicts([
    ['cp -r src new && cat new/out/secret.md', 'ask', { mode }],
    ['cp -r src new && cat new/out/../home/x', 'ask', { mode }],
    ['cp -r src new; cp a.ts new/out/made', 'ask', { mode }],
    ['cp -r src new; echo x > new/out/made', 'ask', { mode }],
    ['cp -r src new && cp -r new newer && cat newer/out/secret.md', 'ask', { mode }],
    ['cp -r src keys && cat keys/src/out/secret.md', 'ask', { mode }],
    ['mv src new && cd new/out && cat secret.md', 'ask', { mode }],
    ['cp -r src new && cat new/*/*.md', 'ask', { mode }],
    ['ln -s src e && cat e/out/secret.md', 'ask', { rules: ['allow Bash(ln:*)'] }],
    ['mv .env x && cat x', 'ask', { mode, rules: ['ask Read(.env)'] }],
    ['cp -r src new && cat new/c.ts', 'allow', { mode }],
    ['mkdir -p new && cp a.ts b.ts new && cat new/a.ts', 'allow', { mode }],
    ['cp -r src new && echo x > new/made.ts', 'allow', { mode }],
    ['mv a.ts new.ts && cat new.ts && sed -i s/a/b/ new.ts', 'allow', { mode }],
  ]);
});

test('in accept-edits mode the shell replaces no file, and a program of the workspace is none that makes files', () => {
  const mode = 'acceptEdits';
  mkdirSync(path.join(root, 'tools'));
  writeFileSync(path.join(root, 'tools', 'mkdir'), '');
  return verdicts([
    ['echo x > a.ts', 'ask', { mode }],
    ['echo x >> a.ts', 'ask', { mode }],
    ['echo x > made.ts; echo y >> made.ts', 'allow', { mode }],
    ['mkdir made', 'ask', { mode, searchPath: `${path.join(root, 'tools')}:/usr/bin` }],
    ['mkdir made', 'allow', { mode, searchPath: '/usr/bin:/bin' }],
  ]);
});

test('cd goes by the name of a link, and where that leads nowhere, through it', async () => {
  mkdirSync(path.join(root, 'deep/inner'), { recursive: true });
  mkdirSync(path.join(root, 'deep/keys'));
  symlinkSync('deep/inner', path.join(root, 'short'));
  const rules = ['deny Read(deep/keys/own.md)', 'deny Read(deep/other/x)'];
  await verdicts([
    // Here `keys` is found by the name.
    ['cd short/../keys && cat own.md', 'allow', { rules }],
    ['cd short/../other && cat x', 'ask', { rules: ['ask Read(deep/other/x)'] }],
  ]);
  mkdirSync(path.join(root, 'deep/other'));
  return verdicts([
    ['cd short/../other && cat x', 'deny', { rules }],
    ['cd short; cd ../other; cat x', 'deny', { rules }],
    ['cd short && cat ../other/x', 'deny', { rules }],
    ['cd src/../nowhere && cat a.ts', 'allow'],
  ]);
});

test('a pattern that stands for a denied file is refused in a command that is not understood too', () => {
  const rules = ['allow Bash', 'deny Read(.env)'];
  return verdicts([
    ['cp .e?v src', 'deny', { rules }],
    ['cat .e* "$X"', 'deny', { rules }],
    ['cat *.ts "$X"', 'ask', { rules }],
  ]);
});
