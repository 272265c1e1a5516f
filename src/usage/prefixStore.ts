// What was sent last in a session, by hashes, so that the first request after a restart has something to be compared with.
// Losing it costs a comparison and nothing else.
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import type { Before } from './expectation.ts';

export type PrefixStore = {
  /** Undefined where there is none that a cache could still know. Never rejects. */
  read(session: string): Promise<Before | undefined>;
  /** Never rejects. */
  write(session: string, before: Before): Promise<void>;
};

/** No service keeps anything longer. */
const KEPT_MS = 3_600_000;
const NAME = /^[\w-]{1,100}$/;
const part = { hash: z.string(), weight: z.number(), marked: z.boolean() };
const stored = z.object({
  prefix: z.object({
    model: z.string(),
    thinking: z.string(),
    tools: z.array(z.object({ ...part, name: z.string() })),
    system: z.array(z.object(part)),
    blocks: z.array(z.object({ ...part, message: z.number() })),
    keptMs: z.optional(z.number()),
  }),
  usage: z.object({
    inputTokens: z.number(),
    cacheWriteTokens: z.number(),
    cacheReadTokens: z.number(),
    outputTokens: z.number(),
  }),
  at: z.number(),
});

export function createPrefixStore(folder: string, now: () => number, log: (text: string) => void): PrefixStore {
  const fileOf = (session: string) => path.join(folder, `${session}.json`);
  const sweep = async () => {
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      if (now() - (await stat(file)).mtimeMs > KEPT_MS) await rm(file, { force: true });
    }
  };
  return {
    read: async (session) => {
      if (!NAME.test(session)) return undefined;
      try {
        const { prefix, usage, at } = stored.parse(JSON.parse(await readFile(fileOf(session), 'utf8')));
        if (now() - at > KEPT_MS) return undefined;
        return { prefix: { ...prefix, keptMs: prefix.keptMs }, usage, at };
      } catch (error) {
        if (!isMissing(error)) log(`What was sent last in ${session} could not be read: ${String(error)}`);
        return undefined;
      }
    },
    write: async (session, before) => {
      if (!NAME.test(session)) return;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const file = fileOf(session);
        await writeFile(`${file}.${process.pid}`, JSON.stringify(before), { mode: 0o600 });
        await rename(`${file}.${process.pid}`, file);
        await sweep();
      } catch (error) {
        log(`What was sent last in ${session} could not be kept: ${String(error)}`);
      }
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
