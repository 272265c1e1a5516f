// Words as bash itself makes them: quotes, escapes, braces and tildes of many texts, against a real bash.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { ShellReader, Word } from '../../../../src/permissions/shell/script.ts';
import { shellReader } from '../../../support/shellReader.ts';
import { randomOf } from './random.ts';

const HOME = '/home/dev';
// Files that patterns of a letter or two would find.
const folder = mkdtempSync(path.join(tmpdir(), 'assent-words-'));
for (const one of 'abc12~{}') for (const two of ['', ...'abc12-']) writeFileSync(path.join(folder, one + two), '');
after(() => rmSync(folder, { recursive: true, force: true }));

/** What bash hands to a program for each text, all in one run. Without `search` patterns stay as they are. */
function byBash(texts: string[], search = false): string[][] {
  const lines = texts.map((text) => `printf '%s\\0' _ ${text}\nprintf 'END\\0'`);
  const output = execFileSync('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    input: [search ? '' : 'set -f', ...lines].join('\n'),
    env: { HOME, LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  return output
    .split('END\0')
    .slice(0, -1)
    .map((part) => part.split('\0').slice(1, -1));
}

/** The same from our reading; undefined for what is not understood, or not literal. */
function byUs(text: string, reader: ShellReader): string[] | undefined {
  const reading = reader.read(`printf ${text}`);
  if (!('script' in reading) || reading.script.kind !== 'command') return undefined;
  const words = reading.script.words.slice(1).map(literal);
  return words.every((word) => word !== undefined) ? words : undefined;
}

function literal({ pieces }: Word): string | undefined {
  const parts = pieces.map((piece) => {
    if (piece.kind === 'tilde') return HOME;
    return piece.kind === 'text' || piece.kind === 'glob' ? piece.text : undefined;
  });
  return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
}

function hasPattern(text: string, reader: ShellReader): boolean {
  const reading = reader.read(`printf ${text}`);
  assert.ok('script' in reading && reading.script.kind === 'command');
  return reading.script.words.some((word) => word.pieces.some((piece) => piece.kind === 'glob'));
}

const UNDERSTOOD = [
  ...['a', 'a b', '  a\tb  ', '-la', '--x=y', '5', '-5', '1.5', 'a=b', 'a==b', '=', 'a:b', 'a,b', 'a@b', 'a%b'],
  ...['a+b', 'a^b', '^', 'a!b', '!', 'a#b', '/', './a', '../b', 'a/../b', 'https://x.y/z', '.', '..', '-', '--', ']'],
  ...[
    "''",
    '""',
    "'a'",
    '"a"',
    "'a b'",
    '"a b"',
    "a'b'c",
    'a"b"c',
    `a'b'"c"d`,
    `'"'`,
    `"'"`,
    `'it'"'"'s'`,
    "'it'\\''s'",
  ],
  ...[
    '\\a',

    'a\\ b',
    '\\\\',
    '\\"',
    "\\'",
    '\\$x',
    '\\`',
    '\\*',
    '\\~',
    '\\{a,b\\}',
    '\\#',
    '\\&\\&',
    '\\;',
    '\\(',
  ],
  ...[
    '"\\a"',
    '"\\\\"',
    '"\\""',
    '"\\$x"',
    '"\\`"',
    '"\\n"',
    '"a\\tb"',
    '"\\*"',
    '"$"',
    '"a$"',

    '"$="',
    '"5$"',
  ],
  ...[
    "'\\'",
    "'\\\\'",
    "'\\n'",
    "'$x'",
    "'`a`'",
    "'$(a)'",
    "'#'",
    '"#"',
    '"a#b"',
    "'a\nb'",
    '"a\nb"',
    "'\ta'",
    '"a;b|c&d"',
  ],
  ...['a$', 'foo$', '$', '"$" a', '한국어', '"안녕 세계"', 'é', "'ü'", '日本', '"😀"', 'a😀b', 'naïve café'],
  ...[
    '~',
    '~/',
    '~/a',
    '~/a/../b',
    'a~',
    'a~b',
    'HEAD~1',
    'x:~',
    '"~"',
    '"~/a"',
    "'~'",
    '-~',
    '/~',
    '--a=~',
    '--a=~/b',
  ],
  ...['{', '}', '{}', '{a}', 'a{b}c', '@{u}', 'stash@{0}', 'HEAD^{tree}', '{a', 'a}', '"{a,b}"', "'{a,b}'", '{a"b"}'],
  ...[
    '{a,b}',
    'x{a,b}y',
    '{a,b}{c,d}',
    '{a,{b,c}}',
    '{,a}',
    '{a,}',
    '{,}',
    'a{,.b}',
    '{a,b,c}/d',
    '{"a b",c}',
    "{'a',b}",
  ],
  ...['{a\\,b,c}', '{a,b}"{c,d}"', '{1..3}', '{3..1}', '{0..0}', '{-1..1}', 'a{1..2}b', '{a..c}', '{c..a}', '{A..C}'],
  ...[
    '{1..2}{a,b}',
    '{{a,b},c}',
    '{{1..2},x}',
    'src/{a,b}/*.ts',
    '{a,b}*',
    '{a,b}=c',
    '{a,b},c',
    'a,{b,c}',
    '{a.b,c..d}',
  ],
  ...[
    '*',
    '?',
    '*.ts',
    '**/*.c',
    'a*b?c',
    '[a-z]',
    '[!a]',
    '[^a]*',
    '[]a]',
    '[a-z][0-9]',
    '[[:alpha:]]*',
    'a[',
    '[',
    'a[b',
  ],
  ...['*"a b"*', "'*'*", '\\**', '.*', '*/'],
  ...['a=b c=d', 'a="b c"', "-o'x y'", '-m "a (b)"', '":(exclude)x"', '\'*.ts\' "!dist"', 'a\\=b', 'a"="b', '"a"=b'],
];

test('literal words are those of bash', async () => {
  const reader = await shellReader();
  const bash = byBash(UNDERSTOOD);
  assert.equal(bash.length, UNDERSTOOD.length);
  for (const [index, text] of UNDERSTOOD.entries()) assert.deepEqual(byUs(text, reader), bash[index], text);
});

const ALPHABET = [
  ...[
    'a',
    'b',
    'c',
    '1',
    '2',
    ' ',
    ' ',
    '"',
    '"',
    "'",
    "'",
    '\\',
    '{',
    '}',
    ',',
    '..',
    '~',
    '/',
    '*',
    '?',
    '[',
    ']',
    '=',
  ],
  ...[':', '-', '^', '!', '#', '@', '$', '"a b"', "'c'", '{a,b}', '{1..3}', '한', 'é', '\n', '\t'],
];

test('random words that are understood are those of bash', async () => {
  const reader = await shellReader();
  const random = randomOf(20_261_123);
  const texts = new Set<string>();
  for (let round = 0; round < 3000; round += 1) {
    const text = Array.from({ length: 1 + random.below(8) }, () => random.pick(ALPHABET)).join('');
    if (byUs(text, reader) !== undefined) texts.add(text);
  }
  const all = [...texts];
  assert.ok(all.length > 500, `only ${all.length} texts are understood`);
  const bash = byBash(all);
  assert.equal(bash.length, all.length);
  for (const [index, text] of all.entries()) assert.deepEqual(byUs(text, reader), bash[index], JSON.stringify(text));
  // Where we see no pattern, bash looks for no files.
  const plain = all.filter((text) => !hasPattern(text, reader));
  assert.ok(plain.length > 200 && plain.length < all.length);
  const searched = byBash(plain, true);
  for (const [index, text] of plain.entries()) assert.deepEqual(byUs(text, reader), searched[index], text);
});
