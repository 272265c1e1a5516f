// The reader as a whole: limits, hostile text, parsers that are missing.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { createShellReader, lazyShellReader } from '../../../../src/permissions/shell/reader.ts';
import { sayInEnglish } from '../../../../src/util/phrases.ts';
import { grammarFiles, shellReader } from '../../../support/shellReader.ts';
import { say } from './sayScript.ts';

const MISSING = { ...grammarFiles, grammar: '/nowhere/grammar.wasm' };

test('without a grammar nothing is understood, which is said once and never thrown', async () => {
  await assert.rejects(createShellReader(MISSING), /ENOENT/);
  const causes: unknown[] = [];
  const load = lazyShellReader(MISSING, (cause) => causes.push(cause));
  assert.equal(causes.length, 0);
  for (const text of ['ls', 'ls | wc']) {
    const reading = (await load()).read(text);
    assert.equal(say(reading), '? noParser');
    assert.ok('notUnderstood' in reading);
    assert.match(sayInEnglish(reading.notUnderstood), /cannot be read.*ENOENT.*Install the extension anew/);
  }
  assert.equal(causes.length, 1);
});

test('a file that is no grammar is as good as none', async () => {
  const load = lazyShellReader(
    { ...grammarFiles, grammar: path.join(process.env['ASSENT_ROOT'] ?? '', 'package.json') },
    () => {},
  );
  assert.equal(say((await load()).read('ls')), '? noParser');
});

test('the parsers are loaded once, and readers do not disturb each other', async () => {
  const load = lazyShellReader(grammarFiles, (cause) => assert.fail(String(cause)));
  assert.equal(load(), load());
  const [one, other] = [await load(), await shellReader()];
  assert.equal(say(one.read('a | b')), '[a | b]');
  assert.equal(say(other.read('a; b')), '{a ; b}');
  assert.equal(say(one.read('a | b')), '[a | b]');
});

test('text beyond the limits is not understood', async () => {
  const reader = await shellReader();
  const rows: Array<[text: string, reading: RegExp]> = [
    [`echo ${'a'.repeat(9995)}`, /^echo a+$/],
    [`echo ${'a'.repeat(9996)}`, /^\? tooLong$/],
    ['a\n'.repeat(500_000), /^\? tooLong$/],
    ['a;'.repeat(4000), /^\? tooComplex$/],
    [Array(300).fill('a').join(' && '), /^\{a( && a)+\}$/],
    [Array(2000).fill('a').join(' && '), /^\? tooComplex$/],
    [`${'( '.repeat(100)}a${' )'.repeat(100)}`, /^(subshell\(){100}a\){100}$/],
  ];
  for (const [text, reading] of rows) assert.match(say(reader.read(text)), reading, text.slice(0, 40));
});

test('nesting without end neither throws nor hangs', async () => {
  const reader = await shellReader();
  for (const [open, close] of [
    ['$(', ')'],
    ['(', ')'],
    ['<(', ')'],
    ['`', '`'],
    ['"$(', ')"'],
    ['${x:-', '}'],
    ['{ ', ' }'],
    ['if ', ''],
    ['$((', '))'],
    ['[[ ( ', ' ) ]]'],
    ['echo {', ',a}'],
    ['"', ''],
    ["<<'E'\n", '\nE'],
    ['case a in a) ', ' esac'],
  ] as const) {
    for (const times of [200, Math.floor(10_000 / (open.length + close.length + 1))]) {
      for (const text of [open.repeat(times), `${open.repeat(times)}a${close.repeat(times)}`]) {
        const reading = reader.read(text);
        assert.ok(
          'script' in reading || !reading.notUnderstood.code.endsWith('failed'),
          `${text.slice(0, 30)}: ${say(reading)}`,
        );
      }
    }
  }
  // The parser begins anew after what it gave up.
  assert.equal(say(reader.read('ls')), 'ls');
});

test('the same text is read once', async () => {
  const reader = await shellReader();
  assert.equal(reader.read('echo once'), reader.read('echo once'));
  const first = reader.read('echo first');
  for (let at = 0; at < 30; at += 1) reader.read(`echo ${at} ${'b'.repeat(9000)}`);
  assert.notEqual(reader.read('echo first'), first);
  assert.deepEqual(reader.read('echo first'), first);
});
