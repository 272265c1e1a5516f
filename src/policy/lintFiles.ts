// All that is wrong with settings files and their rules, each with its place in the text.
import type { Finding, FindingLevel } from '../contracts/finding.ts';
import type { Because, Rule } from '../contracts/permission.ts';
import type { SettingsProblem } from '../contracts/settings.ts';
import { type LintPlaces, lintRules } from '../permissions/lint/lintRules.ts';
import { committedSecrets } from '../settings/committedSecrets.ts';
import { parseSettings } from '../settings/readFile.ts';
import { type RulePlace, rulePlaces } from '../settings/rulePlaces.ts';
import type { FileSource } from '../settings/settingsFile.ts';
import { splitRule } from '../util/ruleSyntax.ts';

export type LintFile = FileSource & {
  text: string;
  /** Of a folder above the start folder: only its deny and ask rules hold. */
  tightenOnly?: boolean;
};

export type FileFinding = {
  file: string;
  /** Both from 1. */
  line: number;
  column: number;
  /** How many UTF-16 units it speaks of. */
  length: number;
  level: FindingLevel;
  because: Because;
  /** The text of the rule, where it is about one. */
  rule?: string;
  /** Sure to be what was meant: the text from `start` to `end`, in UTF-16 units, and what stands there then. */
  fix?: { kind: 'replace' | 'remove'; start: number; end: number; text: string };
};

/**
 * The files count together: a rule of one may make a rule of another pointless. Ordered by file and place. Rejects once
 * the signal is aborted.
 */
export async function lintFiles(
  files: readonly LintFile[],
  places: Pick<LintPlaces, 'root' | 'home' | 'platform' | 'shell'>,
  signal?: AbortSignal,
): Promise<FileFinding[]> {
  const parsed = files.map((file) => parseSettings(file.text, file));
  const placed = new Map(files.flatMap(rulesOf));
  const { shell, ...rest } = places;
  // A reader that reads nothing would make every rule for a command seem useless.
  const reads = shell !== undefined && 'script' in shell.read('true');
  const counting: LintPlaces = {
    ...rest,
    ...(reads ? { shell } : {}),
    managedOnly: parsed.some(({ values }) => values.allowManagedPermissionRulesOnly === true),
    tightenOnly: new Set(files.filter((file) => file.tightenOnly).map(({ file }) => file)),
  };
  const findings = await lintRules([...placed.keys()], counting, signal);
  const order = files.map(({ file }) => file);
  return [
    ...parsed.flatMap(({ problems }) => problems.map(ofProblem)),
    ...files.filter(({ scope }) => scope === 'project').flatMap(ofSecrets),
    ...findings.flatMap((finding) => {
      const place = placed.get(finding.rule);
      return place === undefined ? [] : [ofRule(finding, place)];
    }),
  ].sort((a, b) => order.indexOf(a.file) - order.indexOf(b.file) || a.line - b.line || a.column - b.column);
}

/** Also those that do not count while the file has a fault: it will be mended. What is no rule is a problem already. */
function rulesOf({ scope, file, anchor, text }: LintFile): Array<[Rule, RulePlace]> {
  return rulePlaces(text)
    .filter((place) => splitRule(place.text) !== undefined)
    .map((place) => [{ behavior: place.behavior, text: place.text, scope, file, line: place.line, anchor }, place]);
}

function ofProblem({ file, line = 1, column = 1, because }: SettingsProblem): FileFinding {
  return { file, line, column, length: 1, level: 'error', because };
}

/** Of the file that a team shares: what stands there is in the repository for good. */
function ofSecrets({ file, text }: LintFile): FileFinding[] {
  return committedSecrets(text).map(({ name, ...place }) => {
    const because: Because = { code: 'policy.committedSecret', args: { name } };
    return { file, ...place, level: 'warning', because };
  });
}

function ofRule({ rule, level, because, fix }: Finding, place: RulePlace): FileFinding {
  const { line, column, start, end, removal } = place;
  const placed: FileFinding = {
    file: rule.file ?? '',
    line,
    column,
    length: end - start,
    level,
    because,
    rule: rule.text,
  };
  if (fix === undefined) return placed;
  return fix.kind === 'remove'
    ? { ...placed, fix: { kind: 'remove', ...removal, text: '' } }
    : { ...placed, fix: { kind: 'replace', start, end, text: JSON.stringify(fix.text) } };
}
