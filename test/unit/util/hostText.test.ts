// The small functions that keep text harmless where it is shown or written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzyScore } from '../../../src/util/fuzzy.ts';
import { inNotice, isPlainLine } from '../../../src/util/plainLine.ts';
import { redact } from '../../../src/util/redact.ts';
import { terminalText } from '../../../src/util/terminalText.ts';

test('a notification says only what it can show whole', () => {
  assert.ok(isPlainLine('npm test'));
  assert.ok(isPlainLine('x'.repeat(120)));
  const refused = [
    '',
    'x'.repeat(121),
    'a\nb',
    'a\u202eb',
    'é',
    'a\tb',
    '[ok](command:x)',
    `ls ${' '.repeat(40)}; rm x`,
  ];
  for (const text of refused) assert.ok(!isPlainLine(text), JSON.stringify(text));
});

test('a path in a notification cannot hold a link or hide a part of itself', () => {
  const path = '/p/a.ts [Mend it](command:workbench.action.terminal.sendSequence?x) \u202Etxt.exe';
  // What VS Code makes a link of in a notification.
  const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
  assert.match(path, link);
  assert.doesNotMatch(inNotice(path), link);
  assert.match(inNotice(path), /⟨U\+202E⟩/);
  assert.equal(inNotice('/p/a b.ts'), '/p/a b.ts');
});

test('secrets are taken out, known ones and those that look like one', () => {
  assert.equal(redact('key my-own-secret-1 end', ['my-own-secret-1']), 'key [hidden] end');
  assert.equal(redact('sk-ant-api03-abcDEF_123456 x'), '[hidden] x');
  assert.equal(redact('Authorization: Bearer abcdefgh12345678'), 'Authorization: Bearer [hidden]');
  assert.ok(!redact('{"x-api-key": "abcdef123456"}').includes('abcdef123456'));
  assert.equal(
    redact('at https://me:pass@gw.example/v1, http://tok3n@h'),
    'at https://[hidden]@gw.example/v1, http://[hidden]@h',
  );
  assert.equal(redact('https://gw.example/a@b:1 me@x.example'), 'https://gw.example/a@b:1 me@x.example');
  assert.equal(redact('a plain line about a key'), 'a plain line about a key');
});

test('colours reach the mirror terminal, commands to the terminal do not', () => {
  assert.equal(terminalText('\x1b[31mred\x1b[0m'), '\x1b[31mred\x1b[0m');
  assert.equal(terminalText('a\x1b]52;c;ZXZpbA==\x07b'), 'ab');
  assert.equal(terminalText('a\x1b[2J\x1b[?1049hb\x1bc'), 'ab');
  assert.equal(terminalText('a\x9b31mb\x00\x07'), 'a31mb');
  assert.equal(terminalText('1\n2\r\n3'), '1\r\n2\r\n3');
});

test('a typed name finds the file that is meant', () => {
  const paths = [
    'src/host/chatPage.ts',
    'src/host/chatPanel.ts',
    'docs/chat/page.md',
    'test/unit/host/chatPage.test.ts',
  ];
  const best = (query: string) =>
    paths
      .map((path) => ({ path, score: fuzzyScore(query, path) ?? Number.NEGATIVE_INFINITY }))
      .sort((a, b) => b.score - a.score)[0]?.path;
  assert.equal(best('chatPage'), 'src/host/chatPage.ts');
  assert.equal(best('cpanel'), 'src/host/chatPanel.ts');
  assert.equal(best('docs/page'), 'docs/chat/page.md');
  assert.equal(fuzzyScore('xyz', 'src/a.ts'), undefined);
});
