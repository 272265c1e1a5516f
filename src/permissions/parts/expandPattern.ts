// The names that a pattern of the shell stands for, as far as the disk tells.

import { pathsOf } from '../paths/places.ts';
import type { PatternPiece } from '../shell/words.ts';
import type { Look } from './part.ts';

export type Expanded = {
  /** As the shell would write them, in no order. */
  names: string[];
  /** The folder that the pattern starts from, as written; all names lie below it. */
  folder: string;
  /** There may be more names than these. */
  open: boolean;
};

const MAX_NAMES = 300;
const MAX_FOLDERS = 100;

type Segment = { text: string; glob: boolean; pattern: RegExp };

/** As bash does without options: no name that starts with a dot unless the pattern does, and `**` is `*`. */
export async function expandPattern(pieces: readonly PatternPiece[], cwd: string, look: Look): Promise<Expanded> {
  const { disk, places } = look;
  const api = pathsOf(places.platform);
  const segments = split(pieces);
  const first = segments.findIndex((segment) => segment.glob);
  const start = segments
    .slice(0, first)
    .map((segment) => `${segment.text}/`)
    .join('');
  let found = [start];
  let open = false;
  for (const [index, segment] of segments.slice(first).entries()) {
    const next: string[] = [];
    for (const folder of found.slice(0, MAX_FOLDERS)) {
      if (!segment.glob) {
        next.push(`${folder}${segment.text}`);
        continue;
      }
      // Nobody writes so many.
      if (segment.text.split('*').length > 6) return { names: [], folder: start === '' ? '.' : start, open: true };
      const { names, all } = await disk.list(folder === '' ? cwd : api.resolve(cwd, folder));
      open ||= !all;
      for (const name of names) if (segment.pattern.test(name)) next.push(`${folder}${name}`);
    }
    open ||= found.length > MAX_FOLDERS;
    found = first + index === segments.length - 1 ? next : next.map((path) => `${path}/`);
    if (found.length > MAX_NAMES) open = true;
    found = found.slice(0, MAX_NAMES);
  }
  return { names: found, folder: start === '' ? '.' : start, open };
}

/** Whether a removal of it would leave nothing: no letter or digit says which files are meant. */
export function isAnyName(pieces: readonly PatternPiece[]): boolean {
  const last = split(pieces)
    .filter((segment) => segment.text !== '')
    .at(-1);
  return last?.glob === true && !/[\p{L}\p{N}]/u.test(last.text.replace(/\[[^\]]*\]/g, '*'));
}

/** What the last name of the pattern may be: the source of a regular expression. */
export function lastName(pieces: readonly PatternPiece[]): string {
  const last = split(pieces)
    .filter((segment) => segment.text !== '')
    .at(-1);
  return last?.pattern.source ?? '^$';
}

/** It may leave the folder that it starts from: some shells take `..` for a match as well. */
export function mayClimb(pieces: readonly PatternPiece[]): boolean {
  const segments = split(pieces);
  const first = segments.findIndex((segment) => segment.glob);
  return segments
    .slice(first)
    .some((segment) =>
      segment.glob ? segment.text.startsWith('.') && segment.pattern.test('..') : segment.text === '..',
    );
}

/** Names that start with a dot are meant too. */
export function reachesHidden(pieces: readonly PatternPiece[]): boolean {
  return split(pieces).some((segment) => segment.glob && segment.text.startsWith('.'));
}

function split(pieces: readonly PatternPiece[]): Segment[] {
  const segments: Array<{ text: string; glob: boolean; source: string }> = [{ text: '', glob: false, source: '' }];
  for (const piece of pieces) {
    for (const [index, text] of (piece.glob ? [piece.text] : piece.text.split('/')).entries()) {
      if (index > 0) segments.push({ text: '', glob: false, source: '' });
      const last = segments.at(-1);
      if (last === undefined) continue;
      last.text += text;
      last.glob ||= piece.glob;
      last.source += piece.glob ? globSource(text) : literalSource(text);
    }
  }
  return segments.map(({ text, glob, source }) => ({
    text,
    glob,
    pattern: new RegExp(`^${glob && !text.startsWith('.') ? '(?!\\.)' : ''}${firstPlaces(source)}$`, 'su'),
  }));
}

/**
 * What stands between two stars is taken where it comes first, which is never wrong: a long name that nearly fits would
 * otherwise be tried in every way.
 */
function firstPlaces(source: string): string {
  const [start = '', ...between] = source.split('.*');
  const end = between.pop();
  if (end === undefined) return source;
  // Without the look ahead it would be taken back.
  return `${start}${between.map((piece, index) => `(?=(.*?${piece}))\\${index + 1}`).join('')}.*${end}`;
}

/** A bracket expression that is not plain may be any character: too many names are better than too few. */
function globSource(text: string): string {
  let source = '';
  for (const [one] of text.matchAll(/\[[^\]]*\]|./gsu)) {
    if (one === '*') source += '.*';
    else if (one === '?') source += '.';
    else source += one.length > 2 && one.startsWith('[') ? bracketSource(one) : literalSource(one);
  }
  return source.replace(/(?:\.\*)+/g, '.*');
}

/** In either letter case: what lies between two letters depends on the language. */
function bracketSource(text: string): string {
  const plain = /^\[((?:[a-z]-[a-z]|[A-Z]-[A-Z]|\d-\d|\w)+)\]$/.exec(text)?.[1];
  const ordered = plain?.match(/.-./g)?.every((range) => (range[0] ?? '') <= (range[2] ?? '')) ?? true;
  return plain === undefined || !ordered ? '.' : `[${plain.toLowerCase()}${plain.toUpperCase()}]`;
}

function literalSource(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
