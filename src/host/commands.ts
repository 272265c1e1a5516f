// What our commands do, by id. `package.json` names them, `extension.ts` registers them.
import path from 'node:path';
import * as vscode from 'vscode';
import { MODES, type Mode } from '../contracts/permission.ts';
import { SIGN_IN_WAYS } from '../protocol.ts';
import { banner } from './banners.ts';
import { changeMode } from './changeMode.ts';
import { pickModel } from './chooseModel.ts';
import { wishOf } from './explainCall.ts';
import type { Log } from './log.ts';
import type { McpView } from './mcpView.ts';
import { showHistory } from './pageActions.ts';
import type { ChatPages } from './pages.ts';
import type { PermissionsView } from './permissionsView.ts';
import type { Questions } from './questions.ts';
import { signIn, signOut } from './signIn.ts';
import type { SignInParts } from './signInParts.ts';
import type { StatusView } from './statusView.ts';
import type { UsageView } from './usageView.ts';

export type Commands = Readonly<Record<string, (...args: unknown[]) => unknown>>;

export type CommandParts = {
  pages: ChatPages;
  permissions: PermissionsView;
  usage: UsageView;
  servers: McpView;
  status: StatusView;
  questions: Questions;
  signIn: SignInParts;
  log: Log;
};

/** What the page may ask for; it has no other way to run a command. */
export const PAGE_COMMANDS: ReadonlySet<string> = new Set([
  'assent.focus',
  'assent.newConversation',
  'assent.openInTab',
  'assent.history',
  'assent.setMode',
  'assent.selectModel',
  'assent.signIn',
  'assent.signOut',
  'assent.permissions',
  'assent.usage',
  'assent.mcp',
  'assent.status',
  'assent.undoAction',
  'assent.rewind',
  'assent.showLog',
]);

export function createCommands(parts: CommandParts): Commands {
  const { pages, permissions, usage, servers, status, questions, signIn: account, log } = parts;
  const conversation = () => pages.current().open?.conversation;
  const shown = async () => {
    if (!pages.current().visible) await pages.focusView();
    return pages.current();
  };
  return {
    'assent.focus': async () => {
      const page = pages.current();
      if (page.visible && page !== pages.view.page) await page.focus();
      else await pages.focusView();
    },
    'assent.newConversation': async () => pages.startNew(await shown()),
    'assent.openInTab': async () => {
      await pages.openTab();
    },
    'assent.openInNewWindow': async () => {
      await pages.openTab();
      await vscode.commands.executeCommand('workbench.action.moveEditorToNewWindow');
    },
    'assent.history': async () => showHistory(await shown()),
    'assent.stop': () => conversation()?.stop(),
    'assent.cycleMode': () => {
      const open = pages.current().open;
      const modes = open?.project.modes() ?? [];
      const next = modes[(modes.indexOf(open?.conversation.state.mode ?? 'default') + 1) % modes.length];
      return open !== undefined && next !== undefined ? changeMode(open, next) : undefined;
    },
    'assent.setMode': (mode) => chooseMode(pages, mode),
    'assent.selectModel': () => {
      const { open } = pages.current();
      return open && pickModel(open, pages.current());
    },
    'assent.signIn': (way) =>
      signIn(
        account,
        SIGN_IN_WAYS.find((one) => one === way),
      ),
    'assent.signOut': () => signOut(account),
    'assent.mention': (target) => mention(pages, target),
    'assent.allow': () => questions.allow(),
    'assent.deny': () => questions.deny(),
    'assent.permissions': () => permissions.show(),
    'assent.usage': () => usage.show(),
    'assent.mcp': () => servers.show(),
    'assent.status': () => status.show(),
    'assent.explainPermission': (what) => permissions.explain(wishOf(what)),
    'assent.showLog': () => log.show(),
  };
}

export function modeLabel(mode: Mode): string {
  const labels: Record<Mode, string> = {
    default: vscode.l10n.t('Manual'),
    acceptEdits: vscode.l10n.t('Edit automatically'),
    plan: vscode.l10n.t('Plan'),
    dontAsk: vscode.l10n.t("Don't ask"),
    bypassPermissions: vscode.l10n.t('Bypass permissions'),
  };
  return labels[mode];
}

async function chooseMode(pages: ChatPages, wanted: unknown): Promise<void> {
  const open = pages.current().open;
  if (open === undefined) return;
  const modes = open.project.modes();
  const given = MODES.find((mode) => mode === wanted && modes.includes(mode));
  const title = vscode.l10n.t('Permission mode');
  const items = modes.map((mode) => ({
    label: modeLabel(mode),
    mode,
    picked: mode === open.conversation.state.mode,
  }));
  const mode = given ?? (await vscode.window.showQuickPick(items, { title }))?.mode;
  if (mode !== undefined) await changeMode(open, mode);
}

/** Puts `@path#5-10` of the editor, or of a file of the explorer, into the composer. */
async function mention(pages: ChatPages, target: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const uri = target instanceof vscode.Uri ? target : editor?.document.uri;
  if (uri === undefined || uri.scheme !== 'file') {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a file of the folder to mention it.'));
    return;
  }
  const lines =
    editor !== undefined && editor.document.uri.toString() === uri.toString() && !editor.selection.isEmpty
      ? `#${editor.selection.start.line + 1}-${editor.selection.end.line + 1}`
      : '';
  if (!pages.current().visible) await pages.focusView();
  const page = pages.current();
  const root = page.open?.project.root;
  if (root === undefined) return;
  const relative = path.relative(root, uri.fsPath).replaceAll('\\', '/');
  await page.insert(`@${relative}${lines} `);
  await page.focus();
}

/** For ids a page sends: anything but the commands meant for it is refused. */
export async function runForPage(
  commands: Commands,
  command: string,
  pages: ChatPages,
  argument?: string,
): Promise<void> {
  const run = PAGE_COMMANDS.has(command) ? commands[command] : undefined;
  if (run === undefined) {
    await pages.current().notify(banner('refused', 'error', { code: 'host.messageRefused', args: {} }));
    return;
  }
  await run(argument);
}
