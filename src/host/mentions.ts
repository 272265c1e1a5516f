// Answers "@…" of the composer: files and folders of the root that fit, never blocking and never one that is denied.
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Judge } from '../contracts/permission.ts';
import type { Mention } from '../protocol.ts';
import { fuzzyScore } from '../util/fuzzy.ts';
import type { FileList } from './fileList.ts';
import { isDenied } from './isDenied.ts';

const SHOWN = 20;
/** Paths that are scored before other work gets its turn. */
const SLICE = 5_000;

/** The best matches, best first. `current()` false ends the search early: a newer one has begun. */
export async function findMentions(
  query: string,
  parts: { root: string; list: FileList; judge: Judge; current: () => boolean },
): Promise<Mention[]> {
  const { root, list, judge, current } = parts;
  const files = await list.files();
  const wantFolder = query.endsWith('/');
  const wanted = query.replace(/^\.?\//, '').replace(/#.*$/, '');
  const folders = new Set<string>();
  const best: Array<{ score: number; path: string; folder: boolean }> = [];
  const offer = (candidate: string, folder: boolean) => {
    const score = fuzzyScore(wanted, candidate);
    if (score === undefined) return;
    const lowest = best.length < SHOWN * 2 ? undefined : best.at(-1);
    if (lowest !== undefined && lowest.score >= score) return;
    const at = best.findIndex((one) => one.score < score);
    best.splice(at < 0 ? best.length : at, 0, { score, path: candidate, folder });
    if (best.length > SHOWN * 2) best.pop();
  };
  for (const [index, file] of files.entries()) {
    if (index % SLICE === SLICE - 1) {
      await setImmediate();
      if (!current()) return [];
    }
    if (!wantFolder) offer(file, false);
    for (let at = file.indexOf('/'); at >= 0; at = file.indexOf('/', at + 1)) {
      const folder = file.slice(0, at + 1);
      if (folders.has(folder)) continue;
      folders.add(folder);
      offer(folder, true);
    }
  }
  const allowed = await Promise.all(
    best.map(async (one) => {
      const absolute = path.join(root, one.path);
      return (await isDenied(judge, absolute, root)) ? [] : [toMention(absolute, one.path, one.folder)];
    }),
  );
  return allowed.flat().slice(0, SHOWN);
}

/** `label` is what follows the `@`. */
function toMention(absolute: string, label: string, folder: boolean): Mention {
  return {
    kind: folder ? 'folder' : 'file',
    path: folder ? absolute.replace(/[\\/]+$/, '') : absolute,
    label,
    detail: '',
  };
}
