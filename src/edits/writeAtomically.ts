// Replaces a file as a whole: whoever reads it, and whatever happens, it is the old or the new one, never half.
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, chown, link, lstat, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { WriteAtomically } from '../contracts/edit.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { errorCode } from '../util/readableError.ts';
import { type HeldFolder, holdFolder, targetOf } from './heldFolder.ts';

const SUFFIX = '.assent.tmp';
const TEMPORARY = /^\.[0-9a-f]{18}\.assent\.tmp$/;

type Expected = Uint8Array | 'missing' | undefined;

/**
 * Writes beside the file, flushes, and renames over it. A symbolic link stays and its target is replaced; mode and, where
 * the system lets us, owner are kept. `expected` is compared right before the rename; creating ('missing') is exclusive.
 */
export const writeAtomically: WriteAtomically = async (file, bytes, expected, realPath, mode) => {
  try {
    const target = await targetOf(file);
    if (realPath !== undefined && !isSamePath(target, realPath)) throw refusal('edits.movedPath', file);
    if (bytes === 'missing' && (await statOrMissing(target)) === undefined) {
      return expected === 'missing' || expected === undefined ? 'written' : 'changed';
    }
    const folder = await holdFolder(path.dirname(target));
    if (folder === undefined) throw refusal('edits.movedPath', file);
    try {
      const name = path.basename(target);
      return bytes === 'missing'
        ? await remove(folder, name, file, expected)
        : await replace(folder, name, file, bytes, expected, mode);
    } finally {
      await folder.release();
    }
  } catch (cause) {
    throw readable(file, cause);
  }
};

async function replace(
  folder: HeldFolder,
  name: string,
  file: string,
  bytes: Uint8Array,
  expected: Expected,
  mode: number | undefined,
): Promise<'written' | 'changed'> {
  const target = folder.at(name);
  const old = await regularOrMissing(target, file);
  if ((await compare(target, old, expected)) === 'changed') return 'changed';
  const names = old === undefined ? 1 : old.nlink - (old.nlink > 1 ? await dropLeftovers(folder, old) : 0);
  if (names > 1) throw refusal('edits.hardLinks', file, { count: String(names) });
  // A rename needs no right to the file itself; someone who took that right away did not mean it to be replaced.
  if (old !== undefined) await (await open(target, 'r+')).close();

  const temporary = folder.at(`.${randomBytes(9).toString('hex')}${SUFFIX}`);
  try {
    await fill(temporary, bytes, old, mode);
    const now = await regularOrMissing(target, file);
    if ((await compare(target, now, expected)) === 'changed') return 'changed';
    if (!(await folder.isInPlace())) throw refusal('edits.movedPath', file);
    if (old !== undefined || expected !== 'missing') await rename(temporary, target);
    else if ((await place(temporary, target)) === 'changed') return 'changed';
  } finally {
    await rm(temporary, { force: true });
  }
  await folder.flush();
  return 'written';
}

async function remove(
  folder: HeldFolder,
  name: string,
  file: string,
  expected: Expected,
): Promise<'written' | 'changed'> {
  const target = folder.at(name);
  const old = await regularOrMissing(target, file);
  if (old === undefined || (await compare(target, old, expected)) === 'changed') return 'changed';
  await (await open(target, 'r+')).close();
  if (!(await folder.isInPlace())) throw refusal('edits.movedPath', file);
  await rm(target);
  await folder.flush();
  return 'written';
}

async function fill(temporary: string, bytes: Uint8Array, old: Stats | undefined, mode = 0o666): Promise<void> {
  const handle = await open(temporary, 'wx', old === undefined ? mode & 0o777 : 0o600);
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
    if (errorCode(cause) !== 'EPERM') throw cause;
  });
}

/** A hard link fails when the name is taken, where a rename would replace what came in between. */
async function place(temporary: string, target: string): Promise<'written' | 'changed'> {
  try {
    await link(temporary, target);
    return 'written';
  } catch (cause) {
    const code = errorCode(cause) ?? '';
    if (code === 'EEXIST') return 'changed';
    // File systems without hard links: the comparison a moment ago has to do.
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EACCES'].includes(code)) throw cause;
    await rename(temporary, target);
    return 'written';
  }
}

/** Who was killed right after making a file left it with a second name, ours. Resolves to how many such names went. */
async function dropLeftovers(folder: HeldFolder, { ino, dev }: Stats): Promise<number> {
  let dropped = 0;
  for (const name of (await readdir(folder.at('.'))).filter((one) => TEMPORARY.test(one))) {
    const facts = await statOrMissing(folder.at(name));
    if (facts?.ino !== ino || facts.dev !== dev) continue;
    await rm(folder.at(name), { force: true });
    dropped++;
  }
  return dropped;
}

async function compare(target: string, now: Stats | undefined, expected: Expected): Promise<'same' | 'changed'> {
  if (expected === undefined) return 'same';
  if (expected === 'missing') return now === undefined ? 'same' : 'changed';
  if (now === undefined || now.size !== expected.length) return 'changed';
  return Buffer.compare(await readFile(target), expected) === 0 ? 'same' : 'changed';
}

/** Links were followed before: one that stands here now came in since. */
async function regularOrMissing(target: string, file: string): Promise<Stats | undefined> {
  const facts = await statOrMissing(target);
  if (facts === undefined || facts.isFile()) return facts;
  if (facts.isSymbolicLink()) throw refusal('edits.movedPath', file);
  throw refusal(facts.isDirectory() ? 'edits.folder' : 'edits.notRegular', file);
}

async function statOrMissing(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Not every system tells large letters from small ones, or one way of writing an accent from another. */
function isSamePath(a: string, b: string): boolean {
  const plain = (one: string) => (process.platform === 'linux' ? one : one.normalize().toLowerCase());
  return plain(a) === plain(b);
}

function refusal(code: string, file: string, args: Record<string, string> = {}): Error {
  return new Error(sayInEnglish({ code, args: { path: file, ...args } }));
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOSPC: 'edits.noSpace',
  EDQUOT: 'edits.noSpace',
  EFBIG: 'edits.noSpace',
  EACCES: 'edits.notPermitted',
  EPERM: 'edits.notPermitted',
  EROFS: 'edits.readOnlyDisk',
  ENOTDIR: 'edits.parentNotFolder',
};

function readable(file: string, cause: unknown): unknown {
  const code = errorCode(cause);
  if (code === undefined) return cause;
  const args = { path: file, code, detail: code };
  return new Error(sayInEnglish({ code: SENTENCES[code] ?? 'edits.writeFailed', args }), { cause });
}
