// Puts one call to the engine, with a disk that only has the links that are named.
import type { Decision, Mode, Rule, SettingsScope } from '../../../src/contracts/permission.ts';
import { decide } from '../../../src/permissions/decide.ts';
import { describeCall } from '../../../src/permissions/describeCall.ts';
import { lookUpFacts } from '../../../src/permissions/facts.ts';
import { shellReader } from '../../support/shellReader.ts';

export type Setting = {
  mode?: Mode;
  rules?: string[];
  scope?: SettingsScope;
  anchor?: string;
  cwd?: string;
  root?: string;
  symlinks?: Record<string, string>;
  platform?: NodeJS.Platform;
  caseInsensitive?: boolean;
  trusted?: boolean;
  degraded?: boolean;
  added?: string[];
};

/** Rules are written `deny Bash(rm:*)`, `allow Read`. */
export function rulesOf(texts: string[], scope: SettingsScope = 'user', anchor?: string): Rule[] {
  return texts.map((text, index): Rule => {
    const [behavior = '', ...rest] = text.split(' ');
    if (behavior !== 'allow' && behavior !== 'ask' && behavior !== 'deny') throw new Error(`no rule: ${text}`);
    return {
      behavior,
      text: rest.join(' '),
      scope,
      file: '/settings.json',
      line: index + 1,
      ...(anchor === undefined ? {} : { anchor }),
    };
  });
}

export async function call(tool: string, input: unknown, setting: Setting = {}): Promise<Decision> {
  const { platform = 'linux', cwd = platform === 'win32' ? 'C:\\proj' : '/proj' } = setting;
  const home = platform === 'win32' ? 'C:\\Users\\dev' : '/home/dev';
  const facts = await lookUpFacts({
    tool,
    input,
    actions: describeCall(tool, input, { cwd, home, platform }),
    cwd,
    root: setting.root ?? cwd,
    workingDirectories: setting.added ?? [],
    home,
    platform,
    symlinks: setting.symlinks ?? {},
    trusted: setting.trusted ?? true,
    degraded: setting.degraded ?? false,
    shell: await shellReader(),
    ...(setting.caseInsensitive === undefined ? {} : { caseInsensitive: setting.caseInsensitive }),
  });
  return decide(facts, rulesOf(setting.rules ?? [], setting.scope, setting.anchor), setting.mode ?? 'default');
}

export const run = (command: string, setting?: Setting) => call('Bash', { command }, setting);
export const read = (file: string, setting?: Setting) => call('Read', { file_path: file }, setting);
export const write = (file: string, setting?: Setting) => call('Write', { file_path: file, content: '' }, setting);
