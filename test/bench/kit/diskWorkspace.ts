// A Workspace without an editor: files as they are on the disk.
import { readFile, stat } from 'node:fs/promises';
import type { Workspace } from '../../../src/contracts/workspace.ts';
import { editFunctions } from '../../../src/edits/functions.ts';
import { writeAtomically } from '../../../src/edits/writeAtomically.ts';

export const diskWorkspace: Workspace = {
  async readText(path) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return { problem: 'missing' };
    if (found.isDirectory()) return { problem: 'folder' };
    const decoded = editFunctions.decode(await readFile(path));
    return decoded === undefined ? { problem: 'binary' } : { ...decoded, dirty: false };
  },
  readBytes: (path) => readFile(path),
  async write(change) {
    await writeAtomically(change.path, editFunctions.encode(change.after, change.encoding), undefined);
    return { path: change.path, target: 'disk', merged: false, after: change.after };
  },
  diagnostics: async () => [],
};
