// Opens what the conversation links to. The page opens nothing by itself.
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { inNotice } from '../util/plainLine.ts';

const OUTSIDE = new Set(['http:', 'https:', 'mailto:']);

/** Opens a web address after showing it whole; opens a path inside `root`; says why it opens anything else not. */
export async function openLink(href: string, root: string): Promise<void> {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (url !== undefined && OUTSIDE.has(url.protocol)) return openOutside(url.href);
  const match = /^(?:file:\/\/)?([^#?]+?)(?:#L?(\d+)(?:-L?\d+)?|:(\d+)(?::\d+)?)?$/.exec(href);
  if (url !== undefined && url.protocol !== 'file:' && !/^[a-z]:$/i.test(url.protocol)) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'Assent opens web addresses, mail addresses and files of the folder only, so this link stays closed.',
      ),
    );
    return;
  }
  const line = Number(match?.[2] ?? match?.[3]) || undefined;
  await openFile(path.resolve(root, decode(match?.[1] ?? href)), line, [root]);
}

/** Opens a file beside the chat. One outside `folders` is named in full first, and opened only after a yes. */
export async function openFile(file: string, line: number | undefined, folders: readonly string[]): Promise<void> {
  if (/^[\\/]{2}/.test(file)) {
    void vscode.window.showWarningMessage(vscode.l10n.t('Assent does not open files of other computers.'));
    return;
  }
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} does not exist. It may have been moved or deleted.', inNotice(file)),
    );
    return;
  }
  if (found.isDirectory()) {
    await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(file));
    return;
  }
  if (!(await isInside(file, folders))) {
    const open = vscode.l10n.t('Open');
    const question = vscode.l10n.t('{0} is outside this folder. Open it?', inNotice(file));
    if ((await vscode.window.showInformationMessage(question, open)) !== open) return;
  }
  const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  const options = line === undefined ? {} : { selection: new vscode.Range(at, at) };
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { preview: true, ...options });
}

async function openOutside(target: string): Promise<void> {
  const open = vscode.l10n.t('Open');
  const copy = vscode.l10n.t('Copy');
  const question = vscode.l10n.t('Open this address in your browser or mail program?');
  const choice = await vscode.window.showInformationMessage(question, { modal: true, detail: target }, open, copy);
  if (choice === open) await vscode.env.openExternal(vscode.Uri.parse(target, true));
  if (choice === copy) await vscode.env.clipboard.writeText(target);
}

async function isInside(file: string, folders: readonly string[]): Promise<boolean> {
  const real = await realpath(file).catch(() => file);
  for (const folder of folders) {
    const from = path.relative(await realpath(folder).catch(() => folder), real);
    if (from !== '..' && !from.startsWith(`..${path.sep}`) && !path.isAbsolute(from)) return true;
  }
  return false;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign is part of the name.
    return text;
  }
}
