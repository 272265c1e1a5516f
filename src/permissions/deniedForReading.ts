// Which of many files a rule keeps from being read: for the results of searches, for mentions and selections.
import type { Rule } from '../contracts/permission.ts';
import { type FactsInput, lookUpPlaces } from './facts.ts';
import type { Places } from './paths/places.ts';
import { realDisk, realPath } from './paths/realPath.ts';
import { pathMatches } from './rules/matchPath.ts';
import { parseRule } from './rules/rules.ts';

export type ReadingContext = Pick<FactsInput, 'root' | 'home' | 'platform'> & {
  rules: readonly Rule[];
  /** The folder or file that was searched for what is in the files: ask rules count too, but for those that it met itself. */
  searched?: string;
};

/** `paths` are absolute. The paths that a rule keeps from being read, by name or by what they lead to. */
export async function deniedForReading(paths: readonly string[], context: ReadingContext): Promise<Set<string>> {
  const { searched } = context;
  const speaking = context.rules.filter(
    (rule) =>
      (rule.behavior === 'deny' || (rule.behavior === 'ask' && searched !== undefined)) &&
      parseRule(rule).meanings.some((meaning) => speaksOfReading(meaning)),
  );
  if (speaking.length === 0) return new Set();
  const places = await lookUpPlaces({ ...context, workingDirectories: [] });
  const disk = realDisk();
  const start = searched ?? places.root;
  const realStart = (await realPathOrNone(start, disk, places)) ?? start;
  // A rule that the search itself met was put to the person.
  const rules = speaking.filter((rule) => rule.behavior === 'deny' || !matches(rule, start, realStart, places, true));
  const denied = new Set<string>();
  for (const path of paths) {
    const real = await realPathOrNone(path, disk, places);
    // What cannot be followed is left out: a rule may stand for where it leads.
    if (real === undefined || rules.some((rule) => matches(rule, path, real, places))) denied.add(path);
  }
  return denied;
}

function speaksOfReading(meaning: ReturnType<typeof parseRule>['meanings'][number]): boolean {
  return (meaning.kind === 'path' && meaning.access === 'read') || (meaning.kind === 'tool' && meaning.tool === 'Read');
}

function matches(rule: Rule, path: string, real: string, places: Places, isFolder = false): boolean {
  return parseRule(rule).meanings.some(
    (meaning) =>
      (meaning.kind === 'tool' && meaning.tool === 'Read') ||
      (meaning.kind === 'path' &&
        meaning.access === 'read' &&
        pathMatches(rule, meaning.pattern, { path, realPath: real }, isFolder, places)),
  );
}

async function realPathOrNone(
  path: string,
  disk: ReturnType<typeof realDisk>,
  places: Places,
): Promise<string | undefined> {
  try {
    return (await realPath(path, disk, places.platform)).path;
  } catch {
    return undefined;
  }
}
