// The conversations of a project on disk: list, load, append, rename, remove.
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Prompt } from '../contracts/message.ts';
import type { SessionSummary, TranscriptStore } from '../contracts/transcript.ts';
import { errorCode } from '../util/readableError.ts';
import { fromMessageContent } from './content.ts';
import type { Place } from './encode.ts';
import { rewindLine, titleLine } from './encode.ts';
import { isChained, type Line, lastBranch, parseLines } from './line.ts';
import { restore } from './restore.ts';
import { longPrefix, projectSlug, realRoot } from './slug.ts';
import { promptOf } from './storedParts.ts';
import { type FileSummary, summaryOf } from './summary.ts';
import { FileWriter, silentWriter } from './writer.ts';

export type TranscriptOptions = {
  configDir: string;
  /** Of this program; stored on each line. */
  version: string;
  env(): Readonly<Record<string, string | undefined>>;
  now(): number;
  newId(): string;
};

type Cached = { mtimeMs: number; size: number; summary: FileSummary | undefined };

export function createTranscriptStore(options: TranscriptOptions): TranscriptStore {
  const projects = path.join(options.configDir, 'projects');
  const cache = new Map<string, Cached>();
  const writers = new Map<string, FileWriter>();

  const summarised = async (file: string): Promise<Cached | undefined> => {
    try {
      const { mtimeMs, size } = await stat(file);
      const known = cache.get(file);
      if (known?.mtimeMs === mtimeMs && known.size === size) return known;
      const fresh = { mtimeMs, size, summary: summaryOf(await readFile(file, 'utf8')) };
      cache.set(file, fresh);
      return fresh;
    } catch (error) {
      // Removed meanwhile, or not ours to read: one file must not hide the others.
      if (['ENOENT', 'EACCES', 'EPERM', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined;
      throw error;
    }
  };

  /** The project's folders, its own first. A long path may have others, made with another hash. */
  const foldersOf = async (root: string): Promise<string[]> => {
    const real = realRoot(root);
    const own = path.join(projects, projectSlug(real));
    const prefix = longPrefix(real);
    if (prefix === undefined) return [own];
    const others = (await namesIn(projects))
      .filter((name) => name.startsWith(prefix))
      .map((name) => path.join(projects, name));
    const matching: string[] = [];
    for (const folder of others) {
      if (folder === own) continue;
      const [first] = (await namesIn(folder)).filter(isSession);
      const found = first === undefined ? undefined : await summarised(path.join(folder, first));
      if (found?.summary?.cwd === real) matching.push(folder);
    }
    return [own, ...matching];
  };

  const fileOf = async (root: string, id: string): Promise<string | undefined> => {
    if (!/^[\w-]+$/.test(id)) return undefined;
    for (const folder of await foldersOf(root)) {
      const names = await namesIn(folder);
      if (names.includes(`${id}.jsonl`)) return path.join(folder, `${id}.jsonl`);
    }
    return undefined;
  };

  const openFile = async (root: string, id: string): Promise<FileWriter> => {
    const cwd = realRoot(root);
    const file = (await fileOf(root, id)) ?? path.join(projects, projectSlug(cwd), `${id}.jsonl`);
    const bytes = await readIfThere(file);
    const { version, now, newId } = options;
    return new FileWriter({
      folder: path.dirname(file),
      session: id,
      cwd,
      version,
      now,
      newId,
      place: placeOf(parseLines(bytes.toString('utf8'))),
      length: bytes.length,
      wholeLines: bytes.length === 0 || bytes.at(-1) === 10,
      closed: () => writers.delete(id),
    });
  };

  return {
    async list(root) {
      const real = realRoot(root);
      const sessions: SessionSummary[] = [];
      for (const folder of await foldersOf(root)) {
        for (const name of (await namesIn(folder)).filter(isSession)) {
          const file = path.join(folder, name);
          const found = await summarised(file);
          if (!found?.summary) continue;
          const { title, updatedAtMs = found.mtimeMs, messages, cwd = real } = found.summary;
          sessions.push({ id: path.basename(name, '.jsonl'), title, updatedAtMs, messages, root: cwd, file });
        }
      }
      return sessions.sort((a, b) => b.updatedAtMs - a.updatedAtMs);
    },

    async load(root, id) {
      const file = await fileOf(root, id);
      if (file === undefined) return undefined;
      const lines = parseLines(await readFile(file, 'utf8'));
      return lines.some(isChained) ? restore(id, realRoot(root), lines) : undefined;
    },

    async open(root, id) {
      if (/^(1|true)$/i.test(options.env()['CLAUDE_CODE_SKIP_PROMPT_HISTORY'] ?? '')) return silentWriter(id);
      const writer = await openFile(root, id);
      writers.set(id, writer);
      return writer;
    },

    async rename(root, id, title) {
      // Through the writer that has the file open: to it any other addition would look like another program's.
      const open = writers.get(id);
      const writer = open ?? (await openFile(root, id));
      await writer.append([JSON.stringify(titleLine(title, writer.session))]);
      const problem = open ? undefined : (await writer.flush())[0];
      if (!open) await writer.close();
      if (problem) throw new Error(problem.args['reason']);
    },

    async rewind(root, id, to) {
      if (writers.has(id)) throw new Error('the conversation is still open');
      const file = await fileOf(root, id);
      if (file === undefined) return undefined;
      const lines = parseLines(await readFile(file, 'utf8'));
      const place = placeToGoTo(lines, to);
      if (place === undefined) return undefined;
      const from = placeOf(lines).leaf;
      const writer = await openFile(root, id);
      await writer.append([JSON.stringify(rewindLine(place.leaf, id, options.now()))]);
      const [problem] = await writer.flush();
      await writer.close();
      if (problem) throw new Error(problem.args['reason']);
      return { from, ...(place.prompt === undefined ? {} : { prompt: place.prompt }) };
    },

    async remove(root, id) {
      const file = await fileOf(root, id);
      if (file === undefined) return;
      writers.delete(id);
      const day = new Date(options.now()).toISOString().slice(0, 10);
      const trash = path.join(options.configDir, 'trash', day, path.basename(path.dirname(file)));
      await mkdir(trash, { recursive: true, mode: 0o700 });
      const taken = new Set(await namesIn(trash));
      const name = taken.has(`${id}.jsonl`) ? `${id}.${options.now()}` : id;
      await rename(file, path.join(trash, `${name}.jsonl`));
      // What the existing client keeps beside the file: sub-agents, long results.
      const side = file.slice(0, -'.jsonl'.length);
      if ((await namesIn(path.dirname(file))).includes(id)) await rename(side, path.join(trash, name));
    },
  };
}

const isSession = (name: string) => name.endsWith('.jsonl');

/** The names in a folder, sorted; none when it is not there. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

async function readIfThere(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** The line behind which the conversation is to go on. */
function placeToGoTo(
  lines: readonly Line[],
  to: { prompt: string } | { place: string | null },
): { leaf: string | null; prompt?: Prompt } | undefined {
  if ('place' in to) {
    return to.place === null || lines.some((line) => line.uuid === to.place) ? { leaf: to.place } : undefined;
  }
  for (const line of lastBranch(lines)) {
    if (line.type !== 'user' || line.isMeta || line.isCompactSummary) continue;
    const blocks = fromMessageContent(line.message?.content);
    if (blocks.some((block) => block.type === 'toolResult')) continue;
    const prompt = promptOf(line, blocks);
    if (prompt.id === to.prompt) return { leaf: line.parentUuid ?? null, prompt };
  }
  return undefined;
}

/** Where a file that is there is to be gone on with: behind the last line of its last branch. */
function placeOf(lines: readonly Line[]): Place {
  const place: Place = { leaf: null, results: new Set(), callLines: new Map() };
  for (const line of lastBranch(lines)) {
    if (!isChained(line) || line.type === 'system') continue;
    place.leaf = line.uuid;
    for (const block of fromMessageContent(line.message?.content)) {
      if (block.type === 'toolResult') place.results.add(block.id);
      if (block.type === 'toolUse') place.callLines.set(block.id, line.uuid);
    }
  }
  return place;
}
