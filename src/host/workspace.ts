// Files as the agent sees and writes them in VS Code: unsaved text first, through the open editor where there is one,
// byte for byte on disk otherwise. Nothing here opens a tab or moves the focus.
import { access, constants, readFile, realpath, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Change, EditFunctions, Recognised, WriteAtomically, Written } from '../contracts/edit.ts';
import type { Workspace } from '../contracts/workspace.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { errorCode } from '../util/readableError.ts';
import { diagnosticsOf } from './workspaceDiagnostics.ts';
import { endingsOf, findOpenFile, fitsDocument, replaceText } from './workspaceDocuments.ts';
import { encodingSetting, preferredEncodings, toEncoding } from './workspaceEncodings.ts';
import { isSetReadOnly } from './workspaceReadOnly.ts';

export type WorkspaceOptions = { edits: EditFunctions; writeAtomically: WriteAtomically };

const LARGEST_BYTES = 10 * 1024 * 1024;
/** How often a write starts again because the file or the document changed in its midst. */
const TRIES = 3;

type OnDisk = Recognised & { bytes: Uint8Array };

export function createWorkspace({ edits, writeAtomically }: WorkspaceOptions): Workspace {
  async function readText(path: string): ReturnType<Workspace['readText']> {
    const open = await findOpenFile(path);
    if (open?.state === 'dirty') {
      const encoding = toEncoding(open.document.encoding);
      await edits.prepare(encoding.name);
      return { text: open.document.getText(), encoding, dirty: true };
    }
    const facts = await stat(path).catch(missing);
    if (facts === undefined) return missingFile(path);
    if (facts.isDirectory()) return { problem: 'folder' };
    if (!facts.isFile()) throw refusal('edits.notRegular', path);
    if (facts.size > LARGEST_BYTES) return { problem: 'tooLarge' };
    const unreachable = open?.state === 'outOfReach';
    const read = await recognise(path, await readFile(path), unreachable ? undefined : open?.document);
    if (read === undefined) return { problem: 'binary' };
    return { ...read, dirty: false, ...(unreachable ? { viewOnly: { code: 'edits.shownAsSaved', args: {} } } : {}) };
  }

  /** What `files.encoding` says is how a new file is written. */
  async function missingFile(path: string): ReturnType<Workspace['readText']> {
    const encoding = await encodingSetting(path);
    if (encoding.name === 'utf-8' && !encoding.bom) return { problem: 'missing' };
    await edits.prepare(encoding.name);
    return { problem: 'missing', encoding };
  }

  async function write(change: Change, realPath?: string): Promise<Written> {
    if (isSetReadOnly(change.path)) throw refusal('edits.setReadOnly', change.path);
    await edits.prepare(change.encoding.name);
    for (let tries = 0; tries < TRIES; tries++) {
      const open = await findOpenFile(change.path);
      if (open?.state === 'outOfReach') {
        throw refusal(open.notebook ? 'edits.notebookUnsaved' : 'edits.unsavedOutOfReach', change.path);
      }
      if (open !== undefined && realPath !== undefined) await mustLeadTo(change.path, realPath);
      const written =
        open?.state === 'dirty'
          ? await writeUnsaved(change, open.document)
          : await writeSaved(change, open?.document, realPath);
      if (written !== undefined) return written;
    }
    throw refusal('edits.busy', change.path);
  }

  /** The unsaved text keeps what the person typed and stays unsaved. Undefined when it changed meanwhile. */
  async function writeUnsaved(change: Change, document: vscode.TextDocument): Promise<Written | undefined> {
    const { path } = change;
    if (change.kind === 'delete') throw refusal('edits.changed', path);
    const encoding = toEncoding(document.encoding);
    await edits.prepare(encoding.name);
    const bytes = await readBytes(path);
    const disk = bytes && edits.decode(bytes, encoding.name);
    if (bytes !== undefined && disk === undefined) throw refusal('edits.lossyUnsaved', path);
    const text = document.getText();
    if (disk && endingsOf(disk.text).size > 1) throw refusal('edits.mixedUnsaved', path);
    const after = combine(change, text);
    if (!fitsDocument(after)) throw refusal('edits.mixedUnsaved', path);
    edits.encode(after, encoding);
    if (!(await replaceText(document, text, after, edits))) return undefined;
    return { path, target: 'buffer', merged: text !== change.before, after };
  }

  /** Undefined when the file changed between reading and writing. */
  async function writeSaved(
    change: Change,
    document: vscode.TextDocument | undefined,
    realPath: string | undefined,
  ): Promise<Written | undefined> {
    const { path } = change;
    const bytes = await readBytes(path);
    if (bytes === undefined) {
      if (change.kind !== 'create') throw refusal('edits.gone', path);
      const result = await writeAtomically(path, edits.encode(change.after, change.encoding), 'missing', realPath);
      return result === 'changed' ? undefined : { path, target: 'disk', merged: false, after: change.after };
    }
    const disk = await readForWriting(change, bytes, document);
    const after = combine(change, disk.text);
    const merged = disk.text !== change.before;
    if (change.kind === 'delete') {
      const result = await writeAtomically(path, 'missing', bytes, realPath);
      return result === 'changed' ? undefined : { path, target: 'disk', merged: false, after: '' };
    }
    if (after === disk.text) return { path, target: 'disk', merged, after };
    const { encoding } = disk;
    const made = merged ? edits.change(path, disk.text, after, encoding, '0') : { ...change, encoding };
    const newBytes = edits.rewrite(bytes, made);
    if (document !== undefined && fitsDocument(after) && (await savesExactly(document, disk, after, newBytes))) {
      return writeAndSave(change, document, disk, after, newBytes);
    }
    const result = await writeAtomically(path, newBytes, bytes, realPath);
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
    await access(path, constants.W_OK).catch((cause) => {
      throw refusal('edits.notPermitted', path, { code: errorCode(cause) ?? '?' });
    });
    if (!(await replaceText(document, disk.text, after, edits))) return undefined;
    // Typed into in this moment: what the person types is theirs to save.
    if (document.getText() !== after) return { path, target: 'buffer', merged: true, after: document.getText() };
    if (!(await document.save())) return { path, target: 'buffer', merged, after };
    const saved = await readFile(path);
    if (Buffer.compare(saved, newBytes) === 0) return { path, target: 'disk', merged, after };
    const text = edits.decode(saved, disk.encoding.name)?.text ?? document.getText();
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

  /** The document shows what is on disk, and saving it now, and with the change, would give exactly our bytes. */
  async function savesExactly(
    document: vscode.TextDocument,
    disk: OnDisk,
    after: string,
    newBytes: Uint8Array,
  ): Promise<boolean> {
    if (document.getText() !== disk.text) return false;
    const options = { encoding: document.encoding };
    const now = await vscode.workspace.encode(disk.text, options);
    if (Buffer.compare(now, disk.bytes) !== 0) return false;
    return Buffer.compare(await vscode.workspace.encode(after, options), newBytes) === 0;
  }

  /** An open document's own encoding comes first, where it fits. */
  async function recognise(
    path: string,
    bytes: Uint8Array,
    document: vscode.TextDocument | undefined,
  ): Promise<Recognised | undefined> {
    if (document !== undefined) {
      const { name } = toEncoding(document.encoding);
      await edits.prepare(name);
      const found = edits.decode(bytes, name);
      if (found !== undefined) return found;
    }
    return edits.recognise(bytes, await preferredEncodings(path, bytes));
  }

  /** In the encoding in which the change was seen and approved, as long as it gives the same text. */
  async function readForWriting(
    change: Change,
    bytes: Uint8Array,
    document: vscode.TextDocument | undefined,
  ): Promise<OnDisk> {
    const asApproved = edits.decode(bytes, change.encoding.name);
    if (asApproved?.text === change.before) return { bytes, ...asApproved };
    const found = await recognise(change.path, bytes, document);
    if (found === undefined) throw refusal('edits.notText', change.path);
    if (found.viewOnly !== undefined) throw new Error(`${change.path}: ${sayInEnglish(found.viewOnly)}`);
    return { bytes, ...found };
  }

  return { readText, readBytes: (path) => readFile(path), write, diagnostics: diagnosticsOf };
}

async function mustLeadTo(path: string, realPath: string): Promise<void> {
  const now = await realpath(path).catch(missing);
  if (now !== undefined && vscode.Uri.file(now).fsPath !== vscode.Uri.file(realPath).fsPath) {
    throw refusal('edits.movedPath', path);
  }
}

/** Undefined when there is no such file. */
async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EISDIR') throw refusal('edits.folder', path);
    throw cause;
  }
}

function refusal(code: string, path: string, args: Record<string, string> = {}): Error {
  return new Error(sayInEnglish({ code, args: { path, ...args } }));
}

function missing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') throw cause;
}
