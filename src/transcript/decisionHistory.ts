// Past decisions of a root, from its transcripts, by way of an index that can be deleted and is built again.
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import type { Rule } from '../contracts/permission.ts';
import type { DecisionHistory, PastCall, RuleUse } from '../contracts/ruleUse.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { CALLS_OF_A_RULE, GATHERED, type Gathered, gather, gathered, keyOf } from './decisionLines.ts';
import { longPrefix, projectSlug, realRoot } from './slug.ts';

export type DecisionHistoryOptions = {
  configDir: string;
  root: string;
  /** For an index that cannot be written: the next window reads the transcripts again. */
  log(text: string): void;
};

const CHUNK = 1 << 20;
/** A line longer than this is passed over. */
const MAX_LINE = 8 << 20;
/** Bytes in front of the place reached, by which a file that was replaced is told from one that grew. */
const MARK = 4096;
/** Whoever only looks at what is in memory starts a reading at most this often, ms. */
const PAUSE_MS = 1000;
/** And so much later, ms: by then what they look for the sake of is written, too. */
const SETTLE_MS = 100;

const FILE = z.object({ offset: z.number(), mark: z.string(), size: z.number(), mtimeMs: z.number(), found: GATHERED });
const INDEX = z.object({ version: z.literal(3), files: z.record(z.string(), FILE) });
type IndexedFile = z.infer<typeof FILE>;
type Index = Map<string, IndexedFile>;

export function createDecisionHistory(options: DecisionHistoryOptions): DecisionHistory {
  const real = realRoot(options.root);
  const projects = path.join(options.configDir, 'projects');
  const slug = projectSlug(real);
  const indexFile = path.join(options.configDir, 'assent', 'decisions', `${slug}.json`);
  let index: Index | undefined;
  let merged: PastCall[] = [];
  let reading: Promise<void> | undefined;
  let readAt = 0;
  let next: NodeJS.Timeout | undefined;

  const read = async (): Promise<void> => {
    const before = index ?? (await loadIndex(indexFile));
    const { files, changed } = await readOn(before, await transcripts(projects, slug, longPrefix(real)));
    const mine = new Map([...files].filter(([, { found }]) => found.cwd === undefined || found.cwd === real));
    if (changed || index === undefined) merged = newestFirst(mine);
    index = files;
    if (changed) await storeIndex(indexFile, files, options.log);
  };
  /** One reading at a time; whoever asks meanwhile waits for one that begins after. */
  const fresh = async (): Promise<Index> => {
    const before = reading ?? Promise.resolve();
    const mine = before.then(read, read);
    const tail = mine.finally(() => {
      readAt = Date.now();
      if (reading === tail) reading = undefined;
    });
    // Whoever asked hears of a failure.
    tail.catch(() => {});
    reading = tail;
    await mine;
    return new Map([...(index ?? [])].filter(([, { found }]) => found.cwd === undefined || found.cwd === real));
  };

  const readOnce = () => {
    next = undefined;
    fresh().catch((error: unknown) => options.log(`Past decisions could not be read: ${readableError(error)}`));
  };

  return {
    async recent(limit) {
      await fresh();
      return merged.slice(0, limit);
    },
    async uses(rules) {
      const files = await fresh();
      return usesOf(rules, files, merged);
    },
    known(limit) {
      if (next === undefined) next = setTimeout(readOnce, Math.max(SETTLE_MS, readAt + PAUSE_MS - Date.now())).unref();
      return merged.slice(0, limit);
    },
  };
}

/** The transcripts of the folder; a long path may have other folders, made with another hash. */
async function transcripts(projects: string, slug: string, prefix: string | undefined): Promise<string[]> {
  const folders =
    prefix === undefined ? [slug] : [slug, ...(await namesIn(projects)).filter((name) => name.startsWith(prefix))];
  const files: string[] = [];
  for (const folder of new Set(folders)) {
    const full = path.join(projects, folder);
    files.push(...(await namesIn(full)).filter((name) => name.endsWith('.jsonl')).map((name) => path.join(full, name)));
  }
  return files;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** What is new in each file is read; a file that is gone is dropped, one that was replaced is read from its start. */
async function readOn(before: Index, files: readonly string[]): Promise<{ files: Index; changed: boolean }> {
  const now: Index = new Map();
  let changed = before.size !== files.length;
  for (const file of files) {
    const known = before.get(file);
    const next = await readFileOn(file, known);
    if (next !== known) changed = true;
    if (next !== undefined) now.set(file, next);
  }
  return { files: now, changed };
}

async function readFileOn(file: string, known: IndexedFile | undefined): Promise<IndexedFile | undefined> {
  let handle: FileHandle | undefined;
  try {
    const facts = await stat(file);
    if (!facts.isFile()) return undefined;
    if (known?.size === facts.size && known.mtimeMs === facts.mtimeMs) return known;
    handle = await open(file, 'r');
    const grown =
      known !== undefined && facts.size >= known.offset && (await markAt(handle, known.offset)) === known.mark;
    const start = grown ? known.offset : 0;
    const found: Gathered = grown ? structuredClone(known.found) : gathered();
    const offset = await takeLines(handle, start, found);
    return { offset, mark: await markAt(handle, offset), size: facts.size, mtimeMs: facts.mtimeMs, found };
  } catch (error) {
    // Removed meanwhile, or not ours to read: one file must not hide the others.
    if (['ENOENT', 'EACCES', 'EPERM', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  } finally {
    await handle?.close();
  }
}

/** Takes whole lines in; resolves to the place behind the last one. A line that is still being written waits. */
async function takeLines(handle: FileHandle, start: number, into: Gathered): Promise<number> {
  let offset = start;
  let rest = Buffer.alloc(0);
  let at = start;
  let skipping = false;
  for (;;) {
    const chunk = Buffer.alloc(CHUNK);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, at);
    if (bytesRead === 0) return offset;
    at += bytesRead;
    let text = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10)) {
      if (!skipping) gather(into, text.toString('utf8', 0, end));
      skipping = false;
      text = text.subarray(end + 1);
      offset = at - text.length;
    }
    if (text.length > MAX_LINE) {
      skipping = true;
      text = Buffer.alloc(0);
    }
    rest = text;
  }
}

async function markAt(handle: FileHandle, offset: number): Promise<string> {
  const from = Math.max(0, offset - MARK);
  const bytes = Buffer.alloc(offset - from);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
  return createHash('sha256').update(bytes.subarray(0, bytesRead)).digest('hex').slice(0, 32);
}

/** Empty when there is none, or when it is not one of ours: then everything is read again. */
async function loadIndex(file: string): Promise<Index> {
  try {
    const parsed = INDEX.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? new Map(Object.entries(parsed.data.files)) : new Map();
  } catch {
    return new Map(); // not there, not ours to read, or cut short: it is built again from the transcripts
  }
}

/** By way of a second file: another window reads the old index or the new one, and either is true. */
async function storeIndex(file: string, files: Index, log: (text: string) => void): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify({ version: 3, files: Object.fromEntries(files) }), {
      mode: 0o600,
      flag: 'wx',
    });
    await rename(draft, file);
  } catch (error) {
    // Where the folder itself is in the way there is no draft to remove.
    await rm(draft, { force: true }).catch(() => {});
    log(`The index of decisions ${file} could not be written: ${readableError(error)}`);
  }
}

/** A conversation that went on in a file of its own has its beginning in both. */
function newestFirst(files: Index): PastCall[] {
  const calls = new Map<string, PastCall>();
  for (const { found } of files.values()) {
    for (const call of found.calls) {
      const id = `${call.call} ${call.at}`;
      // The answer may stand in one of them alone.
      if (calls.get(id)?.answer === undefined) calls.set(id, call);
    }
  }
  return [...calls.values()].sort((a, b) => b.at - a.at);
}

function usesOf(rules: readonly Rule[], files: Index, calls: readonly PastCall[]): RuleUse[] {
  const twice = countedTwice(files);
  return rules.map((rule) => {
    const key = keyOf(rule);
    const found = [...files.values()].flatMap(({ found }) =>
      Object.hasOwn(found.uses, key) ? (found.uses[key] ?? []) : [],
    );
    const count = found.reduce((sum, use) => sum + use.count, 0) - (twice.get(key) ?? 0);
    const lastUsed = Math.max(0, ...found.map((use) => use.lastUsed));
    return {
      rule,
      ...(lastUsed > 0 ? { lastUsed } : {}),
      count,
      calls: calls.filter((call) => call.rules.some((one) => keyOf(one) === key)).slice(0, CALLS_OF_A_RULE),
    };
  });
}

/** How often each rule was counted for a call that stands in two files. */
function countedTwice(files: Index): Map<string, number> {
  const seen = new Set<string>();
  const twice = new Map<string, number>();
  for (const { found } of files.values()) {
    for (const call of found.calls) {
      const id = `${call.call} ${call.at}`;
      if (seen.has(id)) for (const rule of call.rules) twice.set(keyOf(rule), (twice.get(keyOf(rule)) ?? 0) + 1);
      seen.add(id);
    }
  }
  return twice;
}
