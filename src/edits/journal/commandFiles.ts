// The files that a command may change, and how the disk knows them.
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { CommandFacts } from '../../contracts/journal.ts';

/** So many files are looked at for a command. */
export const MOST_FILES = 500;

/** All that runs is known to read only, and nothing is written by the shell either. */
export function onlyReads({ actions }: CommandFacts): boolean {
  return (
    actions.length > 0 &&
    actions.every(
      (action) =>
        action.kind === 'read' ||
        action.kind === 'search' ||
        (action.kind === 'run' && 'effect' in action && action.effect === 'none'),
    )
  );
}

/** The files that are written or deleted by name; of a folder, the files in it. */
export async function namedFiles({ actions }: CommandFacts): Promise<string[]> {
  const named = actions.flatMap((action) =>
    action.kind === 'write' || action.kind === 'delete' ? [action.realPath] : [],
  );
  const files: string[] = [];
  for (const file of new Set(named)) await collect(file, files);
  return files;
}

/** Adds the file, or the files in the folder, up to a bound. */
export async function collect(file: string, files: string[]): Promise<void> {
  if (files.length >= MOST_FILES) return;
  const facts = await lstat(file).catch(() => undefined);
  if (facts?.isDirectory() !== true) {
    files.push(file);
    return;
  }
  for (const name of await readdir(file).catch(() => [])) await collect(path.join(file, name), files);
}

/** What the disk says of a file without reading it; the same `key` is the same content. */
export type Facts = { kind: 'absent' | 'file' | 'other'; key: string; size: number; mode: number; ctimeMs: number };

export async function factsOf(file: string): Promise<Facts> {
  const facts = await lstat(file, { bigint: true }).catch(() => undefined);
  if (facts === undefined) return { kind: 'absent', key: 'absent', size: 0, mode: 0, ctimeMs: 0 };
  const key = [facts.mtimeNs, facts.ctimeNs, facts.size, facts.ino, facts.mode].join(':');
  const kind = facts.isFile() ? 'file' : 'other';
  return { kind, key, size: Number(facts.size), mode: Number(facts.mode) & 0o7777, ctimeMs: Number(facts.ctimeMs) };
}
