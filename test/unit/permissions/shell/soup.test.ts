// Scripts put together at random: what is understood is run by a real bash in an empty folder, where every command is
// only written down, and no command may run that the reading does not hold.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Redirect, ShellNode, Word } from '../../../../src/permissions/shell/script.ts';
import { shellReader } from '../../../support/shellReader.ts';
import { randomOf } from './random.ts';

/** So many scripts that are understood are run. */
const SCRIPTS = 80;
// No slash: nothing outside the folder can be named. No loop that may not end.
const INGREDIENTS = [
  [
    ...['a', 'b', 'c', ' ', ' ', ' ', '"', "'", '\\', '$x', '$', '#', ';', '&&', '|', '{', '}', ',', '..', '1', '*'],
    ...['[', ']', '!', '=', '\n', '\t', '(', ')', '`', '$(', '<', '>', '&', '\\\n', ' \\\n', '한', '-', '2>&1', '<<<'],
    ...['EOF', '<<EOF\n', '\nEOF\n', "<<'EOF'\n"],
  ],
  [
    ...['a ', 'b ', 'c ', ' ', '; ', '\n', 'for i in ', 'do ', 'done', 'if ', 'then ', 'fi', 'else ', 'case a in '],
    ...['a) ', 'esac', ';;', '{ ', '}', '(', ')', '|', '&&', '||', '&', '! ', 'time ', 'coproc ', 'function f ', 'a()'],
    ...['"$i"', '$(', '`', '>f ', '2>g ', '<f ', '<<<a ', '#x\n', '[ ', '] ', '[[ ', ']] ', '-f ', '== ', '$((', '))'],
    ...['((', '1', '+', 'in ', 'x=1 ', 'export ', 'declare '],
  ],
];
const STARTS = [
  '',
  '',
  'a ',
  'a ',
  'if a; then b; fi ',
  'for i in a b; do c $i; done ',
  'a | b ',
  '(a; b) ',
  'a "b c"',
];

const base = mkdtempSync(path.join(tmpdir(), 'assent-soup-'));
after(() => rmSync(base, { recursive: true, force: true }));

/** The words of every command that is no built-in, but for those that run on beside it. Several may write at once. */
function runByBash(script: string, round: number): string[][] {
  // What runs on must not write into the next one's.
  const folder = path.join(base, String(round));
  const log = `${folder}.log`;
  mkdirSync(folder);
  spawnSync('/bin/bash', ['--noprofile', '--norc', '-c', script], {
    cwd: folder,
    stdio: 'ignore',
    timeout: 5000,
    env: {
      HOME: folder,
      PATH: '/nonexistent',
      LC_ALL: 'C.UTF-8',
      x: 'of x',
      'BASH_FUNC_command_not_found_handle%%': `() { printf '%s\\0' "$@" END >> ${log}; }`,
    },
  });
  if (!existsSync(log)) return [];
  const runs = readFileSync(log, 'utf8').split('END\0').slice(0, -1);
  return runs.map((run) => run.split('\0').slice(0, -1));
}

/** Words of each command as they are known; undefined for one that is known only when it runs. */
function commandsIn(node: ShellNode): Array<Array<string | undefined>> {
  const within = (words: Word[]) =>
    words.flatMap(({ pieces }) =>
      pieces.flatMap((piece) => (piece.kind === 'substitution' ? commandsIn(piece.body) : [])),
    );
  const redirected = (redirects: Redirect[]) =>
    redirects.flatMap((one) =>
      one.kind === 'file' ? within([one.target]) : one.kind === 'herestring' ? within([one.word]) : [],
    );
  switch (node.kind) {
    case 'command': {
      const values = node.assignments.map((made) => made.value);
      return [node.words.map(literal), ...within([...node.words, ...values]), ...redirected(node.redirects)];
    }
    case 'pipeline':
      return node.parts.flatMap(commandsIn);
    case 'list':
      return node.parts.flatMap((part) => commandsIn(part.node));
    case 'subshell':
    case 'group':
      return [...commandsIn(node.body), ...redirected(node.redirects)];
    case 'if':
    case 'while':
    case 'until':
      return [...node.parts.flatMap(commandsIn), ...redirected(node.redirects)];
    case 'for':
      return [...within(node.words), ...commandsIn(node.body), ...redirected(node.redirects)];
    case 'case':
      return [
        ...within([node.subject, ...node.patterns]),
        ...node.branches.flatMap(commandsIn),
        ...redirected(node.redirects),
      ];
  }
}

function literal({ pieces }: Word): string | undefined {
  return pieces.every((piece) => piece.kind === 'text') ? pieces.map((piece) => piece.text).join('') : undefined;
}

/** Behind the first word that is not known anything may follow. */
function isOneOf(run: string[], commands: Array<Array<string | undefined>>): boolean {
  return commands.some((words) => {
    const own = words.slice(words.findIndex((word) => word !== 'time' && word !== '-p'));
    const known = own.indexOf(undefined);
    if (known < 0) return own.length === run.length && own.every((word, index) => word === run[index]);
    return own.slice(0, known).every((word, index) => word === run[index]);
  });
}

test('no command runs that the reading does not hold', async () => {
  const reader = await shellReader();
  const random = randomOf(5);
  let ran = 0;
  let several = 0;
  for (let round = 0; ran < SCRIPTS && round < 50 * SCRIPTS; round += 1) {
    const from = random.pick(INGREDIENTS);
    const text = random.pick(STARTS) + Array.from({ length: 1 + random.below(9) }, () => random.pick(from)).join('');
    const reading = reader.read(text);
    if (!('script' in reading)) continue;
    const commands = commandsIn(reading.script);
    const runs = runByBash(text, round);
    for (const run of runs) {
      assert.ok(
        isOneOf(run, commands),
        `${JSON.stringify(text)} ran ${run.join(' ')}, read: ${JSON.stringify(commands)}`,
      );
    }
    if (runs.length > 0) ran += 1;
    if (runs.length > 1) several += 1;
  }
  assert.ok(ran === SCRIPTS && several > 10, `${ran} scripts ran something, ${several} of them several commands`);
});
