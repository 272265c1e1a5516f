// The rules that the options `--settings` and `--managed` name.
import path from 'node:path';
import { disablesBypass } from '../settings/disablesBypass.ts';
import { readSettingsFile } from '../settings/readFile.ts';
import { whyBlocked } from '../settings/whyBlocked.ts';
import { sayInEnglish } from '../util/phrases.ts';
import type { CallOptions } from './decideCall.ts';
import { sourceOf } from './sources.ts';

export type RuleFiles = Pick<CallOptions, 'managed' | 'settings' | 'managedOnly' | 'disableBypass' | 'degraded'> & {
  problems: string[];
};

/** A file that does not exist, and an organisation's that cannot be read, are a problem that ends the command. */
export async function readRuleFiles(
  settingsFiles: readonly string[],
  managedFile: string | undefined,
  home: string,
): Promise<RuleFiles | { problem: string }> {
  const read = (file: string, scope: 'session' | 'managed') =>
    readSettingsFile({ ...sourceOf(path.resolve(file), home), scope });
  const settings = await Promise.all(settingsFiles.map((file) => read(file, 'session')));
  const managed = await Promise.all(
    (managedFile === undefined ? [] : [managedFile]).map((file) => read(file, 'managed')),
  );
  const missing = [...settings, ...managed].find((file) => !file.exists);
  if (missing !== undefined) return { problem: `The file ${missing.source.file} does not exist.` };
  const blocked = whyBlocked(managed);
  if (blocked !== undefined) return { problem: sayInEnglish(blocked.because) };
  const managedOnly = managed.some((file) => file.values.allowManagedPermissionRulesOnly === true);
  return {
    managed: managed.flatMap((file) => file.rules),
    settings: settings.flatMap((file) => file.rules),
    managedOnly,
    disableBypass: [...settings, ...managed].some(disablesBypass),
    degraded: settings.some((file) => file.fault !== undefined),
    problems: [...settings, ...managed].flatMap((file) =>
      file.problems.map((problem) => sayInEnglish(problem.because)),
    ),
  };
}
