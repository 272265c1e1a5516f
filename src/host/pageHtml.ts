// The document of a page. Nothing loads or runs in it but our own bundle: the policy allows no connection at all.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { escapeHtml } from './escapeHtml.ts';

/** A page's script and styles in dist/. */
export type PageBundle = 'webview' | 'permissions' | 'usage' | 'mcp' | 'status';

/** Where the page may load from. */
export function pageRoots(extension: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extension, 'dist'), vscode.Uri.joinPath(extension, 'media')];
}

export function pageHtml(
  webview: vscode.Webview,
  extension: vscode.Uri,
  l10n: Readonly<Record<string, string>>,
  page: { bundle: PageBundle; title: string } = {
    bundle: 'webview',
    title: 'Assent',
  },
): string {
  const nonce = randomBytes(18).toString('base64');
  const uri = (...parts: string[]) => webview.asWebviewUri(vscode.Uri.joinPath(extension, ...parts)).toString();
  const policy = [
    "default-src 'none'",
    // The parts that the bundle loads later have its nonce too.
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csp-nonce" content="${nonce}">
<title>${escapeHtml(page.title)}</title>
<link rel="stylesheet" href="${uri('dist', `${page.bundle}.css`)}">
<style nonce="${nonce}">@font-face { font-family: codicon; font-display: block; src: url('${uri('dist', 'codicon.ttf')}') format('truetype'); }</style>
</head>
<body>
<div id="root"></div>
<script type="application/json" id="l10n" nonce="${nonce}">${escapeJson(l10n)}</script>
<script type="module" nonce="${nonce}" src="${uri('dist', `${page.bundle}.js`)}"></script>
</body>
</html>`;
}

/** JSON inside a script element must not be able to end it. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
