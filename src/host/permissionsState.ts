// What the permissions page of a folder shows, made of its settings and its conversations. Plain data in and out.
import { createHash } from 'node:crypto';
import type { Finding } from '../contracts/finding.ts';
import type { Because, Mode, Rule } from '../contracts/permission.ts';
import type { PastCall, RuleUse } from '../contracts/ruleUse.ts';
import type { Settings, SettingsProblem, SettingsSource } from '../contracts/settings.ts';
import type { FindingRow, PastRow, PermissionsState, RuleRow, RuleUseRow, SourceRow } from '../permissionsProtocol.ts';

export type OpenHere = { id: string; title: string; rules: readonly Rule[] };
export type Here = {
  root: string;
  several: boolean;
  settings: Settings;
  trusted: boolean;
  mode: Mode;
  modes: readonly Mode[];
  /** The conversation whose mode it is. */
  conversation: { title: string } | undefined;
  /** The conversations that are open in the folder. */
  open: readonly OpenHere[];
};

/** A rule behind a row of the page; `conversation` is the id of the one that it is kept in. */
export type Entry = { rule: Rule; conversation?: string };

export function permissionsState(here: Here): { state: PermissionsState; entries: Map<string, Entry> } {
  const { settings, conversation } = here;
  const entries = new Map<string, Entry>();
  const rules: RuleRow[] = [];
  for (const rule of settings.rules) {
    const fixed = whyFixed(rule);
    const id = ruleId(rule);
    // The same entry twice in a line is one to a person.
    if (entries.has(id)) continue;
    entries.set(id, { rule });
    rules.push({ id, rule, ...(fixed && { fixed }) });
  }
  for (const { id: owner, title, rules: own } of here.open) {
    for (const rule of own) {
      const id = ruleId(rule, owner);
      if (entries.has(id)) continue;
      entries.set(id, { rule, conversation: owner });
      rules.push({ id, rule, conversation: title });
    }
  }
  return {
    entries,
    state: {
      root: here.root,
      several: here.several,
      mode: here.mode,
      ...(conversation && { conversation: conversation.title }),
      trusted: here.trusted,
      bypass: settings.disableBypass ? 'locked' : here.modes.includes('bypassPermissions') ? 'offered' : 'off',
      ...(settings.policy && { policySource: `(${settings.policy.label})` }),
      managedRulesOnly: settings.managedRulesOnly === true,
      degraded: settings.degraded,
      ...(settings.blocked && { blocked: settings.blocked.because }),
      sources: settings.sources.map((source) => sourceRow(source, settings.problems)),
      findings: settings.problems.map(problemRow),
      loosening: settings.loosening,
      rules,
    },
  };
}

/** The same rule in the same place has the same id, so that a page that is drawn anew keeps what was opened. */
export function ruleId(rule: Rule, conversation = ''): string {
  const { behavior, text, scope, file = '', line = 0 } = rule;
  return createHash('sha256')
    .update(JSON.stringify([behavior, text, scope, file, line, conversation]))
    .digest('hex')
    .slice(0, 24);
}

function whyFixed({ scope, file }: Rule): Because | undefined {
  if (scope === 'managed') return { code: 'permissionsView.fixedManaged', args: {} };
  if (scope === 'builtin' || file === undefined) return { code: 'permissionsView.fixedBuiltin', args: {} };
  return undefined;
}

function sourceRow({ scope, file, exists }: SettingsSource, problems: readonly SettingsProblem[]): SourceRow {
  const broken = problems.some((problem) => problem.file === file && isFault(problem));
  return { scope, file, state: broken ? 'fault' : exists ? 'found' : 'missing' };
}

/** The file itself is wrong, not one of its rules. */
function isFault({ because }: SettingsProblem): boolean {
  return because.code.startsWith('settings.') && because.code !== 'settings.badRule';
}

function problemRow(problem: SettingsProblem, index: number): FindingRow {
  const { file, line, because } = problem;
  const severity = isFault(problem) ? 'error' : 'warning';
  return { id: `problem:${index}`, severity, because, file, ...(line === undefined ? {} : { line }) };
}

/** What a look at the rules found; what the settings say of the same rule already is not said twice. */
export function lintRows(findings: readonly Finding[], problems: readonly SettingsProblem[]): FindingRow[] {
  return findings.flatMap(({ level, because, rule }, index): FindingRow[] => {
    const { text, file, line } = rule;
    if (problems.some((one) => one.file === file && one.line === line && one.because.code === because.code)) return [];
    const place = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
    return [{ id: `lint:${index}`, severity: level, because, rule: text, ...place }];
  });
}

/** The longest subject that travels with a list; the record has it whole. */
const LONGEST_SUBJECT = 400;

export function pastRow({ session, call, at, tool, subject, decision, answer }: PastCall): PastRow {
  const short = subject.length > LONGEST_SUBJECT ? `${subject.slice(0, LONGEST_SUBJECT)}…` : subject;
  return { id: pastId(session, call), at, tool, subject: short, decision, ...(answer && { answer }) };
}

function pastId(session: string, call: string): string {
  return `${session}/${call}`;
}

/** By the ids of the rules' rows. */
export function useRows(uses: readonly RuleUse[], entries: ReadonlyMap<string, Entry>): Record<string, RuleUseRow> {
  const byRule = new Map(uses.map((use) => [use.rule, use]));
  const rows: Record<string, RuleUseRow> = {};
  for (const [id, { rule }] of entries) {
    const use = byRule.get(rule);
    if (use === undefined) continue;
    const { lastUsed, count, calls } = use;
    rows[id] = { ...(lastUsed === undefined ? {} : { lastUsed }), count, calls: calls.map(pastRow) };
  }
  return rows;
}
