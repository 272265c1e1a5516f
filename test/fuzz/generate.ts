// Shell scripts made by a grammar, from plain to hostile: what people write, what they would never write, and slips of the pen.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Random } from '../unit/edits/random.ts';

/** How often something odd stands where a plain word could. */
type Taste = { random: Random; odd: number; depth: number };
type Maker = (taste: Taste) => string;

const folder = path.join(process.env['ASSENT_ROOT'] ?? process.cwd(), 'test/fuzz');
/** A file of JSON lines of this folder. */
export const linesOf = <T>(name: string): T[] =>
  readFileSync(path.join(folder, name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line): T => JSON.parse(line));
/** One program written in other ways; `@` is its name. */
const DISGUISES = linesOf<string>('disguises.jsonl');
/** Where two readings of one text lie near; `@` is a command. */
const TRAPS = linesOf<string>('traps.jsonl');

/** Commands on the files of the sandbox, many of which write. */
const FILE_COMMANDS = linesOf<string>('files.jsonl');
/** The programs in them that may be the real ones: none that works beyond the files it is given. */
export const FILE_PROGRAMS = [...new Set(FILE_COMMANDS.map((command) => command.split(' ')[0] ?? ''))].filter(
  (name) => !/^(git|python3|perl|logger|script|sqlite3|env|xargs|less|more|rg)$/.test(name),
);
const OPTIONS = [
  ...['-o', '-i', '-w', '-f', '-e', '-n', '-c', '-t', '-T', '-b', '-r', '-R', '-s', '-a', '-x', '-exec', '-delete'],
  ...['--output=made/z', '-omade/z', '--in-place', '--', '-', '-fprint', '-S.b', '--backup', '--suffix=.b', '-print0'],
];
const PLACES = [
  ...[
    'links/*',
    'links/file',
    'links/folder',
    'links',
    '*/*',
    'links/folder/*',
    'links/folder/../y',
    '../*',
    '~',
    '~/*',
    '$HOME',
    '$SECRET_TOKEN',
  ],
  'notes.txt',
  'made/z',
  'made',
  'src',
  'link',
  'link/z',
  '../outside/z',
  'new',
  '.',
  '..',
  'sub/deep',
  '~/z',
  '*',
  'src/*',
  '{}',
];

const chance = ({ random }: Taste, percent: number) => random.int(100) < percent;
const deeper = (taste: Taste): Taste => ({ ...taste, depth: taste.depth + 1 });
const repeat = (taste: Taste, most: number, make: Maker, by: string) =>
  Array.from({ length: 1 + taste.random.int(most) }, () => make(taste)).join(by);

/** Programs by what the rules of the fuzz say of them; each is a marker in the sandbox, as far as bash has no such builtin. */
export const NAMES = {
  /** Covered by rules. */
  ruled: ['mk', 'go', 'npm'],
  /** Never covered, and denied by name. */
  denied: ['evil', 'rm'],
  /** Neither. */
  other: ['bad', 'nay', 'curl', 'sh', 'bash', 'python3', 'sudo', 'node', 'tee', 'chmod', 'ln', 'dd'],
  /** The engine knows these itself: they only read, or only change files. */
  known: [
    ...['ls', 'cat', 'head', 'tail', 'wc', 'grep', 'rg', 'sort', 'uniq', 'cut', 'tr', 'diff', 'stat', 'file', 'find'],
    ...['git', 'date', 'basename', 'dirname', 'realpath', 'whoami', 'id', 'uname', 'which', 'du', 'df', 'jq', 'sed'],
    ...['awk', 'tree', 'sleep', 'seq', 'nl', 'tac', 'rev', 'comm', 'cmp', 'readlink', 'column', 'sha256sum', 'expr'],
    ...['mkdir', 'touch', 'cp', 'mv', 'echo', 'printf', 'test', '[', 'true', 'false', 'pwd', 'kill'],
  ],
} as const;

const PLAIN_WORDS = [
  ...['a', 'b', 'one', 'two', '-v', '-n', '-l', '-rn', '--all', '--name=x', '12', '.', 'src', 'notes.txt', 'src/b.ts'],
  ...['./src', 'sub/deep', 'x=1', 'a:b', 'a,b', '+3', '@', '%h', '한글', '--', 'HEAD~1', 'a..b', 'fail', '-1', '-'],
];
const READS = [
  ...['ls', 'ls -la', 'ls src', 'cat notes.txt', 'cat -n src/b.ts', 'head -3 notes.txt', 'tail -n 2 notes.txt'],
  ...['wc -l notes.txt', 'grep -n one notes.txt', 'sort notes.txt', 'uniq -c', 'cut -d: -f1', 'tr a b', 'pwd', 'date'],
  ...['echo done', 'echo "all is well"', "printf '%s\\n' one", 'true', 'false', 'test -f notes.txt', '[ -d src ]'],
  ...[
    'basename src/b.ts',
    'dirname src/b.ts',
    'diff notes.txt src/b.ts',
    'find . -name b.ts',
    'stat notes.txt',
    'whoami',
  ],
];
const RULED = ['mk', 'mk', 'mk one', 'mk --all two', 'go build', 'go build ./...', 'npm test'];
const UNRULED = [
  'evil',
  'evil now',
  'rm notes.txt',
  'rm -rf sub',
  'bad',
  'go run .',
  'npm install',
  'curl -s x',
  'nay',
];
const OPERATORS = [
  ' && ',
  ' && ',
  '; ',
  '; ',
  ' | ',
  ' | ',
  ' || ',
  '\n',
  ' & ',
  '&&',
  ';',
  '|',
  ' |& ',
  '\\\n && ',
  ' &&\n',
  ' |\n',
];
const REDIRECTS = ['2>/dev/null', '>/dev/null', '> /dev/null 2>&1', '2>&1', '< notes.txt', '&>/dev/null', '<<< text'];
const ODD_REDIRECTS = [
  '> made/out',
  '>> made/out',
  '> notes.txt',
  '2> err',
  '> ../outside/o',
  '> link/o',
  '3>&1',
  '>&-',
  '< src/b.ts',
  '>| made/o',
  '<> made/rw',
];
const HARMLESS = ['CI=1', 'LANG=C', 'NO_COLOR=1', 'NODE_ENV=test', 'TZ=UTC'];
const ODD_ASSIGNMENTS = [
  'X=1',
  'PATH=.',
  'A=',
  'x+=y',
  'IFS=,',
  "A='b c'",
  'LD_PRELOAD=x',
  'a[0]=1',
  'BASH_ENV=x',
  'PS4=x',
  'x=~',
  'x=$y',
];
const SLIPS = [
  ...[
    "'",
    '"',
    '\\',
    '\n',
    '#',
    ' #',
    '$(',
    ')',
    '`',
    ';',
    '&',
    '|',
    '<<EOF\n',
    '\nEOF\n',
    '{',
    '}',
    '(',
    '$',
    '*',
    '!',
    ' ',
    '\t',
    '=',
    '~',
  ],
  ...[
    '\r',
    '\f',
    '\v',
    '\u00a0',
    '\u200b',
    '\u2028',
    '\u202e',
    '\ufeff',
    '\u0001',
    '\u007f',
    '\\\n',
    '>',
    '<',
    '${',
    '$((',
    '))',
    '[[',
    ']]',
    'evil',
    ' evil ',
    '; evil ;',
  ],
];

/** One script. The random source alone decides; about half are what a person would write. */
export function generateScript(random: Random): string {
  const odd = random.pick([0, 0, 0, 2, 2, 8, 25]);
  const script = list({ random, odd, depth: 0 });
  return odd > 0 && random.int(100) < 12 ? slip(random, script) : script;
}

/** A few commands that read and write files in many ways, some of them with words changed. */
export function generateFileScript(random: Random): string {
  let script = fileCommand(random);
  for (let more = random.int(3); more > 0; more -= 1) script += random.pick(OPERATORS) + fileCommand(random);
  return random.int(4) === 0 ? mutateScript(random, script, random.pick(FILE_COMMANDS)) : script;
}

function fileCommand(random: Random): string {
  const taste = { random, odd: random.pick([0, 5, 20]), depth: 2 };
  const words = random.pick(FILE_COMMANDS).split(' ');
  // Options of one program with another's are what no table was written for.
  if (random.int(3) === 0) words.splice(1 + random.int(words.length), 0, random.pick(OPTIONS));
  if (random.int(4) === 0) words.push(random.pick(PLACES));
  if (random.int(8) === 0) words[random.int(words.length)] = random.pick(PLACES);
  const text = words.join(' ');
  const redirected = random.int(4) === 0 ? `${text} ${redirect(taste)}` : text;
  return random.int(6) === 0
    ? `${random.pick(['cd links', 'cd sub', 'cd nowhere', 'cd notes.txt', 'cd src', 'cd ..', 'cd', 'cd links/folder'])}${random.pick(OPERATORS)}${redirected}`
    : redirected;
}

/** The script with some places changed: characters, pieces of its own, pieces of `other`. */
export function mutateScript(random: Random, script: string, other: string): string {
  let text = script;
  for (let times = 1 + random.int(3); times > 0; times -= 1) {
    const cut = piece(random, text);
    const kind = random.int(4);
    if (kind === 0) text = slip(random, text);
    else if (kind === 1) text = text.slice(0, cut.start) + text.slice(cut.end);
    else {
      const { start, end } = piece(random, kind === 2 ? other : text);
      text = text.slice(0, cut.start) + (kind === 2 ? other : text).slice(start, end) + text.slice(cut.end);
    }
  }
  return text;
}

function slip(random: Random, text: string): string {
  const at = random.int(text.length + 1);
  return text.slice(0, at) + random.pick(SLIPS) + text.slice(at + random.int(2));
}

/** From one border of words to another. */
function piece(random: Random, text: string): { start: number; end: number } {
  const borders = [0, ...[...text.matchAll(/\b|[\s;&|]/g)].map((match) => match.index), text.length];
  const [a, b] = [random.pick(borders), random.pick(borders)];
  return { start: Math.min(a, b), end: Math.max(a, b) };
}

function list(taste: Taste): string {
  const most = taste.depth === 0 ? 4 : 2;
  let text = part(taste);
  for (let more = taste.random.int(most); more > 0; more -= 1) text += taste.random.pick(OPERATORS) + part(taste);
  return text;
}

function part(taste: Taste): string {
  if (chance(taste, taste.odd * 2)) return trap(taste);
  if (taste.depth < 3 && chance(taste, 12)) return compound(deeper(taste));
  return chance(taste, 4) ? `! ${command(taste)}` : command(taste);
}

function trap(taste: Taste): string {
  const inner = deeper(taste);
  return taste.random
    .pick(TRAPS)
    .replaceAll('@', () => (taste.depth > 2 ? 'evil' : chance(inner, 60) ? 'evil' : command(inner)));
}

function compound(taste: Taste): string {
  const { random } = taste;
  const value = () => word(taste);
  const made = random.pick<Maker>([
    (t) => `(${list(t)})`,
    (t) => `{ ${list(t)}; }`,
    (t) => `if ${list(t)}; then ${list(t)}; fi`,
    (t) => `if ${command(t)}; then ${list(t)}; else ${list(t)}; fi`,
    (t) => `for i in ${value()} ${value()}; do ${list(t)}; done`,
    () => `for i in a b; do mk ${random.pick(['$i', '"$i"', '"x$i"', 'i'])}; done`,
    (t) => `while ${command(t)}; do ${list(t)}; break; done`,
    (t) => `case ${value()} in a|b) ${list(t)};; *) ${list(t)};; esac`,
    (t) => `cat <<'EOF'\n${list(t)}\nEOF`,
    (t) => `cat <<EOF\nsome text\nEOF\n${command(t)}`,
    (t) => `mk "$(${command(t)})"`,
    (t) => `echo $(${command(t)})`,
  ])(taste);
  return chance(taste, 10) ? `${made} ${redirect(taste)}` : made;
}

function command(taste: Taste): string {
  const { random } = taste;
  let text: string;
  if (chance(taste, taste.odd)) {
    text = random.pick(DISGUISES).replaceAll('@', random.pick([...NAMES.denied, 'mk', 'bad']));
  } else {
    text = random.pick(chance(taste, 4 + taste.odd) ? UNRULED : chance(taste, 55) ? RULED : READS);
    // Exact forms stay as they are now and then.
    if (chance(taste, 55)) text += ` ${repeat(taste, 2, word, ' ')}`;
  }
  if (chance(taste, 4 + taste.odd)) {
    text = `${random.pick(chance(taste, taste.odd * 3) ? ODD_ASSIGNMENTS : HARMLESS)} ${text}`;
  }
  if (chance(taste, 3)) text = `${random.pick(['timeout 5', 'nice', 'time', 'nohup', 'command', 'env CI=1'])} ${text}`;
  return chance(taste, 12) ? `${text} ${redirect(taste)}` : text;
}

function redirect(taste: Taste): string {
  return taste.random.pick(chance(taste, 15 + taste.odd * 2) ? ODD_REDIRECTS : REDIRECTS);
}

function word(taste: Taste): string {
  const { random } = taste;
  const plain = random.pick(PLAIN_WORDS);
  if (!chance(taste, 20 + taste.odd)) return plain;
  if (!chance(taste, taste.odd * 3)) {
    return random.pick([
      `'${plain}'`,
      `"${plain}"`,
      `"a ${plain}"`,
      `'x; evil'`,
      `"a && evil"`,
      `'$(evil)'`,
      `a\\ b`,
      `"it's"`,
      `''`,
      `'#'`,
      `--x="${plain}"`,
      `\\;`,
    ]);
  }
  const inner = deeper(taste);
  return random.pick<Maker>([
    () => '$x',
    () => '"$HOME"',
    () => '*.txt',
    () => 'src/*',
    () => '{a,b}',
    () => '~/x',
    () => "$'a\\tb'",
    () => `${plain}#x`,
    () => `\\${plain}`,
    () => `a\\\nb`,
    () => `"$(${command(inner)})"`,
    () => `\`${command(inner)}\``,
    () => `$(${command(inner)})`,
    () => `<(${command(inner)})`,
    () => '$((1 + 2))',
    () => `${plain}$(true)`,
    () => 'é\u0301',
    () => 'a\u00a0b',
    () => '\\\n',
    () => '"\\$x"',
    () => '"a\\\nb"',
    () => "'a\nb'",
    () => '#',
    () => '"`evil`"',
  ])(taste);
}
