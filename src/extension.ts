// Where VS Code starts us. Registers what package.json names and builds nothing: all else is made at the first use.
import * as vscode from 'vscode';
import type { AssentWindow } from './compose/composeWindow.ts';
import { PAGE_TYPES, PANEL_TYPE, PENDING_KEY, REVIEW_SCHEME, UNDO_SCHEME, VIEW_ID, WAITING_KEY } from './host/ids.ts';
import { createLog, type Log } from './host/log.ts';
import { registerAuthentication } from './host/registerAuthentication.ts';
import { createStatusBar } from './host/statusBar.ts';

/** Documents that nobody else can fill. */
const OUR_TEXTS: ReadonlySet<string> = new Set([REVIEW_SCHEME, UNDO_SCHEME]);

let stop: (() => Promise<void>) | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = createLog();
  const statusBar = createStatusBar();
  let window: Promise<AssentWindow> | undefined;
  const start = () => {
    window ??= import('./compose/composeWindow.ts').then((part) => {
      const composed = part.composeWindow(context, log, statusBar);
      accounts.attach(composed.authentication);
      return composed;
    });
    return window;
  };
  const accounts = registerAuthentication(context.globalState, async () => (await start()).authentication);
  stop = async () => (await window)?.dispose();

  for (const id of commandIds(context.extension.packageJSON)) {
    const run = async (...args: unknown[]) => {
      if (id === 'assent.focus' && window === undefined) await beginToShowView();
      return (await start()).run(id, args);
    };
    context.subscriptions.push(vscode.commands.registerCommand(id, run));
  }
  context.subscriptions.push(
    log,
    statusBar,
    vscode.window.registerWebviewViewProvider(
      VIEW_ID,
      { resolveWebviewView: async (view) => (await start()).resolveView(view) },
      { webviewOptions: { retainContextWhenHidden: true } },
    ),
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, {
      deserializeWebviewPanel: async (panel, state) => (await start()).restorePanel(panel, state),
    }),
    ...PAGE_TYPES.map((type) =>
      vscode.window.registerWebviewPanelSerializer(type, {
        deserializeWebviewPanel: async (panel, state) => (await start()).restorePage(type, panel, state),
      }),
    ),
    accounts,
    vscode.window.registerUriHandler({ handleUri: async (uri) => (await start()).openUri(uri) }),
  );
  watchForSettings(context, log);
  // A question that waited before a reload is announced again, and the texts of an open diff are wanted at once.
  if (isTextOpen() || context.workspaceState.get<unknown[]>(WAITING_KEY, []).length > 0) await start();
  // Its marks are in the editors at once.
  else if (context.workspaceState.get(PENDING_KEY) === true) await start();
}

/** Rules are looked at from the moment on that somebody has them open. */
function watchForSettings(context: vscode.ExtensionContext, log: Log): void {
  let known = false;
  const meet = async ({ uri }: vscode.TextDocument) => {
    if (known || uri.scheme !== 'file' || !isSettingsPath(uri.path)) return;
    known = true;
    const { openSettingsLab } = await import('./compose/settingsLab.ts');
    context.subscriptions.push(openSettingsLab(context, log));
  };
  context.subscriptions.push(vscode.workspace.onDidOpenTextDocument(meet));
  for (const document of vscode.workspace.textDocuments) void meet(document);
}

function isSettingsPath(path: string): boolean {
  return /\/(\.claude\/(settings(\.local)?\.json|policy\.jsonl?)|managed-settings(\.d\/[^/]+)?\.json)$/.test(path);
}

/** Ends every conversation and the processes it started. */
export async function deactivate(): Promise<void> {
  await stop?.();
}

/** VS Code makes the frame of the view in its own process, while ours is busy reading the rest of us. */
async function beginToShowView(): Promise<void> {
  void vscode.commands.executeCommand(`${VIEW_ID}.focus`);
  // What is said to VS Code leaves some turns of the event loop later.
  await new Promise((resolve) => setTimeout(resolve, 8));
}

/** The commands the manifest names: the list stands there alone. */
function commandIds(manifest: unknown): string[] {
  const { contributes } = manifest as { contributes: { commands: Array<{ command: string }> } };
  return contributes.commands.map((entry) => entry.command);
}

function isTextOpen(): boolean {
  const inputs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.input));
  return inputs.some((input) => input instanceof vscode.TabInputTextDiff && OUR_TEXTS.has(input.modified.scheme));
}
