// Changes that wait for an answer, on disk: one file a conversation.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { PendingState } from './pendingState.ts';

export type PendingStore = {
  /** What cannot be read is left out. */
  load(): Promise<PendingState[]>;
  /** Without files it is removed. */
  save(state: PendingState): Promise<void>;
};

const stored = z.object({
  conversation: z.string(),
  root: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      realPath: z.exactOptional(z.string()),
      created: z.boolean(),
      before: z.string(),
      written: z.string(),
      encoding: z.object({ name: z.string(), bom: z.boolean() }),
      message: z.string(),
      call: z.string(),
      told: z.array(z.string()),
      edited: z.array(z.string()),
    }),
  ),
});

/** `folder` is ours alone; it is made when there is something to keep, readable by its owner only. */
export function createPendingStore(folder: string): PendingStore {
  const fileOf = (conversation: string) => join(folder, `${encodeURIComponent(conversation)}.json`);

  async function read(file: string): Promise<PendingState | undefined> {
    try {
      return stored.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
    } catch {
      // Not of ours, or gone meanwhile: files are replaced as a whole.
      return undefined;
    }
  }

  return {
    async load() {
      const names = await readdir(folder).catch(() => []);
      const found: PendingState[] = [];
      for (const name of names.filter((one) => one.endsWith('.json'))) {
        const state = await read(join(folder, name));
        if (state !== undefined) found.push(state);
      }
      return found;
    },
    async save(state) {
      const file = fileOf(state.conversation);
      if (state.files.length === 0) return rm(file, { force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(`${file}.tmp`, JSON.stringify(state), { mode: 0o600 });
      await rename(`${file}.tmp`, file);
    },
  };
}
