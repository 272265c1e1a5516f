// A Workspace in memory, for tests of whatever reads and writes files through one.
import type { Change } from '../../src/contracts/edit.ts';
import type { Diagnostic, Workspace } from '../../src/contracts/workspace.ts';
import { editFunctions } from '../../src/edits/functions.ts';

export type MemoryWorkspace = Workspace & {
  /** The bytes "on disk". */
  files: Map<string, Uint8Array>;
  /** Unsaved text of "open editors". */
  unsaved: Map<string, string>;
  /** What `diagnostics` gives back, for the paths asked for; change it in `onWrite` to let an edit cause problems. */
  problems: Diagnostic[];
  /** Called after each write, with what was written. */
  onWrite: (change: Change) => void;
  /** The changes written so far. */
  writes: Change[];
  /** The text on disk; undefined when there is none. */
  text(path: string): string | undefined;
};

const LARGEST_BYTES = 10 * 1024 * 1024;

/** `files`: path → text (stored as UTF-8) or bytes. */
export function memoryWorkspace(files: Record<string, string | Uint8Array> = {}): MemoryWorkspace {
  const bytesOf = (content: string | Uint8Array) => (typeof content === 'string' ? Buffer.from(content) : content);
  const stored = new Map(Object.entries(files).map(([path, content]) => [path, bytesOf(content)]));
  const unsaved = new Map<string, string>();

  const readText: Workspace['readText'] = async (path) => {
    const bytes = stored.get(path);
    if (!bytes)
      return { problem: [...stored.keys()].some((other) => other.startsWith(`${path}/`)) ? 'folder' : 'missing' };
    if (bytes.length > LARGEST_BYTES) return { problem: 'tooLarge' };
    const decoded = editFunctions.decode(bytes);
    if (!decoded) return { problem: 'binary' };
    const open = unsaved.get(path);
    return { text: open ?? decoded.text, encoding: decoded.encoding, dirty: open !== undefined };
  };

  const workspace: MemoryWorkspace = {
    files: stored,
    unsaved,
    problems: [],
    onWrite: () => {},
    writes: [],
    text(path) {
      const bytes = stored.get(path);
      return bytes && editFunctions.decode(bytes)?.text;
    },
    readText,
    async readBytes(path) {
      const bytes = stored.get(path);
      if (!bytes) throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' });
      return bytes;
    },
    async write(change) {
      const now = await readText(change.path);
      const current = 'problem' in now ? '' : now.text;
      const merged = current !== change.before;
      const after = merged ? editFunctions.merge(change.before, change.after, current) : change.after;
      if (after === undefined)
        throw new Error(`${change.path} was changed meanwhile, in the same place. Read it again.`);
      const toBuffer = unsaved.has(change.path);
      if (change.kind === 'delete') stored.delete(change.path);
      else if (toBuffer) unsaved.set(change.path, after);
      else stored.set(change.path, editFunctions.encode(after, change.encoding));
      workspace.writes.push(change);
      workspace.onWrite(change);
      return { path: change.path, target: toBuffer ? 'buffer' : 'disk', merged, after };
    },
    async diagnostics(paths) {
      return workspace.problems.filter((one) => paths.includes(one.path));
    },
  };
  return workspace;
}
