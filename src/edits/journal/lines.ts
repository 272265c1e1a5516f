// The lines of a conversation's journal file, and the entries that they tell.
import * as z from 'zod/mini';
import type { FileState, JournalEntry } from '../../contracts/journal.ts';

const STATE = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('absent') }),
  z.object({
    kind: z.literal('content'),
    object: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    encoding: z.optional(z.object({ name: z.string(), bom: z.boolean() })),
    mode: z.optional(z.int()),
    buffer: z.optional(z.literal(true)),
  }),
  z.object({
    kind: z.literal('unknown'),
    because: z.object({ code: z.string(), args: z.record(z.string(), z.string()) }),
  }),
]);
const ENTRY = z.object({
  id: z.string(),
  session: z.string(),
  message: z.string(),
  call: z.optional(z.string()),
  atMs: z.number(),
  source: z.enum(['edit', 'onSave', 'command', 'undo', 'rewind']),
  path: z.string(),
  before: STATE,
  after: STATE,
  undoes: z.optional(z.array(z.string())),
});
const LINE = z.discriminatedUnion('type', [
  z.object({ type: z.literal('prompt'), message: z.string() }),
  /** Written before the file is: `after` is what it is about to become. */
  z.object({ type: z.literal('begin'), entry: ENTRY }),
  /** The file is written; `after` where it became something else than was said. */
  z.object({ type: z.literal('end'), id: z.string(), after: z.optional(STATE) }),
  /** Nothing was written. */
  z.object({ type: z.literal('void'), id: z.string() }),
  /** Known only once it had happened. */
  z.object({ type: z.literal('entry'), entry: ENTRY }),
]);

export type Line =
  | { type: 'prompt'; message: string }
  | { type: 'begin'; entry: JournalEntry }
  | { type: 'entry'; entry: JournalEntry }
  | { type: 'end'; id: string; after?: FileState }
  | { type: 'void'; id: string };

/** `prompts`: how many entries there were when each prompt began. */
export type Told = { entries: JournalEntry[]; prompts: Map<string, number> };

/** A line end stands in front too: after a torn line, which then costs itself alone. */
export function toText(lines: readonly Line[]): string {
  return lines.map((line) => `\n${JSON.stringify(line)}\n`).join('');
}

/** What cannot be read counts as not there; `torn` says how many lines that were. */
export function parseJournal(text: string): Told & { torn: number } {
  const entries: Array<JournalEntry | undefined> = [];
  const places = new Map<string, number>();
  const starts = new Map<string, number>();
  let torn = 0;
  for (const raw of text.split('\n')) {
    if (raw === '') continue;
    const line = parseLine(raw);
    if (line === undefined) {
      torn++;
      continue;
    }
    if (line.type === 'prompt') {
      if (!starts.has(line.message)) starts.set(line.message, entries.length);
    } else if ('entry' in line) {
      places.set(line.entry.id, entries.length);
      entries.push(line.type === 'begin' ? { ...line.entry, unconfirmed: true } : line.entry);
    } else {
      const place = places.get(line.id);
      const begun = place === undefined ? undefined : entries[place];
      if (place === undefined || begun === undefined) continue;
      const { unconfirmed: _, ...entry } = begun;
      if (line.type === 'void') entries[place] = undefined;
      else entries[place] = line.after === undefined ? entry : { ...entry, after: line.after };
    }
  }
  const kept = entries.filter((entry) => entry !== undefined);
  const prompts = new Map(
    [...starts].map(([message, start]) => [
      message,
      entries.slice(0, start).filter((entry) => entry !== undefined).length,
    ]),
  );
  return { entries: kept, prompts, torn };
}

function parseLine(raw: string): Line | undefined {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return undefined; // cut by a kill or a full disk
  }
  const line = LINE.safeParse(value);
  return line.success ? (line.data as Line) : undefined;
}
