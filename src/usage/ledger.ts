// What every request cost, of all windows and folders: one file a month, lines at its end, never rewritten.
import { type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Spent, UsageRow } from '../contracts/usage.ts';
import { addRow, EMPTY_TOTALS, joinSpent, type MonthTotals, NOTHING_SPENT } from './monthTotals.ts';
import { readRow, readSpent, writeRow } from './row.ts';

export type Ledger = {
  readonly folder: string;
  /** It counts in this window at once. Resolves, when it is on its way to the disk, to why that failed. Never rejects. */
  append(row: UsageRow): Promise<string | undefined>;
  /** Takes in what any window wrote since. Rejects with a readable reason. */
  refresh(): Promise<void>;
  /** What this window spent, and others as of the last refresh; of this month and the one before. */
  session(id: string): Spent;
  /** Of the calendar day here in which the moment lies. */
  day(at: number): Spent;
  /** All rows from this moment on, oldest first, and how many lines could not be read. Rejects with a readable reason. */
  rows(from: number): Promise<{ rows: UsageRow[]; unreadable: number }>;
};

const FILE = /^usage-(\d{4}-\d{2})\.jsonl$/;

/** One file a window keeps an eye on: how far it is read, how long it was then, and what it came to. */
type Read = { end: number; size: number; totals: MonthTotals };
const UNREAD = (): Read => ({ end: 0, size: 0, totals: EMPTY_TOTALS() });

export function createLedger(folder: string, now: () => number): Ledger {
  const months = new Map<string, Read>();
  /** What the disk has not taken yet. */
  const unwritten: UsageRow[] = [];
  /** What was not read back yet, written or not. */
  let own = EMPTY_TOTALS();
  let work: Promise<unknown> = Promise.resolve();
  /** One at a time: two readings of the same lines would count them twice. */
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const done = work.then(task, task);
    work = done.catch(() => {});
    return done;
  };
  const fileOf = (month: string) => path.join(folder, `usage-${month}.jsonl`);

  const write = async (row: UsageRow): Promise<void> => {
    const file = await openToAppend(fileOf(monthOf(row.at)));
    try {
      const line = Buffer.from(writeRow(row));
      const { bytesWritten } = await file.write(line);
      if (bytesWritten < line.length) throw new Error('ENOSPC: the disk is full');
    } finally {
      await file.close();
    }
  };

  const refresh = async (): Promise<void> => {
    const at = now();
    // The zone may have changed meanwhile, or the month just now.
    const wanted = [monthOf(at), monthBefore(at)];
    const readings = wanted.map(async (month) => {
      return { month, read: await readOn(fileOf(month), months.get(month) ?? UNREAD()) };
    });
    // Both end before anything else reads, and both count or neither.
    const found: Array<{ month: string; read: Read }> = [];
    for (const reading of await Promise.allSettled(readings)) {
      if (reading.status === 'rejected') throw reading.reason;
      found.push(reading.value);
    }
    months.clear();
    for (const { month, read } of found) months.set(month, read);
    own = EMPTY_TOTALS();
    for (const row of unwritten) addRow(own, row, dayOf(row.at));
  };

  const sum = (of: (totals: MonthTotals) => Spent | undefined): Spent =>
    [own, ...[...months.values()].map((read) => read.totals)].map((one) => of(one) ?? NOTHING_SPENT).reduce(joinSpent);

  return {
    folder,
    append: (row) => {
      unwritten.push(row);
      addRow(own, row, dayOf(row.at));
      return inTurn(async () => {
        try {
          // What could not be written before is written first.
          while (unwritten[0]) {
            await write(unwritten[0]);
            unwritten.shift();
          }
          return undefined;
        } catch (error) {
          return reasonOf(error);
        }
      });
    },
    refresh: () => inTurn(refresh),
    session: (id) => sum((totals) => totals.sessions.get(id)),
    day: (at) => sum((totals) => totals.days.get(dayOf(at))),
    rows: (from) =>
      inTurn(async () => {
        const found: UsageRow[] = [];
        let unreadable = 0;
        const first = monthBefore(from);
        for (const month of (await listMonths(folder)).filter((name) => name >= first)) {
          const { text } = await readFrom(fileOf(month), 0);
          await eachLine(text, (line) => {
            const row = readRow(line);
            if (row === 'unreadable') unreadable++;
            else if (row && row.at >= from) found.push(row);
          });
        }
        found.push(...unwritten.filter((row) => row.at >= from));
        return { rows: found.toSorted((a, b) => a.at - b.at), unreadable };
      }),
  };
}

/** `2026-11-23`, by the calendar here. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${monthOf(at)}-${String(date.getDate()).padStart(2, '0')}`;
}

function monthOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`;
}

function monthBefore(at: number): string {
  const date = new Date(at);
  return monthOf(new Date(date.getFullYear(), date.getMonth(), 0).getTime());
}

async function listMonths(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).flatMap((name) => FILE.exec(name)?.[1] ?? []).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function openToAppend(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'a', 0o600);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    return open(file, 'a', 0o600);
  }
}

/** Reads what was added since. A file that became shorter was made anew. */
async function readOn(file: string, known: Read): Promise<Read> {
  if ((await sizeOf(file)) === known.size) return known;
  const { text, end, size } = await readFrom(file, known.end);
  if (size < known.end) return size === 0 ? UNREAD() : readOn(file, UNREAD());
  // Only whole readings count: half of one would be counted again.
  const totals: MonthTotals = { days: new Map(known.totals.days), sessions: new Map(known.totals.sessions) };
  await eachLine(text, (line) => {
    const row = readSpent(line);
    if (row) addRow(totals, row, dayOf(row.at));
  });
  return { end, size, totals };
}

const LINES_A_TURN = 1000;

/** Lets others work in between: a file of a busy month has tens of thousands of lines. */
async function eachLine(text: string, use: (line: string) => void): Promise<void> {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    use(line);
    if (index % LINES_A_TURN === LINES_A_TURN - 1) await new Promise(setImmediate);
  }
}

/** Whole lines only; `end` is where the last of them ends. A file that is not there is an empty one. */
async function readFrom(file: string, from: number): Promise<{ text: string; end: number; size: number }> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!handle) return { text: '', end: 0, size: 0 };
  try {
    const { size } = await handle.stat();
    if (size <= from) return { text: '', end: from, size };
    const bytes = Buffer.alloc(size - from);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    const whole = bytes.subarray(0, filled).lastIndexOf(10) + 1;
    return { text: bytes.toString('utf8', 0, whole), end: from + whole, size };
  } finally {
    await handle.close();
  }
}

/** A file that is not there is an empty one. */
async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
