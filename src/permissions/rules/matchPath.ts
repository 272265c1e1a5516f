// Path rules by the meaning of .gitignore lines, with anchors of our own.
import ignore, { type Ignore } from 'ignore';
import type { Rule } from '../../contracts/permission.ts';
import { isInside, type Places, toPosix } from '../paths/places.ts';

/** A path as named and as it is after links. */
export type PathPair = { path: string; realPath: string };

type Tester = {
  tester: Ignore;
  ignoresCase: boolean;
  /** How often the pattern leaves open which folders lie between. */
  gaps: number;
};
type Compiled = Tester & {
  places: Places;
  anchors: string[];
  /** What counts for a path that would take too long. */
  otherwise: boolean;
  form(text: string): string;
};
/** Compiling a pattern costs more than matching it. What depends on the places holds for one decision. */
const compiled = new WeakMap<Rule, Compiled>();
/** Each gap is tried at each folder of a path, and that for each folder above it: more steps than this would be felt. */
const MOST_STEPS = 300_000;

/**
 * A deny or ask rule holds when either path matches, an allow rule only when both do. Deny and ask rules do not look at
 * letter case: where the disk does, a rule too many is better than one too few.
 */
export function pathMatches(rule: Rule, pattern: string, pair: PathPair, isFolder: boolean, places: Places): boolean {
  const test = compile(rule, pattern, places);
  const named = matchesOne(test, pair.path, isFolder, places);
  if (rule.behavior !== 'allow') return named || matchesOne(test, pair.realPath, isFolder, places);
  return named && matchesOne(test, pair.realPath, isFolder, places);
}

/** Could the rule match something below the folder? Answers yes when in doubt. */
export function mayMatchBelow(rule: Rule, pattern: string, folder: string, places: Places): boolean {
  const { anchors } = compile(rule, pattern, places);
  const literal = gitignoreLine(rule, pattern).line.split(/[*?[\\]/)[0] ?? '';
  const start = literal.startsWith('/') ? literal.slice(0, literal.lastIndexOf('/') + 1) : '/';
  return anchors.some((anchor) => {
    const base = `${anchor === '/' ? '' : anchor}${start}`;
    const here = toPosix(folder, places.platform);
    const posix = { platform: 'linux' as const, caseInsensitive: true };
    return isInside(base, here, posix) || isInside(here, base, posix);
  });
}

/** The pattern from the root of the disk on, for people to compare with a path. */
export function fullPattern(rule: Rule, pattern: string, places: Places): string {
  const { line, from } = gitignoreLine(rule, pattern);
  const folder = toPosix(foldersOf(rule, places)[from], places.platform).replace(/\/+$/, '');
  return line.startsWith('/') ? `${folder}${line}` : `${folder}/${line.includes('/') ? '' : '**/'}${line}`;
}

function compile(rule: Rule, pattern: string, places: Places): Compiled {
  const known = compiled.get(rule);
  if (known?.places === places) return known;
  const { line, from } = gitignoreLine(rule, pattern);
  const ignoresCase = rule.behavior !== 'allow' || places.caseInsensitive;
  const usable = known?.ignoresCase === ignoresCase ? known : testerOf(rule, line, ignoresCase);
  const form = (text: string) => anyForm(rule, text);
  const anchors = anchorsOf(foldersOf(rule, places)[from], places).map(form);
  const fresh = { ...usable, places, form, otherwise: rule.behavior !== 'allow', anchors };
  compiled.set(rule, fresh);
  return fresh;
}

function testerOf(rule: Rule, line: string, ignoresCase: boolean): Tester {
  const parts = anyForm(rule, line)
    .replace(/(\/\*\*)+\//g, '/**/')
    .split('/**/');
  // What lies between two gaps may go: the rule then holds for more, which a deny or ask rule may.
  const few = rule.behavior === 'allow' ? parts : [...parts.slice(0, 2), ...parts.slice(2).slice(-1)];
  const tester = ignore({ ignorecase: ignoresCase }).add(few.join('/**/'));
  return { tester, ignoresCase, gaps: few.length - 1 };
}

function foldersOf({ anchor }: Rule, places: Places): Record<Line['from'], string> {
  return { disk: '/', home: places.home, source: anchor ?? places.root, root: places.root };
}

/** Disks that take two spellings of a letter for one file must not open a way around a deny or ask rule. */
function anyForm({ behavior }: Rule, text: string): string {
  return behavior === 'allow' ? text : text.normalize('NFKC');
}

type Line = { line: string; from: 'disk' | 'home' | 'source' | 'root' };

function gitignoreLine(rule: Rule, pattern: string): Line {
  if (pattern.startsWith('//')) return { line: anchored(pattern.slice(1)), from: 'disk' };
  if (pattern === '~' || pattern.startsWith('~/')) return { line: anchored(pattern.slice(1)), from: 'home' };
  if (pattern.startsWith('/')) return { line: anchored(pattern), from: 'source' };
  const bare = pattern.replace(/^(\.\/)+/, '');
  if (rule.behavior === 'allow')
    return { line: bare === pattern ? escapeStart(bare) : anchored(`/${bare}`), from: 'root' };
  // `src/**` in a deny rule means any folder of that name; deeper patterns keep their depth.
  return { line: /^[^/]+\/\*\*$/.test(bare) ? `**/${bare}` : escapeStart(bare), from: 'root' };
}

/** Everything below the anchor, when nothing else is named. */
function anchored(line: string): string {
  return line === '' || line === '/' ? '/**' : line;
}

function escapeStart(line: string): string {
  return line === '' || line === '.' ? '/**' : line.startsWith('#') ? `\\${line}` : line;
}

/** The anchor as named and after links, so that either form of a path is found below it. */
function anchorsOf(folder: string, places: Places): string[] {
  const forms = new Set([toPosix(folder, places.platform)]);
  for (const [from, to] of [
    [places.root, places.realRoot],
    [places.home, places.realHome],
  ] as const) {
    if (isInside(folder, from, places)) {
      forms.add(
        toPosix(to, places.platform) + toPosix(folder, places.platform).slice(toPosix(from, places.platform).length),
      );
    }
  }
  return [...forms].map((form) => (form.length > 1 ? form.replace(/\/+$/, '') : form));
}

function matchesOne(test: Compiled, file: string, isFolder: boolean, places: Places): boolean {
  const posix = test.form(toPosix(file, places.platform));
  const fold = (text: string) => (test.ignoresCase ? text.toLowerCase() : text);
  const folded = fold(posix);
  return test.anchors.some((anchor) => {
    const base = anchor === '/' ? '/' : `${anchor}/`;
    if (folded === fold(anchor)) return isFolder && test.tester.ignores('_');
    if (!folded.startsWith(fold(base))) return false;
    const relative = posix.slice(base.length).replace(/\/+$/, '');
    if (relative === '' || !ignore.isPathValid(relative)) return false;
    if (relative.split('/').length ** (test.gaps + 1) > MOST_STEPS) return test.otherwise;
    return (
      test.tester.ignores(relative) ||
      (isFolder && (test.tester.ignores(`${relative}/`) || test.tester.ignores(`${relative}/_`)))
    );
  });
}
