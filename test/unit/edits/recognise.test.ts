import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { encode, prepare } from '../../../src/edits/encoding.ts';
import { recognise } from '../../../src/edits/recognise.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';

before(() => prepare('euckr'));
const bytesOf = (text: string, name: string) => encode(text, { name, bom: false });
const UTF8 = { name: 'utf-8', bom: false };

const KOREAN = '// 한글로 쓴 주석입니다. 파일을 저장합니다.\nint main() {}\n';

test('an encoding that is set is taken where it fits, for plain ASCII as well', async () => {
  assert.deepEqual(await recognise(bytesOf(KOREAN, 'euckr'), ['euckr']), {
    text: KOREAN,
    encoding: { name: 'euckr', bom: false },
  });
  assert.equal((await recognise(Buffer.from('plain\n'), ['euckr']))?.encoding.name, 'euckr');
});

test('a byte order mark outdoes what is set, and UTF-8 stands where it does not fit', async () => {
  assert.deepEqual(await recognise(Buffer.from(`\ufeff${KOREAN}`), ['euckr']), {
    text: KOREAN,
    encoding: { name: 'utf-8', bom: true },
  });
  assert.deepEqual(await recognise(Buffer.from(KOREAN), ['euckr']), { text: KOREAN, encoding: UTF8 });
  assert.equal((await recognise(Buffer.from('\ufeffa', 'utf16le'), ['windows1252']))?.encoding.name, 'utf-16le');
});

test('UTF-16 without mark is known by its zeros; with zeros elsewhere a file is binary', async () => {
  const text = 'key=값\r\n';
  const little = Buffer.from(text, 'utf16le');
  assert.deepEqual(await recognise(little, []), { text, encoding: { name: 'utf-16le', bom: false } });
  assert.deepEqual(await recognise(Buffer.from(little).swap16(), []), {
    text,
    encoding: { name: 'utf-16be', bom: false },
  });
  assert.equal(await recognise(Uint8Array.from([0x61, 0, 0, 0x62]), []), undefined);
  assert.equal(await recognise(Uint8Array.from([0x61, 0, 0x62]), []), undefined);
  assert.equal(await recognise(Uint8Array.from([0x01, 0, 0x62, 0]), []), undefined);
  assert.equal(await recognise(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff]), []), undefined);
});

for (const [name, text] of [
  ['euckr', KOREAN],
  ['euckr', '// 안녕\n'],
  ['shiftjis', '// ファイルを保存する。表示\n'],
  ['eucjp', '// ファイルを保存する。表示\n'],
  ['gbk', '// 这是一个中文注释，保存文件的时候使用。\n'],
  ['cp950', '// 這是一個中文註解，儲存檔案時使用。\n'],
  ['windows1252', 'Le café était fermé à Noël, “naïve”.\n'],
  ['windows1251', 'Привет, это файл настроек.\n'],
] as const) {
  test(`${name} that nobody set is shown with its name first among the choices, and not for writing: ${text.trim()}`, async () => {
    const found = await recognise(bytesOf(text, name), []);
    assert.equal(found?.text, text);
    assert.equal(found.viewOnly?.code, 'edits.encodingUnclear');
    const said = sayInEnglish(found.viewOnly);
    assert.match(said, new RegExp(`may be [^,]*\\("${name}"\\)`));
    assert.match(said, /"files\.encoding"/);
  });
}

test('UTF-8 with a broken byte is shown as UTF-8, and not for writing', async () => {
  const broken = Buffer.concat([Buffer.from(KOREAN), Uint8Array.from([0xff, 0x0a])]);
  const found = await recognise(broken, []);
  assert.equal(found?.text, `${KOREAN}\ufffd\n`);
  assert.equal(found.viewOnly?.code, 'edits.undecodable');
});

test('ISO-2022 is never written, set or not: the same bytes mean other things after a shift', async () => {
  for (const shifted of ['\x1b$B8l\x1b(B\n', '\x1b$@8l\x1b(J\n', '\x1b$)C\x0eGQ\x0f\n']) {
    for (const preferred of [[], ['windows1252'], ['utf-8']]) {
      assert.equal((await recognise(Buffer.from(shifted), preferred))?.viewOnly?.code, 'edits.encodingStateful');
    }
  }
  assert.equal((await recognise(Buffer.from('\x1b[1mbold\x1b(B\x1b[m\n'), []))?.viewOnly, undefined);
});
