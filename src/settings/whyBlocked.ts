// When no turn may start: the organisation said something that cannot be read, or that cannot be followed here.
import type { SettingsProblem } from '../contracts/settings.ts';
import type { SettingsFile } from './settingsFile.ts';

/** Their absence would loosen, and no value could stand for them but "nothing at all". */
const LISTS = { 'permissions.deny': 'deny', 'permissions.ask': 'ask' } as const;
/** With them the organisation says that the rest of its policy comes from where it cannot be fetched. */
const NOT_FOLLOWED = ['policyHelper', 'forceRemoteSettingsRefresh'] as const;

export function whyBlocked(managed: readonly SettingsFile[]): SettingsProblem | undefined {
  for (const file of managed) {
    if (file.fault === 'syntax' || file.fault === 'unreadable') return file.problems[0];
    const reason = lostList(file) ?? notFollowed(file);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function lostList(file: SettingsFile): SettingsProblem | undefined {
  const lost = file.problems.find(({ because: { code, args } }) => {
    if (code !== 'settings.wrongValue') return false;
    if (args['key'] === 'permissions') return true;
    const behavior = LISTS[args['key'] as keyof typeof LISTS];
    return behavior !== undefined && !file.rules.some((rule) => rule.behavior === behavior);
  });
  if (lost === undefined) return undefined;
  return { ...lost, because: { code: 'settings.policyLost', args: lost.because.args } };
}

function notFollowed({ source, values, lineOf }: SettingsFile): SettingsProblem | undefined {
  const key = NOT_FOLLOWED.find((one) => values[one] !== undefined && values[one] !== false);
  if (key === undefined) return undefined;
  const line = lineOf([key]);
  const because = { code: 'settings.policyNotSupported', args: { file: source.file, key } };
  return { file: source.file, scope: source.scope, because, ...(line === undefined ? {} : { line }) };
}
