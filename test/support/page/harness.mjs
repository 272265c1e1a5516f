// Shows the page without VS Code: builds it, serves it under the policy it has there, and plays the extension's part.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { chromium } from 'playwright-core';
import { THEMES } from './themes.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf', '.html': 'text/html' };

/** Builds as `scripts/build.mjs` does, into a folder of its own. */
async function buildPage(outdir, entry, minify) {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { webview: entry },
    outdir,
    bundle: true,
    format: 'esm',
    splitting: true,
    platform: 'browser',
    target: 'chrome128',
    minify,
    chunkNames: 'webview/[name]-[hash]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
    logLevel: 'warning',
    legalComments: 'none',
  });
}

// What VS Code itself puts into every webview, as far as it can disturb ours.
const DEFAULTS = `@layer vscode-default {
  html { scrollbar-color: auto; }
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  img, video { max-width: 100%; max-height: 100%; }
  a, a code { color: var(--vscode-textLink-foreground); }
  code { font-family: var(--monaco-monospace-font); color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  pre code { padding: 0; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
  kbd { background-color: var(--vscode-keybindingLabel-background); color: var(--vscode-keybindingLabel-foreground); border-style: solid; border-width: 1px; border-radius: 3px; }
}`;

function document(theme, l10n) {
  const { kind, variables } = THEMES[theme];
  const policy = [
    "default-src 'none'",
    "script-src 'nonce-page' 'self'",
    "style-src 'self' 'nonce-page'",
    "font-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const css = Object.entries(variables)
    .map(([name, value]) => `--vscode-${name}: ${value};`)
    .join('');
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Assent</title>
<style nonce="page">${DEFAULTS} :root{${css}} html{background:var(--vscode-sideBar-background)}</style>
<link rel="stylesheet" href="/webview.css">
<style nonce="page">@font-face { font-family: codicon; font-display: block; src: url('/codicon.ttf') format('truetype'); }</style>
<script nonce="page">
  window.sent = []; window.saved = undefined;
  window.acquireVsCodeApi = () => ({
    postMessage: (m) => { window.sent.push(m); window.onSent?.(m); },
    getState: () => window.saved, setState: (s) => { window.saved = s; },
  });
</script></head>
<body class="${kind}" data-vscode-theme-kind="${kind}"><div id="root"></div>
<script type="application/json" id="l10n" nonce="page">${JSON.stringify(l10n).replaceAll('<', '\\u003c')}</script>
<script type="module" nonce="page" src="/webview.js"></script></body></html>`;
}

/**
 * `open({ theme, width, height, l10n })` gives a page with `say(message)` (extension → page), `sent()` (what the page
 * said) and `errors` (script errors and refused loads). `close()` ends everything.
 */
export async function startHarness({ entry = 'webview/main.tsx', minify = false } = {}) {
  const outdir = await mkdtemp(path.join(os.tmpdir(), 'assent-page-'));
  await buildPage(outdir, entry, minify);
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://page');
    if (url.pathname === '/') {
      response.setHeader('content-type', 'text/html');
      response.end(document(url.searchParams.get('theme') ?? 'dark', JSON.parse(url.searchParams.get('l10n') ?? '{}')));
      return;
    }
    if (url.pathname === '/favicon.ico') {
      response.statusCode = 204;
      response.end();
      return;
    }
    const file =
      url.pathname === '/codicon.ttf'
        ? path.join(root, 'node_modules/@vscode/codicons/dist/codicon.ttf')
        : path.join(outdir, path.normalize(url.pathname));
    try {
      response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
      response.end(await readFile(file));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });

  async function open({ theme = 'dark', width = 420, height = 760, l10n = {}, reducedMotion = 'reduce' } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1, reducedMotion });
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${port}/?theme=${theme}&l10n=${encodeURIComponent(JSON.stringify(l10n))}`);
    await page.waitForFunction(() => window.sent.some((m) => m.type === 'ready'));
    return Object.assign(page, {
      errors,
      say: (...messages) =>
        page.evaluate((list) => {
          for (const m of list) window.postMessage(m, '*');
        }, messages),
      sent: (type) => page.evaluate((t) => window.sent.filter((m) => !t || m.type === t), type),
    });
  }

  return {
    open,
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(outdir, { recursive: true, force: true });
    },
  };
}
