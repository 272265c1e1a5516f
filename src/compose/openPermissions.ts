// What may be done in one root folder: who judges calls, what is found about the rules, and the modes a person may choose.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Rule } from '../contracts/permission.ts';
import type { Log } from '../host/log.ts';
import type { Project } from '../host/project.ts';
import { createJudge, type JudgeOptions } from '../permissions/judge.ts';
import { lintRules } from '../permissions/lint/lintRules.ts';
import type { ShellReader } from '../permissions/shell/script.ts';
import { setValue } from '../settings/setValue.ts';
import type { FollowedSettings } from './followSettings.ts';
import { ignoreLineOf } from './ignoreLines.ts';
import { judgeOptionsOf } from './judgeOptions.ts';
import { bypassOffered, isUnconfinedRoot, type ModeFacts, offeredModes, startMode } from './modes.ts';
import type { ProjectPlaces } from './projectParts.ts';

export type OpenedPermissions = Pick<Project, 'judge' | 'judgeWith' | 'lint' | 'modes' | 'startMode' | 'bypass'> & {
  /** What holds now, with the rules of one conversation. */
  judgeOptions(session: readonly Rule[]): JudgeOptions;
};

/** Of so many past calls an offer says how many it would have met. */
const PAST_CALLS = 200;

export function openPermissions(parts: {
  places: ProjectPlaces;
  followed: FollowedSettings;
  decisions: Project['decisions'];
  shell(): Promise<ShellReader>;
  log: Log;
}): OpenedPermissions {
  const { followed, decisions, log, shell } = parts;
  const { root, home, configDir } = parts.places;
  const modeFacts = (): ModeFacts => {
    const own = vscode.workspace.getConfiguration('assent');
    const settings = followed.now();
    return {
      chosen: own.inspect('initialPermissionMode')?.globalValue,
      defaultMode: settings.defaultMode,
      allowsBypass: own.inspect('allowDangerouslySkipPermissions')?.globalValue === true,
      disableBypass: settings.disableBypass,
      bypassAccepted: settings.values['skipDangerousModePermissionPrompt'] === true,
      unconfinedRoot: isUnconfinedRoot(process.env, process.getuid?.()),
    };
  };
  const judgeOptions = (session: readonly Rule[]): JudgeOptions => {
    const env = followed.env();
    // A copy of the environment knows letter case, where Windows itself does not.
    const searchPath = env['PATH'] ?? env['Path'] ?? '';
    const places = { root, configDir, trusted: vscode.workspace.isTrusted, searchPath };
    return {
      ...judgeOptionsOf(followed.now(), session, places),
      disableBypass: !bypassOffered(modeFacts()),
      past: () => decisions.known(PAST_CALLS),
      // Git runs, so in trusted folders only.
      ignoreLine: async (file) => (vscode.workspace.isTrusted ? ignoreLineOf(file, home, log) : undefined),
      shell,
    };
  };
  const judgeWith = (session: readonly Rule[]) => createJudge(() => judgeOptions(session));
  return {
    judgeOptions,
    judge: judgeWith([]),
    judgeWith,
    lint: async (signal) => {
      const { rules, managedRulesOnly } = followed.now();
      const places = { root, home, platform: process.platform, managedOnly: managedRulesOnly === true };
      return lintRules(rules, { ...places, shell: await shell() }, signal);
    },
    modes: () => offeredModes(modeFacts()),
    startMode: () => startMode(modeFacts()),
    bypass: {
      accepted: () => modeFacts().bypassAccepted,
      accept: async () => {
        await setValue(path.join(configDir, 'settings.json'), 'skipDangerousModePermissionPrompt', true);
        await followed.reload();
      },
    },
  };
}
