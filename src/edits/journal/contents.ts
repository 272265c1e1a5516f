// Files as they are now, and as they were, with their bytes and their text.
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { EditFunctions } from '../../contracts/edit.ts';
import type { FileState } from '../../contracts/journal.ts';
import type { Workspace } from '../../contracts/workspace.ts';
import { errorCode, readableError } from '../../util/readableError.ts';
import type { Objects } from './objects.ts';
import type { Content } from './planFile.ts';

/** More than this of one file is not kept. */
export const LARGEST_BYTES = 32 * 1024 * 1024;
const TRIES = 5;

/** Where a path leads, also when the file itself is not there (any more). */
export async function realFile(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    const code = errorCode(error);
    const parent = path.dirname(file);
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || parent === file) return file;
    return path.join(await realFile(parent), path.basename(file));
  }
}

/** As the workspace sees it: unsaved text first. Never rejects; what cannot be read is unknown, with the reason. */
export async function contentNow(file: string, workspace: Workspace): Promise<Content> {
  const unknown = (code: string, reason = ''): Content => ({
    kind: 'unknown',
    because: { code: `journal.${code}`, args: { path: file, reason } },
  });
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const facts = await lstat(file).catch(() => undefined);
      const mode = facts === undefined || process.platform === 'win32' ? {} : { mode: facts.mode & 0o7777 };
      const read = await workspace.readText(file);
      if ('text' in read && read.dirty) {
        const { text, encoding } = read;
        return { kind: 'content', bytes: Buffer.from(text), text: { text, encoding }, unsaved: true, ...mode };
      }
      if ('problem' in read && read.problem === 'missing') return { kind: 'absent' };
      if ('problem' in read && read.problem === 'folder') return unknown('notAFile');
      if (facts !== undefined && facts.size > LARGEST_BYTES) return unknown('tooLarge');
      const bytes = await workspace.readBytes(file);
      if ('problem' in read) return { kind: 'content', bytes, unsaved: false, ...mode };
      const again = await workspace.readText(file);
      // Text and bytes of one moment.
      if ('text' in again && again.text === read.text && !again.dirty) {
        const { text, encoding, viewOnly } = read;
        const exact = viewOnly === undefined ? { text: { text, encoding } } : {};
        return { kind: 'content', bytes, ...exact, unsaved: false, ...mode };
      }
    }
    return unknown('unreadable', 'it keeps changing');
  } catch (error) {
    return unknown('unreadable', readableError(error));
  }
}

/** Puts the content into the store. Rejects when the disk does not take it. */
export async function keep(content: Content, objects: Objects, when?: 'later'): Promise<FileState> {
  if (content.kind !== 'content') return content;
  return {
    kind: 'content',
    object: await objects.put(content.bytes, when),
    ...(content.text === undefined ? {} : { encoding: content.text.encoding }),
    ...(content.mode === undefined ? {} : { mode: content.mode }),
    ...(content.unsaved ? { buffer: true as const } : {}),
  };
}

/** Back from the store; unknown when it is not kept any more. */
export async function kept(file: string, state: FileState, objects: Objects, edits: EditFunctions): Promise<Content> {
  if (state.kind !== 'content') return state;
  const bytes = await objects.get(state.object);
  if (bytes === undefined) return { kind: 'unknown', because: { code: 'journal.notKept', args: { path: file } } };
  const text = await textOf(bytes, state, edits);
  return {
    kind: 'content',
    bytes,
    ...(text === undefined || state.encoding === undefined ? {} : { text: { text, encoding: state.encoding } }),
    ...(state.mode === undefined ? {} : { mode: state.mode }),
    unsaved: state.buffer === true,
  };
}

async function textOf(bytes: Uint8Array, state: Extract<FileState, { kind: 'content' }>, edits: EditFunctions) {
  if (state.encoding === undefined) return undefined;
  if (state.buffer) return Buffer.from(bytes).toString('utf8');
  await edits.prepare(state.encoding.name);
  return edits.decode(bytes, state.encoding.name)?.text;
}
