// Remembers what approved servers looked like, so that a change can be shown. What counts is the list of accepted fingerprints.
// Each record is a file of its own: windows that approve at the same time do not lose one another's.
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { isServerEntry, type ServerEntry } from '../mcp/approval.ts';
import { replaceText } from '../settings/remember.ts';
import { errorCode } from '../util/readableError.ts';

const Record = z.object({
  name: z.string(),
  file: z.string(),
  fingerprint: z.string(),
  /** The entry without its secrets. */
  shown: z.custom<ServerEntry>(isServerEntry),
  /** The files of the repository that its start names. */
  files: z.array(z.object({ path: z.string(), version: z.string() })),
  /** When; ms. */
  at: z.number(),
});
const Met = z.array(z.tuple([z.string(), z.array(z.string())]));
export type ApprovedRecord = z.infer<typeof Record>;

export type ApprovedRecords = {
  /** Newest first; of each entry the last yes. What cannot be read is left out. */
  of(root: string): Promise<readonly ApprovedRecord[]>;
  /** There is one, readable or not. */
  has(root: string, entry: Pick<ApprovedRecord, 'name' | 'file' | 'fingerprint'>): Promise<boolean>;
  keep(root: string, record: Omit<ApprovedRecord, 'at'>): Promise<void>;
  /** The servers that were there when each choice that approves by name was first in force, by choice; undefined when it cannot be read. */
  metBy(root: string): Promise<ReadonlyMap<string, readonly string[]> | undefined>;
  keepMet(root: string, met: ReadonlyMap<string, readonly string[]>): Promise<void>;
  /** A file that is written anew with each record. */
  signOf(root: string): string;
};

/** Of one server. What is dropped is met as if for the first time: more than anybody says yes to. */
const MOST = 500;

export function createApprovedRecords(folder: string): ApprovedRecords {
  const folderOf = (root: string) => path.join(folder, hash([root]).slice(0, 32));
  const fileOf = (root: string, { name, file, fingerprint }: Pick<ApprovedRecord, 'name' | 'file' | 'fingerprint'>) =>
    path.join(folderOf(root), `${hash([name, file, fingerprint])}.json`);
  const signOf = (root: string) => path.join(folderOf(root), 'last.json');
  const of = async (root: string) => {
    const names = await namesIn(folderOf(root));
    const records = await Promise.all(names.map((name) => readRecord(path.join(folderOf(root), name))));
    return records.flatMap((one) => one ?? []).sort((a, b) => b.at - a.at);
  };
  const metFile = (root: string) => path.join(folderOf(root), 'met.json');
  return {
    of,
    signOf,
    metBy: async (root) => {
      const text = await textOf(metFile(root));
      return text === undefined ? new Map() : readMet(text);
    },
    keepMet: (root, met) => replaceText(metFile(root), JSON.stringify([...met])),
    has: async (root, entry) => (await namesIn(folderOf(root))).includes(path.basename(fileOf(root, entry))),
    keep: async (root, record) => {
      await replaceText(fileOf(root, record), JSON.stringify({ ...record, at: Date.now() }));
      const ofServer = (await of(root)).filter(({ name, file }) => name === record.name && file === record.file);
      for (const old of ofServer.slice(MOST)) await rm(fileOf(root, old), { force: true });
      await replaceText(signOf(root), JSON.stringify(hash([record.name, record.file, record.fingerprint])));
    },
  };
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function readMet(text: string): ReadonlyMap<string, readonly string[]> | undefined {
  try {
    return new Map(Met.parse(JSON.parse(text)));
  } catch {
    // Whoever reads it takes nothing for met.
    return undefined;
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function readRecord(file: string): Promise<ApprovedRecord | undefined> {
  try {
    return Record.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    // Taken away by another window, or broken: `has` tells these apart.
    return undefined;
  }
}
