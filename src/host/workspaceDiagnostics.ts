// What the editor reports about files, after giving it a moment to look at them again.
import * as vscode from 'vscode';
import type { Diagnostic } from '../contracts/workspace.ts';

const QUIET_MS = 300;
const LONGEST_MS = 1500;
const SEVERITIES: Readonly<Record<vscode.DiagnosticSeverity, Diagnostic['severity']>> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'info',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};

/** Lines and columns count from 1. */
export async function diagnosticsOf(paths: string[], settle: boolean): Promise<Diagnostic[]> {
  if (settle) await settled(new Set(paths.map((path) => vscode.Uri.file(path).toString())));
  return paths.flatMap((path) =>
    vscode.languages.getDiagnostics(vscode.Uri.file(path)).map(
      ({ range, severity, message, source }): Diagnostic => ({
        path,
        line: range.start.line + 1,
        column: range.start.character + 1,
        severity: SEVERITIES[severity],
        message,
        ...(source === undefined ? {} : { source }),
      }),
    ),
  );
}

/** Resolves once nothing was reported about the files for a while, and at the latest after a second and a half. */
function settled(uris: Set<string>): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(quiet);
      clearTimeout(longest);
      listening.dispose();
      resolve();
    };
    let quiet = setTimeout(end, QUIET_MS);
    const longest = setTimeout(end, LONGEST_MS);
    const listening = vscode.languages.onDidChangeDiagnostics((event) => {
      if (!event.uris.some((uri) => uris.has(uri.toString()))) return;
      clearTimeout(quiet);
      quiet = setTimeout(end, QUIET_MS);
    });
  });
}
