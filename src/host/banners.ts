// The banners above the conversation: what stands in the way, and the way out of it.
import * as vscode from 'vscode';
import type { Settings, SettingsProblem } from '../contracts/settings.ts';
import type { Notice } from '../protocol.ts';
import { say } from './say.ts';

/** A notice and what its button does. */
export type Banner = { notice: Notice; act?: () => unknown };

const PREFIX = 'assent.notice.';

/** The id of the notice a page's command stands for. */
export function bannerOf(command: string): string | undefined {
  return command.startsWith(PREFIX) ? command.slice(PREFIX.length) : undefined;
}

export function banner(
  id: string,
  kind: Notice['kind'],
  because: Notice['because'],
  action?: { label: string; act: () => unknown },
): Banner {
  if (action === undefined) return { notice: { id, kind, because } };
  const label = { code: action.label, args: {} };
  return { notice: { id, kind, because, action: { command: PREFIX + id, label } }, act: action.act };
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
  if (!trusted) {
    banners.push(
      banner(
        'untrusted',
        'warning',
        { code: 'host.untrusted', args: {} },
        {
          label: 'host.action.manageTrust',
          act: () => vscode.commands.executeCommand('workbench.trust.manage'),
        },
      ),
    );
  }
  for (const problem of settings.problems) {
    if (problem !== settings.blocked) banners.push(problemBanner(problem, 'warning', problem.because));
  }
  return banners;
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
