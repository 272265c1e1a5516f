// Work that one window at a time should do, such as using a refresh token that is good for one use.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '../transcript/fileLock.ts';

/**
 * Waits for a window of this machine that does work of the same name. One that does not let go is not waited for:
 * `onTaken` is told, and the work is done all the same. Rejects as the work does.
 */
export async function oneWindow<T>(
  folder: string,
  name: string,
  work: () => Promise<T>,
  onTaken: (cause: unknown) => void,
): Promise<T> {
  let begun = false;
  const begin = () => {
    begun = true;
    return work();
  };
  try {
    await mkdir(folder, { recursive: true });
    return await withLock(path.join(folder, name), begin);
  } catch (error) {
    if (begun) throw error;
    onTaken(error);
    return work();
  }
}
