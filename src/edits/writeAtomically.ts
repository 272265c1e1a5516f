// Replaces a file as a whole: whoever reads it, and whatever happens, it is the old or the new one, never half.
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  chmod,
  chown,
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import path from 'node:path';
import type { WriteAtomically } from '../contracts/edit.ts';
import { sayInEnglish } from '../util/phrases.ts';

/**
 * Writes beside the file, flushes, and renames over it. A symbolic link stays and its target is replaced; mode and, where
 * the system lets us, owner are kept. `expected` is compared right before the rename; creating ('missing') is exclusive.
 */
export const writeAtomically: WriteAtomically = async (file, bytes, expected) => {
  try {
    return await replace(file, bytes, expected);
  } catch (cause) {
    throw readable(file, cause);
  }
};

async function replace(
  file: string,
  bytes: Uint8Array,
  expected: Uint8Array | 'missing' | undefined,
): Promise<'written' | 'changed'> {
  const target = await targetOf(file);
  const old = await statOrMissing(target);
  if (old !== undefined && !old.isFile()) {
    throw new Error(
      sayInEnglish({ code: old.isDirectory() ? 'edits.folder' : 'edits.notRegular', args: { path: file } }),
    );
  }
  if ((await compare(target, old, expected)) === 'changed') return 'changed';
  // A rename needs no right to the file itself; someone who took that right away did not mean it to be replaced.
  if (old !== undefined) await (await open(target, 'r+')).close();
  const folder = path.dirname(target);
  if (old === undefined) await mkdir(folder, { recursive: true });

  const temporary = path.join(folder, `.${path.basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await fill(temporary, bytes, old);
    if ((await compare(target, await statOrMissing(target), expected)) === 'changed') return 'changed';
    if (old !== undefined || expected !== 'missing') await rename(temporary, target);
    else if ((await place(temporary, target)) === 'changed') return 'changed';
  } finally {
    await rm(temporary, { force: true });
  }
  await flushFolder(folder);
  return 'written';
}

/** Where the bytes go: behind symbolic links, also behind one whose target does not exist yet. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause;
  }
  const dangling = await lstat(file).catch(() => undefined);
  if (dangling?.isSymbolicLink() !== true) return file;
  throw Object.assign(new Error('a symbolic link that leads nowhere'), { code: 'ELOOP' });
}

async function fill(temporary: string, bytes: Uint8Array, old: Stats | undefined): Promise<void> {
  const handle = await open(temporary, 'wx', old === undefined ? 0o666 : 0o600);
  try {
    await handle.writeFile(bytes);
    if (old !== undefined) {
      await keepOwner(temporary, old);
      await chmod(temporary, old.mode & 0o7777);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Only root may give a file away; for others the new file is theirs, as with any editor that writes this way. */
async function keepOwner(temporary: string, old: Stats): Promise<void> {
  if (process.platform === 'win32') return;
  const now = await stat(temporary);
  if (now.uid === old.uid && now.gid === old.gid) return;
  await chown(temporary, old.uid, old.gid).catch((cause) => {
    if (codeOf(cause) !== 'EPERM') throw cause;
  });
}

/** A hard link fails when the name is taken, where a rename would replace what came in between. */
async function place(temporary: string, target: string): Promise<'written' | 'changed'> {
  try {
    await link(temporary, target);
    return 'written';
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return 'changed';
    // File systems without hard links: the comparison a moment ago has to do.
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EACCES'].includes(codeOf(cause))) throw cause;
    await rename(temporary, target);
    return 'written';
  }
}

async function compare(
  target: string,
  now: Stats | undefined,
  expected: Uint8Array | 'missing' | undefined,
): Promise<'same' | 'changed'> {
  if (expected === undefined) return 'same';
  if (expected === 'missing') return now === undefined ? 'same' : 'changed';
  if (now === undefined || now.size !== expected.length) return 'changed';
  return Buffer.compare(await readFile(target), expected) === 0 ? 'same' : 'changed';
}

/** Best effort: not every system can flush a folder, and the file itself is safe by now. */
async function flushFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    return;
  } finally {
    await handle?.close();
  }
}

async function statOrMissing(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function readable(file: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === '') return cause;
  const say = (name: string) =>
    new Error(sayInEnglish({ code: name, args: { path: file, code, detail: code } }), { cause });
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return say('edits.noSpace');
  if (code === 'EACCES' || code === 'EPERM') return say('edits.notPermitted');
  if (code === 'EROFS') return say('edits.readOnlyDisk');
  if (code === 'ENOTDIR') return say('edits.parentNotFolder');
  return say('edits.writeFailed');
}
