// A Workspace of real files with unsaved text in front of them, which follows the rules of the one in VS Code: unsaved
// text is merged and stays unsaved, what cannot be merged is refused, and a formatter may change what is saved.
import { readFile, stat } from 'node:fs/promises';
import type { Change, Encoding } from '../../src/contracts/edit.ts';
import type { Workspace } from '../../src/contracts/workspace.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { errorCode } from '../../src/util/readableError.ts';

/** Where the bytes are. `write` and `remove` take effect only if the file is still `expected`. */
export type Disk = {
  read(file: string): Promise<Uint8Array | undefined>;
  write(file: string, bytes: Uint8Array | 'missing', expected: Uint8Array | 'missing'): Promise<'written' | 'changed'>;
};

export type EditorWorkspace = Workspace & {
  /** Unsaved text by path. */
  unsaved: Map<string, string>;
  /** The encoding a file is configured to have, beyond Unicode. */
  encodings: Map<string, string>;
  /** What a formatter makes of a text while an edit is saved. */
  format: ((text: string) => string) | undefined;
};

export const realDisk: Disk = {
  async read(file) {
    try {
      return await readFile(file);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },
  write: (file, bytes, expected) => writeAtomically(file, bytes, expected),
};

export function editorWorkspace(disk: Disk = realDisk): EditorWorkspace {
  const decode = async (file: string, bytes: Uint8Array) => {
    const name = workspace.encodings.get(file);
    if (name !== undefined) await editFunctions.prepare(name);
    return editFunctions.decode(bytes, name);
  };

  const combine = (change: Change, text: string): string => {
    if (change.kind === 'create') {
      if (text === change.after) return text;
      throw new Error(`${change.path} exists by now`);
    }
    if (text === change.before) return change.after;
    const merged = change.kind === 'delete' ? undefined : editFunctions.merge(change.before, text, change.after);
    if (merged === undefined) throw new Error(`${change.path} was changed since, in the same lines`);
    return merged;
  };

  const workspace: EditorWorkspace = {
    unsaved: new Map(),
    encodings: new Map(),
    format: undefined,

    async readText(file) {
      const bytes = await disk.read(file).catch(async (error) => {
        if (errorCode(error) === 'EISDIR' || (await stat(file)).isDirectory()) return 'folder' as const;
        throw error;
      });
      if (bytes === 'folder') return { problem: 'folder' };
      const found = bytes && (await decode(file, bytes));
      const open = workspace.unsaved.get(file);
      const encoding: Encoding = found?.encoding ?? { name: 'utf-8', bom: false };
      if (open !== undefined) return { text: open, encoding, dirty: true };
      if (bytes === undefined) return { problem: 'missing' };
      return found === undefined ? { problem: 'binary' } : { ...found, dirty: false };
    },

    async readBytes(file) {
      const bytes = await disk.read(file);
      if (bytes === undefined) throw Object.assign(new Error(`no such file: ${file}`), { code: 'ENOENT' });
      return bytes;
    },

    async write(change) {
      const { path } = change;
      const open = workspace.unsaved.get(path);
      if (open !== undefined) {
        if (change.kind === 'delete') throw new Error(`${path} has unsaved text`);
        const after = combine(change, open);
        workspace.unsaved.set(path, after);
        return { path, target: 'buffer', merged: open !== change.before, after };
      }
      const bytes = await disk.read(path);
      if (bytes === undefined) {
        if (change.kind !== 'create') throw new Error(`${path} is gone`);
        await editFunctions.prepare(change.encoding.name);
        const fresh = editFunctions.encode(change.after, change.encoding);
        if ((await disk.write(path, fresh, 'missing')) === 'changed') throw new Error(`${path} exists by now`);
        return { path, target: 'disk', merged: false, after: change.after };
      }
      const found = await decode(path, bytes);
      if (found === undefined) throw new Error(`${path} is not text`);
      const after = combine(change, found.text);
      const merged = found.text !== change.before;
      const next =
        change.kind === 'delete'
          ? ('missing' as const)
          : editFunctions.rewrite(bytes, editFunctions.change(path, found.text, after, found.encoding, '0'));
      if ((await disk.write(path, next, bytes)) === 'changed') throw new Error(`${path} keeps changing`);
      const formatted = change.kind === 'delete' ? after : (workspace.format?.(after) ?? after);
      if (formatted === after) return { path, target: 'disk', merged, after };
      const last = editFunctions.encode(formatted, found.encoding);
      await disk.write(path, last, next);
      return { path, target: 'disk', merged, after: formatted, changedOnSave: true };
    },

    diagnostics: async () => [],
  };
  return workspace;
}
