// Keeps, one file a server, what its tools were when it was approved.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import type { ToolStore } from '../mcp/config/toolVersions.ts';
import { replaceText } from '../settings/remember.ts';
import { errorCode } from '../util/readableError.ts';

const Tool = z.object({ fingerprint: z.string(), description: z.string(), input: z.string(), hints: z.string() });
/** As pairs: a tool may be called `__proto__`, which a record leaves out. */
const Tools = z.array(z.tuple([z.string(), Tool]));

export function createToolStore(folder: string): ToolStore {
  const fileOf = (key: string) => path.join(folder, `${key}.json`);
  return {
    read: async (key) => {
      try {
        return Object.fromEntries(Tools.parse(Object.entries(JSON.parse(await readFile(fileOf(key), 'utf8')))));
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (key, tools) => replaceText(fileOf(key), JSON.stringify(tools)),
  };
}
