// A folder that is held open while a file in it is replaced, so that nobody can put another one in its place meanwhile.
import { type FileHandle, lstat, mkdir, open, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../util/readableError.ts';

export type HeldFolder = {
  /** A path of an entry that leads into this very folder, whatever its name is by now. */
  at(name: string): string;
  /** Its path still leads here. */
  isInPlace(): Promise<boolean>;
  /** Best effort: not every system can flush a folder. */
  flush(): Promise<void>;
  release(): Promise<void>;
};

/** Where a path leads behind symbolic links, that of a file that is still to be made included. */
export async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
  }
  const dangling = await lstat(file).catch(() => undefined);
  if (dangling?.isSymbolicLink()) {
    throw Object.assign(new Error('a symbolic link that leads nowhere'), { code: 'ELOOP' });
  }
  const parent = path.dirname(file);
  return parent === file ? file : path.join(await targetOf(parent), path.basename(file));
}

/** `folder` without symbolic links; it is made if need be. Undefined when it turns out to be somewhere else. */
export async function holdFolder(folder: string): Promise<HeldFolder | undefined> {
  await mkdir(folder, { recursive: true });
  const handle = await openOrNot(folder);
  const held = handle && `/proc/self/fd/${handle.fd}`;
  const where = held && (await readlink(held).catch(() => undefined));
  // Where the system cannot name an open folder, its path is asked again at the last moment.
  const byHandle = held !== undefined && where !== undefined;
  const isInPlace = async () => (await (byHandle ? readlink(held) : realpath(folder))) === folder;
  if (!(await isInPlace())) {
    await handle?.close();
    return undefined;
  }
  return {
    at: (name) => path.join(byHandle ? held : folder, name),
    isInPlace,
    flush: async () => {
      // The file itself is safe by now; that its name is as well is more than some systems offer.
      await handle?.sync().catch(() => undefined);
    },
    release: async () => handle?.close(),
  };
}

/** Windows opens no folders, and one without the right to list it cannot be held. */
async function openOrNot(folder: string): Promise<FileHandle | undefined> {
  if (process.platform === 'win32') return undefined;
  return open(folder, 'r').catch((cause: unknown) => {
    if (errorCode(cause) !== 'EACCES') throw cause;
    return undefined;
  });
}
