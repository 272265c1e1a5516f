// What one decision costs: facts and verdict of everyday calls, with a map in the place of the disk.
import type { Rule } from '../../src/contracts/permission.ts';
import { decide } from '../../src/permissions/decide.ts';
import { describeCall } from '../../src/permissions/describeCall.ts';
import { lookUpFacts } from '../../src/permissions/facts.ts';
import type { ShellReader } from '../../src/permissions/shell/script.ts';
import { shellReader } from '../support/shellReader.ts';
import { median, type Report } from './kit/figure.ts';

const RUNS = 9;
/** Calls of one run: enough to be far above the resolution of the clock. */
const ROUNDS = 100;
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
].map((command) => ['Bash', { command }] as const);
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
  const shell = await shellReader();
  for (const [name, calls] of [
    ['decide.command', COMMANDS],
    ['decide.file', FILES],
  ] as const) {
    const times: number[] = [];
    for (let run = 0; run <= RUNS; run++) {
      const startedAt = performance.now();
      for (let round = 0; round < ROUNDS; round++)
        for (const [tool, input] of calls) await decideOne(tool, input, shell);
      // The first run compiles the code.
      if (run > 0) times.push((performance.now() - startedAt) / (ROUNDS * calls.length));
    }
    report({ name, value: median(times), unit: 'ms', runs: RUNS });
  }
}

async function decideOne(tool: string, input: unknown, shell: ShellReader): Promise<void> {
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
  decide(facts, RULES, 'default');
}

function rule(behavior: Rule['behavior'], text: string): Rule {
  return { behavior, text, scope: 'project', file: `${ROOT}/.claude/settings.json`, anchor: ROOT };
}
