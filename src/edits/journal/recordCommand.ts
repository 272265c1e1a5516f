// What a shell command changed, as far as that can be known without walking the workspace: the files it names, those that
// the model read or that are open, and what git tracks.
import { readFile } from 'node:fs/promises';
import type { CommandFacts, FileState, RunningRecord } from '../../contracts/journal.ts';
import type { Because } from '../../contracts/permission.ts';
import { readableError } from '../../util/readableError.ts';
import { collect, type Facts, factsOf, MOST_FILES, namedFiles, onlyReads } from './commandFiles.ts';
import { keep, LARGEST_BYTES, realFile } from './contents.ts';
import { type CleanFile, changedBetween, cleanContents, type GitState, gitState } from './gitFiles.ts';
import type { Line } from './lines.ts';
import type { OtherChanges } from './otherChanges.ts';
import { newEntry, type RecordParts, type Step } from './recordEdits.ts';

export type CommandParts = RecordParts & {
  env(): Readonly<Record<string, string | undefined>>;
  /** Git is asked only about folders that are trusted. */
  trusted(): boolean;
  /** Files that are open in the editor. */
  openFiles(): string[];
  /** From now on: whether somebody we know of wrote a file, an edit of ours or a person who saved. */
  watchWrites(): (file: string) => boolean;
  others: OtherChanges;
};

/** A file as it was before: how the disk knows it, and what it said. */
type Seen = { facts: string; state: FileState; named: boolean; id?: string };

/** So much is kept of files that a command does not name. */
const MOST_BYTES = 16 * 1024 * 1024;
/** The clock of a file system goes in steps. */
const CLOCK_MS = 50;

export type CommandRecorder = (step: Step, facts: CommandFacts) => Promise<RunningRecord>;

export function createCommandRecorder(parts: CommandParts): CommandRecorder {
  /** What was kept of a file that has not changed since need not be read again. */
  const keptBefore = new Map<string, { facts: string; state: FileState }>();
  const repositories = new Map<string, GitState['repository']>();

  return async (step, facts) => {
    if (onlyReads(facts)) return { end: async () => {} };
    const startedAt = parts.now();
    const isTheirs = parts.watchWrites();
    const files = new Map<string, Seen>();
    let git: GitState | undefined;
    try {
      const asking = parts.trusted() ? gitState(facts.root, parts.env(), repositories.get(facts.root)) : undefined;
      await look(files, await namedFiles(facts), true);
      const begun = [...files].flatMap(([file, seen]) => begin(step, file, seen));
      if (begun.length > 0) await parts.store.append(step.session, begun, true);
      git = await asking;
      if (git !== undefined) repositories.set(facts.root, git.repository);
      // The youngest first: there may be too many.
      const others = [...parts.openFiles(), ...[...facts.seen].reverse(), ...(git?.dirty ?? [])].slice(0, MOST_FILES);
      await look(files, await Promise.all(others.map(realFile)), false);
    } catch (error) {
      step.tell({ code: 'journal.notRecorded', args: { reason: readableError(error) } });
    }
    return {
      end: async (left) => {
        try {
          const lines = await changes(step, files, isTheirs, left === 'running');
          if (git !== undefined && left === undefined) {
            lines.push(...(await tracked(step, git, startedAt, (file) => files.has(file) || isTheirs(file))));
          }
          if (lines.length > 0) await parts.store.append(step.session, lines, true);
          if (left === undefined) {
            const known = new Set([
              ...files.keys(),
              ...lines.flatMap((line) => ('entry' in line ? [line.entry.path] : [])),
            ]);
            parts.others.ran(step, startedAt, parts.now(), (file) => known.has(file) || isTheirs(file));
          }
        } catch (error) {
          step.tell({ code: 'journal.notRecorded', args: { reason: readableError(error) } });
        }
      },
    };
  };

  /** What a command is about to change is on record before it starts. */
  function begin(step: Step, file: string, seen: Seen): Line[] {
    if (!seen.named) return [];
    const after = unknown('interrupted', file);
    const entry = newEntry(parts, step, file, seen.state, after);
    seen.id = entry.id;
    return [{ type: 'begin', entry }];
  }

  async function look(files: Map<string, Seen>, paths: readonly string[], named: boolean): Promise<void> {
    let bytes = 0;
    for (const file of paths) {
      if (files.has(file)) continue;
      const facts = await factsOf(file);
      if (facts.kind === 'other') continue;
      const known = keptBefore.get(file);
      if (known !== undefined && known.facts === facts.key) {
        files.set(file, { ...known, named });
        continue;
      }
      bytes += facts.size;
      const tooMuch = facts.size > LARGEST_BYTES || (!named && bytes > MOST_BYTES);
      // Of what is not named most will not change: only what does needs to be safe from a power failure.
      const state = tooMuch ? unknown('tooMuch', file) : await stateOf(file, facts, named ? undefined : 'later');
      files.set(file, { facts: facts.key, state, named });
      remember(file, facts.key, state);
    }
  }

  function remember(file: string, facts: string, state: FileState): void {
    keptBefore.delete(file);
    // What did not fit in this time may the next time.
    if (state.kind === 'unknown') return;
    keptBefore.set(file, { facts, state });
    const [oldest] = keptBefore.keys();
    if (keptBefore.size > 2 * MOST_FILES && oldest !== undefined) keptBefore.delete(oldest);
  }

  async function stateOf(file: string, facts: Facts, when?: 'later'): Promise<FileState> {
    if (facts.kind === 'absent') return { kind: 'absent' };
    const bytes = await readFile(file).catch(readableError);
    if (typeof bytes === 'string') return unknown('unreadable', file, bytes);
    const decoded = parts.edits.decode(bytes);
    const mode = process.platform === 'win32' ? {} : { mode: facts.mode };
    const text = decoded === undefined ? {} : { text: decoded };
    return keep({ kind: 'content', bytes, ...text, ...mode, unsaved: false }, parts.store.objects, when);
  }

  async function changes(
    step: Step,
    files: ReadonlyMap<string, Seen>,
    isTheirs: (file: string) => boolean,
    namedOnly: boolean,
  ): Promise<Line[]> {
    const lines: Line[] = [];
    for (const [file, seen] of files) {
      if (namedOnly && !seen.named) continue;
      const facts = await factsOf(file);
      // What a person made of it while the command ran is never taken for made by the command.
      const theirs = isTheirs(file) && (!seen.named || seen.state.kind === 'absent');
      if (facts.key === seen.facts || theirs) {
        if (seen.id !== undefined) lines.push({ type: 'void', id: seen.id });
        continue;
      }
      const after = await afterwards(file, facts);
      if (same(seen.state, after)) {
        if (seen.id !== undefined) lines.push({ type: 'void', id: seen.id });
      } else if (seen.id !== undefined) lines.push({ type: 'end', id: seen.id, after });
      else {
        if (seen.state.kind === 'content') await parts.store.objects.settle(seen.state.object);
        lines.push({ type: 'entry', entry: newEntry(parts, step, file, seen.state, after) });
      }
      if (seen.named && seen.state.kind === 'absent' && facts.kind === 'other') {
        lines.push(...(await made(step, file, isTheirs)));
      }
    }
    return lines;
  }

  /** The files of a folder that was not there before. */
  async function made(step: Step, folder: string, isTheirs: (file: string) => boolean): Promise<Line[]> {
    const files: string[] = [];
    await collect(folder, files);
    const lines: Line[] = [];
    for (const file of files) {
      if (isTheirs(file)) continue;
      const after = await afterwards(file, await factsOf(file));
      if (after.kind === 'absent') continue;
      lines.push({ type: 'entry', entry: newEntry(parts, step, file, { kind: 'absent' }, after) });
    }
    if (files.length >= MOST_FILES) step.tell({ code: 'journal.manyChanged', args: { count: String(MOST_FILES) } });
    return lines;
  }

  /** Tracked files that were clean and are not any more, or that another commit has otherwise. */
  async function tracked(
    step: Step,
    before: GitState,
    startedAt: number,
    isKnown: (file: string) => boolean,
  ): Promise<Line[]> {
    const env = parts.env();
    const now = await gitState(before.repository.top, env, before.repository);
    if (now === undefined) return [];
    const candidates = new Set([...now.dirty, ...(await changedBetween(before, now, env))]);
    const paths: string[] = [];
    for (const file of candidates) {
      if (isKnown(file)) continue;
      // Put under version control or committed is not changed.
      const facts = await factsOf(file);
      if (facts.kind === 'absent' || facts.ctimeMs >= startedAt - CLOCK_MS) paths.push(file);
    }
    const clean = paths.filter((file) => !before.dirty.has(file)).slice(0, MOST_FILES);
    const contents = await cleanContents(before, clean, env);
    const lines: Line[] = [];
    for (const file of paths.slice(0, MOST_FILES)) {
      const facts = await factsOf(file);
      if (facts.kind === 'other') continue;
      const content = contents.get(file);
      const after = await afterwards(file, facts);
      const was = content === undefined ? unknown('changedByCommand', file) : await stateOfBlob(content, after);
      if (!same(was, after)) lines.push({ type: 'entry', entry: newEntry(parts, step, file, was, after) });
    }
    const left = paths.length - MOST_FILES;
    if (left > 0) step.tell({ code: 'journal.manyChanged', args: { count: String(MOST_FILES) } });
    return lines;
  }

  async function stateOfBlob({ bytes, executable }: CleanFile, after: FileState): Promise<FileState> {
    const decoded = parts.edits.decode(bytes);
    const text = decoded === undefined ? {} : { text: decoded };
    const mode = modeBefore(after, executable);
    return keep({ kind: 'content', bytes, ...text, ...mode, unsaved: false }, parts.store.objects);
  }

  async function afterwards(file: string, facts: Facts): Promise<FileState> {
    // As a file it is not there, if there is a folder now.
    if (facts.kind === 'other') return { kind: 'absent' };
    if (facts.size > LARGEST_BYTES) return unknown('tooLarge', file);
    const state = await stateOf(file, facts);
    remember(file, facts.key, state);
    return state;
  }
}

/** Git keeps of the permissions only whether a file can be run. */
function modeBefore(after: FileState, executable: boolean | undefined): { mode?: number } {
  if (after.kind !== 'content' || after.mode === undefined) return executable ? { mode: 0o755 } : {};
  const { mode } = after;
  if (executable === undefined || executable === ((mode & 0o100) !== 0)) return { mode };
  return { mode: executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111 };
}

function unknown(code: string, file: string, reason = ''): { kind: 'unknown'; because: Because } {
  return { kind: 'unknown', because: { code: `journal.${code}`, args: { path: file, reason } } };
}

function same(a: FileState, b: FileState): boolean {
  if (a.kind !== 'content' || b.kind !== 'content') return a.kind === 'absent' && b.kind === 'absent';
  return a.object === b.object && a.mode === b.mode;
}
