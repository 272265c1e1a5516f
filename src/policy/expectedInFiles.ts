// A team's expected decisions against settings files as they are being edited: what is not met, with its place.
import type { Because, Rule } from '../contracts/permission.ts';
import type { ShellReader } from '../permissions/shell/script.ts';
import { disablesBypass } from '../settings/disablesBypass.ts';
import { parseSettings } from '../settings/readFile.ts';
import { rulePlaces } from '../settings/rulePlaces.ts';
import { readableError } from '../util/readableError.ts';
import type { CallOptions } from './decideCall.ts';
import { type ReadCase, readExpectations, tryExpectation } from './expectations.ts';
import type { FileFinding, LintFile } from './lintFiles.ts';

export type ExpectedFile = { file: string; text: string };
export type ExpectedPlaces = { root: string; home: string; shell(): Promise<ShellReader> };

/** Findings in the file of cases, and at the rule that decided otherwise. */
export async function expectedInFiles(
  files: readonly LintFile[],
  expected: ExpectedFile,
  places: ExpectedPlaces,
): Promise<FileFinding[]> {
  let cases: ReadCase[];
  try {
    cases = readExpectations(expected.text);
  } catch (error) {
    return [inCases(expected, '', { code: 'policy.badCases', args: { detail: readableError(error) } })];
  }
  const options = optionsOf(files, places);
  const findings: FileFinding[] = [];
  for (const one of cases) {
    if ('problem' in one) {
      findings.push(inCases(expected, one.at, { code: 'policy.badCase', args: { detail: one.problem } }));
      continue;
    }
    const { expectation, at } = one;
    const tried = await tryExpectation(expectation, { ...options, trusted: expectation.trusted ?? true });
    if (tried.met) continue;
    if ('problem' in tried) {
      findings.push(inCases(expected, at, { code: 'policy.badCase', args: { detail: tried.problem } }));
      continue;
    }
    const { kind, record } = tried.decision;
    const args = { name: expectation.name ?? at, expect: expectation.expect, decision: kind };
    const { winner } = record;
    if (winner === undefined) findings.push(inCases(expected, at, { code: 'policy.unexpected', args }));
    else {
      const because = { code: 'policy.unexpectedRule', args: { ...args, rule: winner.text } };
      findings.push(inCases(expected, at, because), ...atRule(winner, because, files));
    }
  }
  return findings;
}

function optionsOf(files: readonly LintFile[], { root, home, shell }: ExpectedPlaces): CallOptions {
  const parsed = files.map((file) => ({ file, settings: parseSettings(file.text, file) }));
  const rules = (managed: boolean) =>
    parsed
      .filter(({ file }) => (file.scope === 'managed') === managed)
      .flatMap(({ file, settings }) =>
        settings.rules.filter(({ behavior }) => behavior !== 'allow' || !file.tightenOnly),
      );
  return {
    root,
    home,
    shell,
    mode: 'default',
    trusted: true,
    managed: rules(true),
    settings: rules(false),
    managedOnly: parsed.some(({ settings }) => settings.values.allowManagedPermissionRulesOnly === true),
    disableBypass: parsed.some(({ settings }) => disablesBypass(settings)),
    degraded: parsed.some(({ file, settings }) => file.scope !== 'managed' && settings.fault !== undefined),
  };
}

/** The line that `at` names; of a list that is one JSON text, its first line. */
function inCases({ file, text }: ExpectedFile, at: string, because: Because): FileFinding {
  const line = Number(/^line (\d+)$/.exec(at)?.[1] ?? 1);
  return { file, line, column: 1, length: text.split(/\r?\n/)[line - 1]?.length ?? 1, level: 'error', because };
}

function atRule(rule: Rule, because: Because, files: readonly LintFile[]): FileFinding[] {
  const text = files.find(({ file }) => file === rule.file)?.text ?? '';
  const place = rulePlaces(text).find((one) => one.text === rule.text && one.line === rule.line);
  if (place === undefined || rule.file === undefined) return [];
  const { line, column, start, end } = place;
  return [{ file: rule.file, line, column, length: end - start, level: 'warning', because, rule: rule.text }];
}
