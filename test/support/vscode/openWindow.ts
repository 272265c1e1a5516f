// Opens a window of a running VS Code in Chromium and lets a test act in it as a person would.
import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { THEMES, type Theme } from './settings.ts';
import type { VsCode } from './startVsCode.ts';
import { runCommand } from './workbench.ts';

export type WindowOptions = {
  /** Default 1280 × 800. */
  viewport?: { width: number; height: number };
  /** Colour theme, set before the page loads. Default: VS Code's own. */
  theme?: Theme;
  /** Display language such as `ko`. VS Code's own texts stay English (no language pack is installed); extensions' do not. */
  locale?: string;
  /** Opens this URL instead of the workspace. */
  url?: string;
  /** Runs before the page loads. */
  prepare?: (page: Page) => Promise<void>;
  /** Uses the same browser profile as another window, as a second browser tab does. */
  beside?: Page;
};

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE 127.0.0.2 , EXCLUDE localhost',
];

/**
 * Resolves when the workbench is drawn. The window closes with `vscode.stop()`, or earlier with `closeWindow(page)`.
 * Each window has a browser profile of its own, and so its own SecretStorage, unless `beside` says otherwise.
 */
export async function openWindow(vscode: VsCode, options: WindowOptions = {}): Promise<Page> {
  if (options.theme !== undefined) await vscode.changeSettings({ 'workbench.colorTheme': THEMES[options.theme] });
  if (options.locale !== undefined) await chooseLanguage(vscode.userData, options.locale);
  const context = options.beside?.context() ?? (await newContext(vscode, options));
  const page = await context.newPage();
  if (options.viewport !== undefined) await page.setViewportSize(options.viewport);
  await options.prepare?.(page);
  await page.goto(options.url ?? vscode.url, { waitUntil: 'domcontentloaded' });
  await workbenchDrawn(page);
  return page;
}

/** Loads the page anew, as F5 in the browser does, and waits for the workbench. The extension host starts anew too. */
export async function reload(page: Page): Promise<void> {
  await page.reload({ waitUntil: 'domcontentloaded' });
  await workbenchDrawn(page);
}

/** VS Code's own reload: other than with F5, all that is open has been stored before. */
export async function reloadWindow(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load', { timeout: 60_000 });
  await Promise.all([loaded, runCommand(page, 'Developer: Reload Window')]);
  await workbenchDrawn(page);
}

/** Closes one window; its browser goes with the last one of its profile. */
export async function closeWindow(page: Page): Promise<void> {
  const context = page.context();
  await page.close();
  if (context.pages().length === 0) await context.browser()?.close();
}

/** The Chromium of the system: `CHROMIUM_PATH`, Debian's, or an installed Chrome. Rejects with what to install. */
export async function chromiumPath(): Promise<string> {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const candidates = [
    process.env['CHROMIUM_PATH'] ?? '',
    ...names.flatMap((name) => folders.map((f) => path.join(f, name))),
  ];
  for (const file of candidates) {
    if (
      file !== '' &&
      (await access(file).then(
        () => true,
        () => false,
      ))
    )
      return file;
  }
  throw new Error('No Chromium was found. Install the package "chromium", or set CHROMIUM_PATH to its program file.');
}

async function newContext(vscode: VsCode, options: WindowOptions): Promise<BrowserContext> {
  const browser: Browser = await chromium.launch({
    executablePath: await chromiumPath(),
    headless: true,
    args: CHROMIUM_FLAGS,
  });
  vscode.onStop(() => browser.close());
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    locale: options.locale ?? 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(20_000);
  return context;
}

/** Chooses the language, with an empty language pack: the server takes a language without one for English. */
async function chooseLanguage(userData: string, locale: string): Promise<void> {
  const translations = path.join(userData, `empty.${locale}.i18n.json`);
  await writeFile(translations, JSON.stringify({ contents: {} }));
  const extensions = [{ extensionIdentifier: { id: `test.language-pack-${locale}` }, version: '1.0.0' }];
  const pack = { hash: `empty-${locale}`, extensions, translations: { vscode: translations }, label: locale };
  await writeFile(path.join(userData, 'languagepacks.json'), JSON.stringify({ [locale]: pack }));
  await writeFile(path.join(userData, 'User/argv.json'), JSON.stringify({ locale }));
}

/** Resolves when the workbench is there to be used. */
export async function workbenchDrawn(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
}
