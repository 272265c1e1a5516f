// Files as the agent sees and writes them in VS Code: unsaved text first, through the open editor where there is one,
// byte for byte on disk otherwise. Nothing here opens a tab or moves the focus.
import { readFile, rm, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Change, EditFunctions, Encoding, WriteAtomically, Written } from '../contracts/edit.ts';
import type { Workspace } from '../contracts/tool.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { diagnosticsOf } from './workspaceDiagnostics.ts';
import { encodingOf, endingsOf, findOpenFile, fitsDocument, isUnicode, replaceText } from './workspaceDocuments.ts';

export type WorkspaceOptions = { edits: EditFunctions; writeAtomically: WriteAtomically };

const LARGEST_BYTES = 10 * 1024 * 1024;
/** How often a write starts again because the file or the document changed in its midst. */
const TRIES = 3;

type OnDisk = { bytes: Uint8Array; text: string; encoding: Encoding };

export function createWorkspace({ edits, writeAtomically }: WorkspaceOptions): Workspace {
  async function readText(path: string): ReturnType<Workspace['readText']> {
    const open = await findOpenFile(path);
    if (open?.state === 'outOfReach') throw refusal('edits.unsavedOutOfReach', path);
    if (open?.state === 'dirty') {
      return { text: open.document.getText(), encoding: encodingOf(open.document), dirty: true };
    }
    const facts = await stat(path).catch(missing);
    if (facts === undefined) return { problem: 'missing' };
    if (facts.isDirectory()) return { problem: 'folder' };
    if (!facts.isFile()) throw refusal('edits.notRegular', path);
    if (facts.size > LARGEST_BYTES) return { problem: 'tooLarge' };
    const read = await decode(await readFile(path), open?.document);
    if (read === undefined) return { problem: 'binary' };
    return { ...read, dirty: false };
  }

  async function write(change: Change): Promise<Written> {
    for (let tries = 0; tries < TRIES; tries++) {
      const open = await findOpenFile(change.path);
      if (open?.state === 'outOfReach') {
        throw refusal(open.notebook ? 'edits.notebookUnsaved' : 'edits.unsavedOutOfReach', change.path);
      }
      const written =
        open?.state === 'dirty' ? await writeUnsaved(change, open.document) : await writeSaved(change, open?.document);
      if (written !== undefined) return written;
    }
    throw refusal('edits.busy', change.path);
  }

  /** The unsaved text keeps what the person typed and stays unsaved. Undefined when it changed meanwhile. */
  async function writeUnsaved(change: Change, document: vscode.TextDocument): Promise<Written | undefined> {
    const { path } = change;
    if (change.kind === 'delete') throw refusal('edits.changed', path);
    const bytes = await readBytes(path);
    const disk = bytes && (await decode(bytes, document));
    const text = document.getText();
    if (disk && endingsOf(disk.text).size > 1) throw refusal('edits.mixedUnsaved', path);
    const after = combine(change, text);
    if (!fitsDocument(after)) throw refusal('edits.mixedUnsaved', path);
    await encode(after, encodingOf(document));
    if (!(await replaceText(document, text, after, edits))) return undefined;
    return { path, target: 'buffer', merged: text !== change.before, after };
  }

  /** Undefined when the file changed between reading and writing. */
  async function writeSaved(change: Change, document: vscode.TextDocument | undefined): Promise<Written | undefined> {
    const { path } = change;
    const bytes = await readBytes(path);
    if (bytes === undefined) {
      if (change.kind !== 'create') throw refusal('edits.gone', path);
      const result = await writeAtomically(path, await encode(change.after, change.encoding), 'missing');
      return result === 'changed' ? undefined : { path, target: 'disk', merged: false, after: change.after };
    }
    const decoded = await decode(bytes, document);
    if (decoded === undefined) throw refusal('edits.notText', path);
    const disk: OnDisk = { bytes, ...decoded };
    const after = combine(change, disk.text);
    const merged = disk.text !== change.before;
    if (change.kind === 'delete') {
      await rm(path);
      return { path, target: 'disk', merged: false, after: '' };
    }
    if (after === disk.text) return { path, target: 'disk', merged, after };
    const newBytes = await encode(after, disk.encoding);
    if (document !== undefined && (await savesExactly(document, disk)) && fitsDocument(after)) {
      return writeAndSave(change, document, disk, after, newBytes);
    }
    const result = await writeAtomically(path, newBytes, bytes);
    return result === 'changed' ? undefined : { path, target: 'disk', merged, after };
  }

  /** For a document that had nothing unsaved: it is changed, which can be undone there, and saved again. */
  async function writeAndSave(
    change: Change,
    document: vscode.TextDocument,
    disk: OnDisk,
    after: string,
    newBytes: Uint8Array,
  ): Promise<Written | undefined> {
    const { path } = change;
    const merged = disk.text !== change.before;
    if (!(await replaceText(document, disk.text, after, edits))) return undefined;
    // Typed into in this moment: what the person types is theirs to save.
    if (document.getText() !== after) return { path, target: 'buffer', merged: true, after: document.getText() };
    if (!(await document.save())) return { path, target: 'buffer', merged, after };
    const saved = await readFile(path);
    if (Buffer.compare(saved, newBytes) === 0) return { path, target: 'disk', merged, after };
    const text = (await decode(saved, document))?.text ?? document.getText();
    return { path, target: 'disk', merged, after: text, changedOnSave: true };
  }

  /** `change` on top of the text as it is now; throws when that cannot be done without loss. */
  function combine(change: Change, text: string): string {
    if (change.kind === 'create') {
      if (text === change.after) return text;
      throw refusal('edits.exists', change.path);
    }
    if (text === change.before) return change.after;
    const merged = change.kind === 'delete' ? undefined : edits.merge(change.before, text, change.after);
    if (merged === undefined) throw refusal('edits.changed', change.path);
    return merged;
  }

  /** The document shows what is on disk, and saving it now would give the same bytes. */
  async function savesExactly(document: vscode.TextDocument, disk: OnDisk): Promise<boolean> {
    if (document.getText() !== disk.text) return false;
    const bytes = await vscode.workspace.encode(disk.text, { encoding: document.encoding });
    return Buffer.compare(bytes, disk.bytes) === 0;
  }

  async function decode(bytes: Uint8Array, document: vscode.TextDocument | undefined) {
    const encoding = document && encodingOf(document);
    if (document === undefined || encoding === undefined || isUnicode(encoding)) return edits.decode(bytes);
    const options = { encoding: document.encoding };
    const text = await vscode.workspace.decode(bytes, options);
    const again = await vscode.workspace.encode(text, options);
    return Buffer.compare(again, bytes) === 0 ? { text, encoding } : undefined;
  }

  /** Throws when the text cannot be written in this encoding without loss. */
  async function encode(text: string, encoding: Encoding): Promise<Uint8Array> {
    if (isUnicode(encoding)) return edits.encode(text, encoding);
    const options = { encoding: encoding.name };
    const bytes = await vscode.workspace.encode(text, options);
    if ((await vscode.workspace.decode(bytes, options)) === text) return bytes;
    throw new Error(sayInEnglish({ code: 'edits.cannotEncode', args: { encoding: encoding.name } }));
  }

  return { readText, readBytes: (path) => readFile(path), write, diagnostics: diagnosticsOf };
}

/** Undefined when there is no such file. */
async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EISDIR') throw refusal('edits.folder', path);
    throw cause;
  }
}

function refusal(code: string, path: string): Error {
  return new Error(sayInEnglish({ code, args: { path } }));
}

function missing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') throw cause;
}
