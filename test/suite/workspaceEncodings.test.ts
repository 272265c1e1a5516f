// Files in older encodings, with what VS Code is told of them.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Change } from '../../src/contracts/edit.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { decodeLegacy, encodeLegacy, LEGACY_ENCODINGS } from '../../src/edits/legacyEncodings.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { createWorkspace } from '../../src/host/workspace.ts';

const KOREAN = '// 한글 주석입니다. 저장을 확인합니다.\nint main;\n// 끝\n';
const JAPANESE = '// ファイルを保存する関数です。表示の確認をします。\nint main;\n// 終わり\n';

suite('workspace encodings', () => {
  const workspace = createWorkspace({ edits: editFunctions, writeAtomically });
  const global = vscode.ConfigurationTarget.Global;
  const files = () => vscode.workspace.getConfiguration('files');
  const ofC = () => vscode.workspace.getConfiguration('files', { languageId: 'c' });
  let folder = '';
  let count = 0;

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'assent-encodings-'));
    await files().update('autoSave', 'off', global);
    await editFunctions.prepare('euckr');
  });
  teardown(async () => {
    for (const name of ['encoding', 'autoGuessEncoding']) await files().update(name, undefined, global);
    await ofC().update('encoding', undefined, global, true);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  suiteTeardown(async () => {
    await files().update('autoSave', undefined, global);
    await rm(folder, { recursive: true, force: true });
  });

  const bytesOf = (text: string, name: string) => Buffer.from(editFunctions.encode(text, { name, bom: false }));
  async function file(content: Uint8Array, extension = 'txt'): Promise<string> {
    const name = path.join(folder, `file-${count++}.${extension}`);
    await writeFile(name, content);
    return name;
  }
  async function proposal(name: string, edit: (text: string) => string): Promise<Change> {
    const read = await workspace.readText(name);
    assert.ok('text' in read, JSON.stringify(read));
    return editFunctions.change(name, read.text, edit(read.text), read.encoding, '0');
  }

  test('what we convert is what VS Code converts, in every encoding and for every character of it', async function () {
    this.timeout(120_000);
    for (const name of LEGACY_ENCODINGS) {
      const all: Buffer[] = [];
      for (let first = 0x80; first < 0x100; first++) {
        all.push(Buffer.from([first, 0x0a]));
        for (let second = 0x40; second < 0x100; second++) all.push(Buffer.from([first, second, 0x0a]));
      }
      const bytes = Buffer.concat(all.filter((one) => decodeLegacy(one, name)?.endsWith('\n')));
      const text = decodeLegacy(bytes, name);
      assert.ok(text, name);
      assert.equal(await vscode.workspace.decode(bytes, { encoding: name }), text, name);
      const back = Buffer.from(await vscode.workspace.encode(text, { encoding: name }));
      assert.equal(Buffer.compare(back, encodeLegacy(text, name)), 0, name);
    }
  });

  test('a file that is not open is read and written as files.encoding says, plain ASCII and new files as well', async () => {
    await files().update('encoding', 'euckr', global);
    const name = await file(bytesOf(KOREAN, 'euckr'), 'c');
    assert.equal((await workspace.write(await proposal(name, (text) => text.replace('main', '주')))).target, 'disk');
    assert.deepEqual(await readFile(name), bytesOf(KOREAN.replace('main', '주'), 'euckr'));
    const plain = await file(Buffer.from('plain\n'));
    await workspace.write(await proposal(plain, (text) => `${text}한글\n`));
    assert.deepEqual(await readFile(plain), bytesOf('plain\n한글\n', 'euckr'));
    await assert.rejects(workspace.write(await proposal(plain, (text) => `${text}👩\n`)), /EUC-KR has no 👩/);
    const fresh = path.join(folder, 'fresh.txt');
    const missing = await workspace.readText(fresh);
    assert.deepEqual(missing, { problem: 'missing', encoding: { name: 'euckr', bom: false } });
    await workspace.write(editFunctions.change(fresh, undefined, '새 파일\n', { name: 'euckr', bom: false }, '0'));
    assert.deepEqual(await readFile(fresh), bytesOf('새 파일\n', 'euckr'));
    const utf8 = await file(Buffer.from(KOREAN));
    assert.equal((await proposal(utf8, (text) => `${text}x`)).encoding.name, 'utf-8');
  });

  test('what is set for a language holds for its files alone', async () => {
    await ofC().update('encoding', 'shiftjis', global, true);
    const c = await file(bytesOf(JAPANESE, 'shiftjis'), 'c');
    await workspace.write(await proposal(c, (text) => text.replace('main', '表')));
    assert.deepEqual(await readFile(c), bytesOf(JAPANESE.replace('main', '表'), 'shiftjis'));
    const other = await workspace.readText(await file(bytesOf(JAPANESE, 'shiftjis'), 'txt'));
    assert.equal('viewOnly' in other && other.viewOnly?.code, 'edits.encodingUnclear');
  });

  test('with autoGuessEncoding a file is read as VS Code would open it, and no tab opens', async () => {
    await files().update('autoGuessEncoding', true, global);
    const text = JAPANESE.repeat(10);
    const name = await file(bytesOf(text, 'shiftjis'));
    await workspace.write(await proposal(name, (now) => now.replace('main', '表')));
    assert.deepEqual(await readFile(name), bytesOf(text.replace('main', '表'), 'shiftjis'));
    const utf8 = await file(Buffer.from(KOREAN));
    assert.equal((await proposal(utf8, (now) => `${now}x`)).encoding.name, 'utf-8');
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 0);
  });

  test('an encoding that nobody told is shown with the choices and never written', async () => {
    const name = await file(bytesOf(KOREAN, 'euckr'));
    const read = await workspace.readText(name);
    assert.ok('viewOnly' in read && read.viewOnly !== undefined);
    assert.equal(read.text, KOREAN);
    const change = editFunctions.change(name, read.text, `${read.text}x\n`, read.encoding, '0');
    await assert.rejects(workspace.write(change), /may be EUC-KR \("euckr"\).*files\.encoding/);
    assert.deepEqual(await readFile(name), bytesOf(KOREAN, 'euckr'));
  });

  test('an editor that shows a file in the wrong encoding is no reason to write it so', async () => {
    const name = await file(bytesOf(KOREAN, 'euckr'));
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
    assert.equal(editor.document.encoding, 'utf8');
    const read = await workspace.readText(name);
    assert.equal('viewOnly' in read && read.viewOnly?.code, 'edits.encodingUnclear');
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'mine '));
    const text = editor.document.getText();
    const change = editFunctions.change(name, text, `${text}x\n`, { name: 'utf-8', bom: false }, '0');
    await assert.rejects(workspace.write(change), /does not fit the file.*Reopen with Encoding/);
    assert.equal(editor.document.getText(), text);
    assert.deepEqual(await readFile(name), bytesOf(KOREAN, 'euckr'));
  });

  test('what an editor would write in another way when it saves is written on disk', async () => {
    // 8790 and 81E0 are the same sign in Shift JIS; an encoder makes the second.
    const name = await file(Buffer.from([0x87, 0x90, 0x0a, 0x61, 0x0a]));
    await vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name), { encoding: 'shiftjis' });
    await workspace.write(await proposal(name, (text) => text.replace('a', 'b')));
    assert.deepEqual(await readFile(name), Buffer.from([0x87, 0x90, 0x0a, 0x62, 0x0a]));
    assert.equal(document.isDirty, false);
  });
});
