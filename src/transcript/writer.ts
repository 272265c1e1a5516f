// Appends a conversation to its file: in order, never over what another program wrote, and again later what failed.
import { type FileHandle, mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AgentEvent } from '../contracts/event.ts';
import type { Because } from '../contracts/permission.ts';
import type { TranscriptWriter } from '../contracts/transcript.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { Encoder, type Place } from './encode.ts';
import { withLock } from './fileLock.ts';
import { parseLines } from './line.ts';

export type WriterOptions = {
  folder: string;
  session: string;
  /** The real path of the root. */
  cwd: string;
  version: string;
  now(): number;
  newId(): string;
  place: Place;
  /** Bytes in the file when it was read, and whether the last line has its end. */
  length: number;
  wholeLines: boolean;
  closed(): void;
};

/** Lines that others add without going on with the conversation. */
const HARMLESS = new Set(['custom-title', 'ai-title', 'summary', 'last-prompt']);

export class FileWriter implements TranscriptWriter {
  readonly #options: WriterOptions;
  readonly #encoder: Encoder;
  readonly #notices: Because[] = [];
  #session: string;
  #handle: FileHandle | undefined;
  #length: number;
  /** The file ends in the middle of a line, which the next append leaves behind as a broken one. */
  #broken: boolean;
  #pending: string[] = [];
  /** How many lines went before those that are pending. */
  #stored = 0;
  #soon: Promise<void> | undefined;
  #later: Promise<void> | undefined;
  /** Ends the wait of what may wait. */
  #hurry: () => void = () => {};
  #appending: Promise<void> | undefined;
  #failing = false;
  #unsynced = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#session = options.session;
    this.#length = options.length;
    this.#broken = !options.wholeLines;
    this.#encoder = new Encoder({ ...options, session: () => this.#session }, options.place);
  }

  get file(): string {
    return path.join(this.#options.folder, `${this.#session}.jsonl`);
  }

  get session(): string {
    return this.#session;
  }

  record(event: AgentEvent, withinMs = 0): Promise<void> {
    return this.append(this.#encoder.encode(event), withinMs);
  }

  /** Whole lines, without line ends. */
  append(lines: readonly string[], withinMs = 0): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    this.#pending.push(...lines);
    return withinMs > 0 ? this.#storeLater(withinMs) : this.#storeSoon();
  }

  /** What is recorded meanwhile is not waited for. */
  async flush(): Promise<Because[]> {
    await this.#store();
    if (this.#unsynced && this.#handle) {
      this.#unsynced = false;
      try {
        await this.#handle.datasync();
      } catch (error) {
        this.#failed(error);
      }
    }
    return this.#notices.splice(0);
  }

  async close(): Promise<void> {
    do await this.flush();
    while (this.#pending.length > 0 && !this.#failing);
    await this.#leave();
    this.#options.closed();
  }

  /** What is recorded in the same moment goes into the same append: each costs several trips to the disk. */
  #storeSoon(): Promise<void> {
    this.#soon ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#soon = undefined;
      return this.#store();
    });
    return this.#soon;
  }

  #storeLater(withinMs: number): Promise<void> {
    this.#later ??= new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      this.#later = undefined;
      return this.#store();
    });
    return this.#later;
  }

  /** Resolves when everything recorded so far is in the file, or could not be put there. */
  async #store(): Promise<void> {
    this.#hurry();
    const end = this.#stored + this.#pending.length;
    do await this.#append();
    while (this.#stored < end && !this.#failing);
  }

  /** One append at a time; what comes meanwhile goes together with the next. */
  #append(): Promise<void> {
    this.#appending ??= (async () => {
      if (this.#pending.length === 0) return;
      try {
        await this.#appendPending();
        this.#failing = false;
      } catch (error) {
        this.#failed(error);
        await this.#leave(); // kept, and tried again with the next event
      }
    })().finally(() => {
      this.#appending = undefined;
    });
    return this.#appending;
  }

  #took(lines: number): void {
    this.#pending = this.#pending.slice(lines);
    this.#stored += lines;
  }

  #failed(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#notices.push({ code: 'transcript.unwritable', args: { file: this.file, reason: readableError(error) } });
  }

  async #appendPending(): Promise<void> {
    try {
      await withLock(this.file, () => this.#appendLocked());
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      // No folder yet, or not any more.
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
      await withLock(this.file, () => this.#appendLocked());
    }
  }

  async #appendLocked(): Promise<void> {
    await this.#checkLength();
    this.#handle ??= await openForOwner(this.file);
    // A copy: more may be recorded while this is written.
    const lines = [...this.#pending];
    const bytes = Buffer.from(`${this.#broken ? '\n' : ''}${lines.join('\n')}\n`);
    try {
      await this.#handle.appendFile(bytes);
      this.#length += bytes.length;
      this.#broken = false;
      this.#took(lines.length);
    } catch (error) {
      await this.#keepRest(lines);
      throw error;
    } finally {
      this.#unsynced = true;
    }
  }

  /** A full disk may have taken a part: whole lines are done, a cut one is written again after a line end. */
  async #keepRest(lines: readonly string[]): Promise<void> {
    const size = (await sizeOf(this.file)) ?? this.#length;
    let written = size - this.#length - (this.#broken ? 1 : 0);
    let done = 0;
    for (const line of lines) {
      const bytes = Buffer.byteLength(line);
      if (written < bytes) break;
      // -1 when the line is there and its end is not.
      written -= bytes + 1;
      done++;
    }
    if (size > this.#length) this.#broken = written !== 0;
    this.#length = size;
    this.#took(done);
  }

  async #checkLength(): Promise<void> {
    const size = await sizeOf(this.file);
    if (size === this.#length || (size === undefined && this.#length === 0)) return;
    if (size === undefined) {
      await this.#leave();
      this.#length = 0;
      this.#broken = false;
      this.#notices.push({ code: 'transcript.gone', args: { file: this.file } });
      return;
    }
    const bytes = await readFile(this.file);
    const added = size > this.#length ? parseLines(bytes.subarray(this.#length).toString('utf8')) : [];
    if (added.length > 0 && added.every((line) => HARMLESS.has(line.type))) {
      this.#length = size;
      this.#broken = bytes.at(-1) !== 10;
      return;
    }
    await this.#fork(bytes.subarray(0, Math.min(this.#length, size)).toString('utf8'));
  }

  /** Another program went on with this conversation: ours goes on in a file of its own, with all that both share. */
  async #fork(shared: string): Promise<void> {
    await this.#leave();
    const from = this.#session;
    const session = this.#options.newId();
    const lines = [...shared.split('\n').filter((line) => line.trim() !== '')].map((line) => renamed(line, session));
    const text = lines.length > 0 ? `${lines.join('\n')}\n` : '';
    await writeFile(path.join(this.#options.folder, `${session}.jsonl`), text, { flag: 'wx', mode: 0o600 });
    this.#session = session;
    this.#length = Buffer.byteLength(text);
    this.#broken = false;
    this.#pending = this.#pending.map((line) => renamed(line, session));
    this.#notices.push({ code: 'transcript.forked', args: { from, to: session } });
  }

  /** The next append opens the file anew, and makes its folder again if it is gone. */
  async #leave(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

/** A file that others may read, from another program or restored from somewhere, becomes its owner's alone. */
async function openForOwner(file: string): Promise<FileHandle> {
  const handle = await open(file, 'a', 0o600);
  const { mode } = await handle.stat();
  // Where modes mean nothing it stays as it is.
  if ((mode & 0o077) !== 0 && process.platform !== 'win32') await handle.chmod(0o600).catch(() => {});
  return handle;
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function renamed(line: string, session: string): string {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? JSON.stringify({ ...value, sessionId: session }) : line;
  } catch {
    return line; // a broken line stays what it is
  }
}

/** For people who want no history: keeps nothing. */
export function silentWriter(session: string): TranscriptWriter {
  return {
    file: '',
    session,
    record: () => Promise.resolve(),
    flush: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}
