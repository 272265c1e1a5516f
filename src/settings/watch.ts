// Tells when settings files change: by events of the system where there are any, by looking now and then where not.
import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import path from 'node:path';
import type { SettingsSource } from '../contracts/settings.ts';
import { errorCode } from '../util/readableError.ts';

/** Whether one of the files may be another now than when `read` told of them; that reading began at `sinceMs`. */
export function changedSince(files: readonly string[], read: readonly SettingsSource[], sinceMs: number): boolean {
  return files.some((file) => {
    const changedAt = timeOfChange(file);
    const known = read.find((source) => source.file === file);
    if (known !== undefined && known.exists !== (changedAt !== undefined)) return true;
    return changedAt !== undefined && changedAt >= sinceMs - CLOCK_MS;
  });
}

function timeOfChange(file: string): number | undefined {
  try {
    return statSync(file).ctimeMs;
  } catch {
    // Not there, or not to be seen, as it was when it was read.
    return undefined;
  }
}

/** So coarse are the times that some file systems keep. */
const CLOCK_MS = 20;

export type WatchTiming = { debounceMs: number; pollMs: number };

/**
 * The files need not exist: what is created, replaced, renamed or removed is reported as well, once for changes that come
 * together. So are the drop-ins of a file, `name.d/` beside `name.json`. A file that is only read changes nothing.
 */
export function watchSettings(
  sources: readonly string[],
  onChange: () => void,
  { debounceMs, pollMs }: WatchTiming = { debounceMs: 100, pollMs: 2_000 },
): { dispose(): void } {
  const files = sources.flatMap((file) => [file, file.replace(/\.json$/, '.d')]);
  const watchers = new Map<string, FSWatcher>();
  let last = signature(files);
  let soon: NodeJS.Timeout | undefined;

  const check = () => {
    arm();
    const now = signature(files);
    if (now === last) return;
    last = now;
    onChange();
  };
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(check, debounceMs);
    soon.unref();
  };
  /** A folder is watched, not the file: editors replace files, and a watcher would stay with the old one. */
  const arm = () => {
    const wanted = new Set(files.map(nearestFolder));
    for (const [folder, watcher] of watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of wanted) {
      if (watchers.has(folder)) continue;
      const watcher = tryWatch(folder, later, () => watchers.delete(folder));
      if (watcher !== undefined) watchers.set(folder, watcher);
    }
  };
  arm();
  const poll = setInterval(check, pollMs);
  poll.unref();
  return {
    dispose() {
      clearInterval(poll);
      clearTimeout(soon);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

function tryWatch(folder: string, onEvent: () => void, onEnd: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on('error', () => {
      watcher.close();
      onEnd();
    });
    return watcher;
  } catch {
    // No watches left, or a file system without them: looking now and then is enough.
    return undefined;
  }
}

function nearestFolder(file: string): string {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (existsSync(folder) || folder === path.dirname(folder)) return folder;
  }
}

function signature(files: readonly string[]): string {
  return files.map(signatureOf).join('\n');
}

function signatureOf(file: string): string {
  try {
    const facts = statSync(file, { bigint: true });
    // A time of change can be set back; that of the entry cannot.
    return `${facts.ino}:${facts.size}:${facts.mtimeNs}:${facts.ctimeNs}`;
  } catch (error) {
    // Not there, or not to be seen: to come into view is a change as well.
    return errorCode(error) ?? 'unknown';
  }
}
