// Looks at the rules of settings files while they are edited. Read when the first such file is open.
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Log } from '../host/log.ts';
import { type SettingsCheck, watchSettingsFiles } from '../host/settingsDiagnostics.ts';
import { lazyShellReader } from '../permissions/shell/reader.ts';
import { type ExpectedFile, expectedInFiles } from '../policy/expectedInFiles.ts';
import { type LintFile, lintFiles } from '../policy/lintFiles.ts';
import { type PolicySource, sourceOf, sourcesOf } from '../policy/sources.ts';
import { defaultManagedDir } from '../settings/findFiles.ts';
import { settingsText } from '../settings/settingsText.ts';
import { errorCode } from '../util/readableError.ts';

export function openSettingsLab(context: vscode.ExtensionContext, log: Log): vscode.Disposable {
  const home = homedir();
  const configDir = path.resolve(process.env['CLAUDE_CONFIG_DIR'] || path.join(home, '.claude'));
  const shell = lazyShellReader(
    {
      runtime: context.asAbsolutePath('dist/web-tree-sitter.wasm'),
      grammar: context.asAbsolutePath('dist/tree-sitter-bash.wasm'),
    },
    (cause) =>
      log.error(
        'The parsers of shell commands could not be loaded: rules for commands are looked at by their form',
        cause,
      ),
  );
  const check: SettingsCheck['check'] = async (file, textOf, signal) => {
    const { platform } = process;
    const root = rootOf(file);
    const found = await sourcesOf({ root, home, configDir, managedDir: defaultManagedDir(platform), platform });
    const expected = await expectedOf(root, textOf);
    const isRead = [...found, ...expected].some((one) => one.file === file);
    // A file that this folder does not read is looked at by itself.
    const sources: PolicySource[] = isRead ? found : [sourceOf(file, home)];
    const cases = isRead ? expected : [];
    const files = await withTexts(sources, textOf);
    const findings = await lintFiles(files, { root, home, platform, shell: await shell() }, signal);
    signal.throwIfAborted();
    const unmet = await Promise.all(cases.map((one) => expectedInFiles(files, one, { root, home, shell })));
    const shown = new Set(
      files.map((one) => one.file).filter((one) => one === file || textOf(one) !== undefined || isOurs(one)),
    );
    return { files: [...shown, ...cases.map((one) => one.file)], findings: [...findings, ...unmet.flat()] };
  };
  return watchSettingsFiles({ check }, log);
}

/** The workspace folder of the file; for a file of the person's own, the first one. */
function rootOf(file: string): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const own = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) ?? folders[0];
  if (own !== undefined) return own.uri.fsPath;
  const folder = path.dirname(file);
  return path.basename(folder) === '.claude' ? path.dirname(folder) : folder;
}

function isOurs(file: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) !== undefined;
}

/** A team's expected decisions, where the folder has some. */
async function expectedOf(root: string, textOf: (file: string) => string | undefined): Promise<ExpectedFile[]> {
  const names = ['policy.jsonl', 'policy.json'].map((name) => path.join(root, '.claude', name));
  const files = await withTexts(
    names.map((file) => ({ scope: 'project', file, anchor: root })),
    textOf,
  );
  return files.map(({ file, text }) => ({ file, text }));
}

/** What is open counts as it stands in the editor. Files that are not there are left out. */
async function withTexts(
  sources: readonly PolicySource[],
  textOf: (file: string) => string | undefined,
): Promise<LintFile[]> {
  const files: LintFile[] = [];
  for (const source of sources) {
    try {
      const text = textOf(source.file) ?? (await settingsText(source.file));
      if (text !== undefined) files.push({ ...source, text });
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error) ?? '')) throw error;
    }
  }
  return files;
}
