// Findings about permission rules, drawn in the settings files they are about, with a repair where it is sure.
import * as vscode from 'vscode';
import type { FindingLevel } from '../contracts/finding.ts';
import type { Because } from '../contracts/permission.ts';
import { showInvisible } from '../util/invisible.ts';
import type { Log } from './log.ts';
import { say } from './say.ts';

/** A finding in a text: line and column from 1, lengths in UTF-16 units. */
export type TextFinding = {
  file: string;
  line: number;
  column: number;
  length: number;
  level: FindingLevel;
  because: Because;
  fix?: { kind: 'replace' | 'remove'; start: number; end: number; text: string };
};

export type SettingsCheck = {
  /**
   * All findings in the files that count together with this one; each file that was looked at is named. May reject once
   * the signal is aborted: a newer text is looked at.
   */
  check(
    file: string,
    textOf: (file: string) => string | undefined,
    signal: AbortSignal,
  ): Promise<{ files: string[]; findings: TextFinding[] }>;
};

const FILES =
  /[\\/](\.claude[\\/](settings(\.local)?\.json|policy\.jsonl?)|managed-settings\.json|managed-settings\.d[\\/][^\\/]+\.json)$/;
const DEBOUNCE_MS = 300;

function isSettingsFile(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && FILES.test(uri.fsPath);
}

/** Looks at every settings file that is open, and again when one changes. */
export function watchSettingsFiles({ check }: SettingsCheck, log: Log): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('assent');
  const fixes = new Map<string, Array<{ diagnostic: vscode.Diagnostic; finding: TextFinding }>>();
  const soon = new Map<string, NodeJS.Timeout>();
  /** The last look at each file: an earlier one is given up, and not shown should it end later. */
  const looks = new Map<string, AbortController>();
  let rounds = 0;
  /** By path, the look whose findings are drawn: an earlier one, begun from another file, must not come after it. */
  const drawnIn = new Map<string, number>();

  const look = async (file: string) => {
    looks.get(file)?.abort();
    const stop = new AbortController();
    looks.set(file, stop);
    const round = ++rounds;
    const { signal } = stop;
    const open = new Map(
      vscode.workspace.textDocuments.filter(({ uri }) => isSettingsFile(uri)).map((one) => [one.uri.fsPath, one]),
    );
    try {
      const { files, findings } = await check(file, (path) => open.get(path)?.getText(), signal);
      if (signal.aborted) return;
      for (const path of files) {
        if ((drawnIn.get(path) ?? 0) > round) continue;
        drawnIn.set(path, round);
        const mine = findings.filter((finding) => finding.file === path);
        const drawn = mine.map((finding) => ({ diagnostic: diagnosticOf(finding), finding }));
        const uri = vscode.Uri.file(path);
        fixes.set(uri.toString(), drawn);
        collection.set(
          uri,
          drawn.map(({ diagnostic }) => diagnostic),
        );
      }
    } catch (cause) {
      if (signal.aborted) return;
      log.error(`The rules of ${file} could not be looked at`, cause);
    }
  };
  const later = (uri: vscode.Uri, delay: number) => {
    if (!isSettingsFile(uri)) return;
    clearTimeout(soon.get(uri.fsPath));
    // What is looked at now is out of date.
    looks.get(uri.fsPath)?.abort();
    soon.set(
      uri.fsPath,
      setTimeout(() => void look(uri.fsPath), delay),
    );
  };
  const closed = ({ uri }: vscode.TextDocument) => {
    // What stands on the disk counts again; a file from elsewhere is out of sight.
    if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) later(uri, 0);
    else {
      clearTimeout(soon.get(uri.fsPath));
      looks.get(uri.fsPath)?.abort();
      collection.delete(uri);
      fixes.delete(uri.toString());
    }
  };

  for (const document of vscode.workspace.textDocuments) later(document.uri, 0);
  return vscode.Disposable.from(
    collection,
    vscode.workspace.onDidOpenTextDocument(({ uri }) => later(uri, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => later(document.uri, DEBOUNCE_MS)),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => later(uri, 0)),
    vscode.workspace.onDidCloseTextDocument(closed),
    vscode.languages.registerCodeActionsProvider(
      { scheme: 'file', pattern: '**/*.json' },
      {
        provideCodeActions: (document, range) => actionsFor(document, range, fixes.get(document.uri.toString()) ?? []),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    {
      dispose() {
        for (const timer of soon.values()) clearTimeout(timer);
        for (const look of looks.values()) look.abort();
      },
    },
  );
}

const SEVERITY: Record<FindingLevel, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

function diagnosticOf({ line, column, length, level, because }: TextFinding): vscode.Diagnostic {
  const start = new vscode.Position(line - 1, column - 1);
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(start, start.translate(0, length)),
    showInvisible(say(because)),
    SEVERITY[level],
  );
  diagnostic.source = 'Assent';
  diagnostic.code = because.code;
  return diagnostic;
}

function actionsFor(
  document: vscode.TextDocument,
  range: vscode.Range,
  drawn: ReadonlyArray<{ diagnostic: vscode.Diagnostic; finding: TextFinding }>,
): vscode.CodeAction[] {
  return drawn.flatMap(({ diagnostic, finding: { fix } }) => {
    if (fix === undefined || diagnostic.range.intersection(range) === undefined) return [];
    const title =
      fix.kind === 'remove'
        ? vscode.l10n.t('Remove this rule')
        : vscode.l10n.t('Write {0} instead', showInvisible(fix.text));
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.isPreferred = true;
    action.edit = new vscode.WorkspaceEdit();
    const place = new vscode.Range(document.positionAt(fix.start), document.positionAt(fix.end));
    action.edit.replace(document.uri, place, fix.text);
    return [action];
  });
}
