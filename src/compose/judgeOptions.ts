// What the judge goes by, made of the settings of the moment and the rules of one conversation.
import path from 'node:path';
import type { Rule } from '../contracts/permission.ts';
import type { Settings } from '../contracts/settings.ts';
import type { JudgeOptions } from '../permissions/judge.ts';
import { ruleProblems } from '../permissions/rules/rules.ts';

export type JudgePlaces = { root: string; configDir: string; trusted: boolean; searchPath: string };

export function judgeOptionsOf(settings: Settings, session: readonly Rule[], places: JudgePlaces): JudgeOptions {
  const { root, configDir, trusted, searchPath } = places;
  const { degraded, disableBypass, additionalDirectories, managedRulesOnly = false, blocked } = settings;
  // What a person remembered earlier counts no more once the organisation keeps allow rules to itself.
  const own = managedRulesOnly ? session.filter((rule) => rule.behavior !== 'allow') : session;
  return {
    rules: [...settings.rules, ...own],
    root,
    additionalDirectories,
    trusted,
    degraded,
    disableBypass,
    ...(blocked === undefined ? {} : { blocked: blocked.because }),
    managedRulesOnly,
    files: ruleFiles(settings, configDir),
    searchPath,
  };
}

/** The files that remembered rules go to. */
function ruleFiles(settings: Settings, configDir: string): NonNullable<JudgeOptions['files']> {
  const fileOf = (scope: 'local' | 'project') => settings.sources.find((source) => source.scope === scope)?.file;
  const local = fileOf('local');
  const project = fileOf('project');
  return {
    user: path.join(configDir, 'settings.json'),
    ...(local === undefined ? {} : { local }),
    ...(project === undefined ? {} : { project }),
  };
}

/** Once they are mended, the next ones are told. */
const MOST_TOLD = 50;

/** The settings with what the engine makes of their rules: a rule that does nothing is not passed over in silence. */
export function withRuleProblems(settings: Settings): Settings {
  const all = ruleProblems(settings.rules).slice(0, MOST_TOLD);
  const found = all.flatMap(({ rule: { file, scope, line }, because }) =>
    file === undefined ? [] : [{ file, scope, because, ...(line === undefined ? {} : { line }) }],
  );
  return found.length === 0 ? settings : { ...settings, problems: [...settings.problems, ...found] };
}
