// The banners above the conversation: what stands in the way, and the way out of it.
import * as vscode from 'vscode';
import type { Because } from '../contracts/permission.ts';
import type { Settings, SettingsProblem } from '../contracts/settings.ts';
import type { Notice } from '../protocol.ts';
import { say } from './say.ts';

/** A notice and what its buttons do. */
export type Banner = { notice: Notice; act?: () => unknown; second?: () => unknown };
type Action = { label: string; act: () => unknown };

const PREFIX = 'assent.notice.';

const SECOND = '/second';

/** The button a page's command stands for, for `actOf`. */
export function bannerOf(command: string): string | undefined {
  return command.startsWith(PREFIX) ? command.slice(PREFIX.length) : undefined;
}

/** What the button does, if it is one of this banner. */
export function actOf({ notice, act, second }: Banner, button: string): (() => unknown) | undefined {
  if (button === notice.id) return act;
  return button === notice.id + SECOND ? second : undefined;
}

export function banner(
  id: string,
  kind: Notice['kind'],
  because: Notice['because'],
  action?: Action,
  second?: Action,
): Banner {
  const button = ({ label }: Action, name: string) => ({ command: PREFIX + name, label: { code: label, args: {} } });
  return {
    notice: {
      ...{ id, kind, because },
      ...(action === undefined ? {} : { action: button(action, id) }),
      ...(second === undefined ? {} : { second: button(second, id + SECOND) }),
    },
    ...(action === undefined ? {} : { act: action.act }),
    ...(second === undefined ? {} : { second: second.act }),
  };
}

export function logAction(log: { show(): void }): { label: string; act: () => unknown } {
  return { label: 'host.action.showLog', act: () => log.show() };
}

export function folderBanner(): Banner {
  return banner(
    'noFolder',
    'info',
    { code: 'host.noFolder', args: {} },
    {
      label: 'host.action.openFolder',
      act: () => vscode.commands.executeCommand('workbench.action.files.openFolder'),
    },
  );
}

/** What the settings and the trust of a root give reason to say. */
export function settingsBanners(settings: Settings, trusted: boolean): Banner[] {
  const banners: Banner[] = [];
  if (settings.blocked !== undefined) {
    const reason = say(settings.blocked.because);
    banners.push(problemBanner(settings.blocked, 'error', { code: 'host.settingsBlocked', args: { reason } }));
  }
  if (!trusted) banners.push(untrustedBanner(settings));
  banners.push(...heldBanners(settings));
  const others = settings.problems.filter((problem) => problem !== settings.blocked);
  banners.push(...others.map((problem, i) => problemBanner(problem, 'warning', problemWords(problem, settings, i))));
  return banners;
}

const SHOW_LOOSENING: Action = {
  label: 'host.action.showLoosening',
  act: () => vscode.commands.executeCommand('assent.permissions'),
};

function untrustedBanner({ loosening }: Settings): Banner {
  const manage: Action = {
    label: 'host.action.manageTrust',
    act: () => vscode.commands.executeCommand('workbench.trust.manage'),
  };
  if (loosening.length === 0) return banner('untrusted', 'warning', { code: 'host.untrusted', args: {} }, manage);
  const args = { count: String(loosening.length) };
  return banner('untrusted', 'warning', { code: 'host.untrustedEnables', args }, manage, SHOW_LOOSENING);
}

/** What came with a pull is looked at before it is accepted, so the button shows and does not accept. */
function heldBanners({ loosening }: Settings): Banner[] {
  // Servers have a banner of their own.
  const held = loosening.filter(({ state, kind }) => state === 'held' && kind !== 'mcpServer');
  if (held.length === 0) return [];
  // Other values are another notice, so that one that was dismissed comes again for them.
  const id = `held:${held.map((one) => one.id.slice(0, 6)).join('')}`.slice(0, 180);
  return [banner(id, 'warning', { code: 'host.held', args: { count: String(held.length) } }, SHOW_LOOSENING)];
}

/** The first of them says what they cost. */
function problemWords({ because }: SettingsProblem, { degraded }: Settings, index: number): Because {
  if (!degraded || index > 0) return because;
  const { file } = because.args;
  const args = { ...because.args, ...(file === undefined ? {} : { file: vscode.workspace.asRelativePath(file) }) };
  return { code: 'host.settingsDegraded', args: { reason: say({ ...because, args }) } };
}

function problemBanner(problem: SettingsProblem, kind: Notice['kind'], because: Notice['because']): Banner {
  const id = `settings:${problem.file}:${problem.line ?? 0}:${problem.column ?? 0}:${problem.because.code}`;
  return banner(id.slice(-180), kind, because, {
    label: 'host.action.openFile',
    act: () => {
      const at = new vscode.Position((problem.line ?? 1) - 1, (problem.column ?? 1) - 1);
      const options = { selection: new vscode.Range(at, at) };
      return vscode.window.showTextDocument(vscode.Uri.file(problem.file), options);
    },
  });
}
