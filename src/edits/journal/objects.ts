// Contents of files, kept once each under the SHA-256 of their bytes, compressed. Whatever happens, an object is there
// whole or not at all.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { errorCode } from '../../util/readableError.ts';

export type Objects = {
  /** On the disk when it resolves, but for `later`: then once `settle` was called. Rejects when the disk does not take it. */
  put(bytes: Uint8Array, when?: 'later'): Promise<string>;
  settle(object: string): Promise<void>;
  /** Undefined when it is not there any more, or not what it was. */
  get(object: string): Promise<Uint8Array | undefined>;
  /** Removes what nobody has put since `beforeMs`. */
  sweep(beforeMs: number): Promise<void>;
};

const DAY_MS = 24 * 60 * 60_000;
/** A file left behind by a program that was killed while it wrote it. */
const LEFT_BEHIND = /\.tmp$/;

export function createObjects(folder: string): Objects {
  const fileOf = (object: string) => path.join(folder, object.slice(0, 2), `${object.slice(2)}.gz`);

  return {
    async put(bytes, when) {
      const object = createHash('sha256').update(bytes).digest('hex');
      const file = fileOf(object);
      if (await isKept(file)) return object;
      const packed = await promisify(gzip)(bytes, { level: 1 });
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        const handle = await open(temporary, 'wx', 0o600);
        try {
          await handle.writeFile(packed);
          if (when !== 'later') await handle.datasync();
        } finally {
          await handle.close();
        }
        await rename(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      return object;
    },

    async settle(object) {
      const handle = await open(fileOf(object), 'r+');
      try {
        await handle.datasync();
      } finally {
        await handle.close();
      }
    },

    async get(object) {
      try {
        const bytes = await promisify(gunzip)(await readFile(fileOf(object)));
        return createHash('sha256').update(bytes).digest('hex') === object ? bytes : undefined;
      } catch (error) {
        // Swept, or damaged: the one who asks says that it is not kept any more.
        if (errorCode(error) === 'ENOENT' || errorCode(error)?.startsWith('Z_')) return undefined;
        throw error;
      }
    },

    async sweep(beforeMs) {
      for (const name of await namesIn(folder)) {
        for (const object of await namesIn(path.join(folder, name))) {
          const file = path.join(folder, name, object);
          const { mtimeMs } = await stat(file);
          const until = LEFT_BEHIND.test(object) ? Date.now() - DAY_MS : beforeMs;
          if (mtimeMs < until) await rm(file, { force: true });
        }
      }
    },
  };
}

/** An object that is needed again counts as new, so that it is kept as long as the youngest entry that names it. */
async function isKept(file: string): Promise<boolean> {
  try {
    const { mtimeMs, size } = await stat(file);
    if (size === 0) return false;
    if (Date.now() - mtimeMs > DAY_MS) await utimes(file, new Date(), new Date());
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
