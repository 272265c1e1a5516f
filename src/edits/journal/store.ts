// Where a journal lives: the objects, and one file of lines for each conversation. Several windows may write to it.
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../util/readableError.ts';
import { type Line, parseJournal, type Told, toText } from './lines.ts';
import { createObjects, type Objects } from './objects.ts';

export type JournalStore = {
  objects: Objects;
  /** In order. With `durable` it is on the disk when it resolves; rejects when it could not be written. */
  append(session: string, lines: readonly Line[], durable: boolean): Promise<void>;
  read(session: string): Promise<Told>;
  /** Removes what nobody has added to, or needed, since. */
  sweep(beforeMs: number): Promise<void>;
};

const NOTHING: Told = { entries: [], prompts: new Map() };

/** `folder` is ours alone, and made for the owner alone when it is needed first: file contents lie in it. */
export function createJournalStore(folder: string): JournalStore {
  const objects = createObjects(path.join(folder, 'objects'));
  const sessions = path.join(folder, 'sessions');
  const fileOf = (session: string) => {
    if (!/^[\w-]+$/.test(session)) throw new Error(`Not the id of a conversation: ${session}`);
    return path.join(sessions, `${session}.jsonl`);
  };
  let queue: Promise<unknown> = Promise.resolve();
  let last: { file: string; size: number; mtimeMs: number; told: Told } | undefined;

  const write = async (file: string, text: string, durable: boolean) => {
    await mkdir(sessions, { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a', 0o600);
    try {
      // One write in append mode lands in one piece behind what other windows wrote.
      await handle.appendFile(text);
      if (durable) await handle.datasync();
    } finally {
      await handle.close();
    }
  };

  return {
    objects,

    append(session, lines, durable) {
      const file = fileOf(session);
      const work = queue.then(() => write(file, toText(lines), durable));
      queue = work.catch(() => {});
      return work;
    },

    async read(session) {
      const file = fileOf(session);
      try {
        const { size, mtimeMs } = await stat(file);
        if (last?.file === file && last.size === size && last.mtimeMs === mtimeMs) return last.told;
        const told = parseJournal(await readFile(file, 'utf8'));
        last = { file, size, mtimeMs, told };
        return told;
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return NOTHING;
        throw error;
      }
    },

    async sweep(beforeMs) {
      const names = await readdir(sessions).catch((error) => {
        if (errorCode(error) === 'ENOENT') return [];
        throw error;
      });
      for (const name of names) {
        const file = path.join(sessions, name);
        if ((await stat(file)).mtimeMs < beforeMs) await rm(file, { force: true });
      }
      await objects.sweep(beforeMs);
    },
  };
}
