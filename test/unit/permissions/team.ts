// A person in a project with settings files on a real disk: from the files to the decision, through the product's own parts.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { judgeOptionsOf } from '../../../src/compose/judgeOptions.ts';
import type { Decision, Mode, Rule } from '../../../src/contracts/permission.ts';
import type { Settings } from '../../../src/contracts/settings.ts';
import { describeCall } from '../../../src/permissions/describeCall.ts';
import { createJudge } from '../../../src/permissions/judge.ts';
import { loadSettings } from '../../../src/settings/load.ts';
import { shellReader } from '../../support/shellReader.ts';

const PLACES: Record<string, string> = {
  managed: 'managed/managed-settings.json',
  user: 'home/.claude/settings.json',
  project: 'proj/.claude/settings.json',
  local: 'proj/.claude/settings.local.json',
};

export type Team = {
  root: string;
  base: string;
  settings(options?: { trusted?: boolean }): Promise<Settings>;
  decide(
    tool: string,
    input: unknown,
    options?: { mode?: Mode; trusted?: boolean; session?: Rule[] },
  ): Promise<Decision>;
  run(command: string, options?: { mode?: Mode; trusted?: boolean }): Promise<Decision>;
  dispose(): void;
};

/** `files`: `managed`, `user`, `project`, `local`, or a path below the base; text as it is, the rest as JSON. */
export function team(files: Record<string, unknown> = {}, start = 'proj'): Team {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-team-')));
  const root = path.join(base, start);
  mkdirSync(root, { recursive: true });
  mkdirSync(path.join(base, 'home'), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(base, PLACES[name] ?? name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  }
  const home = path.join(base, 'home');
  const settings: Team['settings'] = ({ trusted = true } = {}) =>
    loadSettings({ root, home, managedDir: path.join(base, 'managed'), trusted, env: {} });
  const decide: Team['decide'] = async (tool, input, { mode = 'default', trusted = true, session = [] } = {}) => {
    const loaded = await settings({ trusted });
    const places = { root, configDir: path.join(home, '.claude'), trusted, searchPath: '/usr/bin:/bin' };
    const shell = await shellReader();
    const judge = createJudge(() => ({ ...judgeOptionsOf(loaded, session, places), home, shell: async () => shell }));
    return judge({
      tool,
      input,
      actions: describeCall(tool, input, { cwd: root, home, platform: 'linux' }),
      mode,
      cwd: root,
    });
  };
  return {
    root,
    base,
    settings,
    decide,
    run: (command, options) => decide('Bash', { command }, options),
    dispose: () => rmSync(base, { recursive: true, force: true }),
  };
}

export const allow = (...rules: string[]) => ({ permissions: { allow: rules } });
export const ask = (...rules: string[]) => ({ permissions: { ask: rules } });
export const deny = (...rules: string[]) => ({ permissions: { deny: rules } });
