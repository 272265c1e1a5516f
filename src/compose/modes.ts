// Which permission modes a person may choose, and the one a new conversation starts in.
import { MODES, type Mode } from '../contracts/permission.ts';

export type ModeFacts = {
  /** The person's own choice in VS Code for new conversations. */
  chosen: unknown;
  /** Of the organisation's or the person's settings file; never of a repository. */
  defaultMode: Mode | undefined;
  /** `assent.allowDangerouslySkipPermissions`, of the person alone. */
  allowsBypass: boolean;
  /** `disableBypassPermissionsMode` of any settings file. */
  disableBypass: boolean;
  /** The warning was read and accepted once. */
  bypassAccepted: boolean;
  /** The program may do anything on this machine, and no sandbox holds it. */
  unconfinedRoot: boolean;
};

export function bypassOffered({ allowsBypass, disableBypass, unconfinedRoot }: ModeFacts): boolean {
  return allowsBypass && !disableBypass && !unconfinedRoot;
}

/** Bypass needs more than a setting: it must be offered, and its warning accepted. */
export function startMode(facts: ModeFacts): Mode {
  const chosen = facts.chosen === 'manual' ? 'default' : MODES.find((mode) => mode === facts.chosen);
  const mode = chosen ?? facts.defaultMode ?? 'default';
  return mode === 'bypassPermissions' && !(bypassOffered(facts) && facts.bypassAccepted) ? 'default' : mode;
}

export function offeredModes(facts: ModeFacts): Mode[] {
  const offered: Mode[] = ['default', 'acceptEdits', 'plan'];
  if (bypassOffered(facts)) offered.push('bypassPermissions');
  const start = startMode(facts);
  return offered.includes(start) ? offered : [...offered, start];
}

/** A resumed conversation goes on as it was left; the modes that loosen or forbid most are chosen anew. */
export function resumedMode(left: Mode, start: Mode): Mode {
  if (left === 'default' || left === 'acceptEdits') return left;
  return start === 'bypassPermissions' ? 'default' : start;
}

/** Root on Linux and macOS, unless the environment says that a sandbox holds us. */
export function isUnconfinedRoot(env: Readonly<Record<string, string | undefined>>, user: number | undefined): boolean {
  return user === 0 && !/^(1|true)$/i.test(env['IS_SANDBOX'] ?? '');
}
