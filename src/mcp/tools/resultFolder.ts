// Keeps results that are too large for a conversation beside its transcript.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Names are made here of nothing but letters and digits: they come from elsewhere. Files are for the person alone. */
export function createResultFolder(folder: string) {
  let count = 0;
  return async (id: string, extension: string, data: string | Uint8Array): Promise<string> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = id.replace(/[^\w-]/g, '_').slice(0, 80);
    for (;;) {
      const file = path.join(folder, `${name}-${++count}.${extension.replace(/\W/g, '') || 'bin'}`);
      try {
        // Never over what is there: an earlier result is still spoken of.
        await writeFile(file, data, { mode: 0o600, flag: 'wx' });
        return file;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
  };
}
