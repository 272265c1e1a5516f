// What one decision costs: facts, with both parsers, and verdict. A map stands in the place of the disk, and nothing is remembered.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Rule } from '../../src/contracts/permission.ts';
import { decide } from '../../src/permissions/decide.ts';
import { describeCall } from '../../src/permissions/describeCall.ts';
import { lookUpFacts } from '../../src/permissions/facts.ts';
import { createShellReader } from '../../src/permissions/shell/reader.ts';
import type { ShellReader } from '../../src/permissions/shell/script.ts';
import { grammarFiles } from '../support/shellReader.ts';
import { ROOT as CHECKOUT } from '../support/vscode/root.ts';
import { median, percentile, type Report } from './kit/figure.ts';

const RUNS = 9;
/** Calls on files of one run: enough to be far above the resolution of the clock. */
const ROUNDS = 100;
const LARGE = `echo ${'word '.repeat(200_000)}`;
const ROOT = '/home/dev/shop';
const HOME = '/home/dev';

const COMMANDS = [
  'ls -la src',
  'git status --short',
  'npm test -- --run price',
  'cat src/price.ts | head -40',
  'grep -rn "total" src && wc -l src/price.ts',
  'rm -rf build',
  'cd packages/api && npm run build > out.log 2>&1',
  'find . -name "*.ts" -newer package.json -exec wc -l {} +',
  'git log --oneline -20 -- src/price.ts',
  'for file in src/*.ts; do echo "$file"; done',
];
const FILES = [
  ['Read', { file_path: `${ROOT}/src/price.ts` }],
  ['Read', { file_path: '/etc/hosts' }],
  ['Edit', { file_path: `${ROOT}/src/price.ts`, old_string: 'a', new_string: 'b' }],
  ['Write', { file_path: `${ROOT}/.git/hooks/pre-commit`, content: '' }],
  ['Grep', { pattern: 'total', path: `${ROOT}/src` }],
] as const;

const RULES: Rule[] = [
  ...['Bash(npm test:*)', 'Bash(npm run lint:*)', 'Bash(git diff:*)', 'Read', 'Edit(/src/**)', 'Edit(/test/**)'].map(
    (text) => rule('allow', text),
  ),
  ...['Bash(git push:*)', 'Edit(/package.json)'].map((text) => rule('ask', text)),
  ...['Read(./.env)', 'Read(//etc/shadow)', 'Bash(curl:*)', 'Bash(rm:*)'].map((text) => rule('deny', text)),
];

export async function bench(report: Report): Promise<void> {
  const commands = await cases();
  const times: number[][] = commands.map(() => []);
  const large: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    // A new reader each time: it remembers what it has read.
    const shell = await createShellReader(grammarFiles);
    // The first run compiles the code.
    const keep = (list: number[] | undefined, spent: number) => run > 0 && list?.push(spent);
    for (const [at, { command, rules }] of commands.entries()) {
      keep(times[at], await timed(() => decideOne('Bash', { command }, rules, shell)));
    }
    keep(large, await timed(() => decideOne('Bash', { command: LARGE }, RULES, shell)));
  }
  // Of each command the middle of its runs, so that the figures tell of commands and not of what else the machine did.
  const each = times.map(median);
  report({ name: 'decide.command', value: median(each), unit: 'ms', runs: RUNS });
  report({ name: 'decide.command99', value: percentile(each, 99), unit: 'ms', runs: RUNS });
  report({ name: 'decide.large', value: median(large), unit: 'ms', runs: RUNS });

  const shell = await createShellReader(grammarFiles);
  const perFile: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const spent = await timed(async () => {
      for (let round = 0; round < ROUNDS; round++)
        for (const [tool, input] of FILES) await decideOne(tool, input, RULES, shell);
    });
    if (run > 0) perFile.push(spent / (ROUNDS * FILES.length));
  }
  report({ name: 'decide.file', value: median(perFile), unit: 'ms', runs: RUNS });
}

/** The shared list of commands where it lies beside the checkout, each with its rules; otherwise the few above. */
async function cases(): Promise<Array<{ command: string; rules: Rule[] }>> {
  const text = await readFile(path.join(CHECKOUT, '../shared/corpus/shell-permissions.jsonl'), 'utf8').catch(
    () => undefined,
  );
  if (text === undefined) return COMMANDS.map((command) => ({ command, rules: RULES }));
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const row: { command: string; rules: Record<Rule['behavior'], string[]> } = JSON.parse(line);
      const rules = (['allow', 'ask', 'deny'] as const).flatMap((behavior) =>
        (row.rules[behavior] ?? []).map((text) => rule(behavior, text)),
      );
      return { command: row.command, rules: [...RULES, ...rules] };
    });
}

async function timed(run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

async function decideOne(tool: string, input: unknown, rules: Rule[], shell: ShellReader): Promise<void> {
  const facts = await lookUpFacts({
    tool,
    input,
    actions: describeCall(tool, input, { cwd: ROOT, home: HOME, platform: 'linux' }),
    cwd: ROOT,
    root: ROOT,
    workingDirectories: [],
    home: HOME,
    platform: 'linux',
    symlinks: {},
    trusted: true,
    shell,
  });
  decide(facts, rules, 'default');
}

function rule(behavior: Rule['behavior'], text: string): Rule {
  return { behavior, text, scope: 'project', file: `${ROOT}/.claude/settings.json`, anchor: ROOT };
}
