// Runs test/suite in the real extension host of code-server.
import { format } from 'node:util';
import type { Page } from 'playwright-core';
import { developmentUrl } from './developmentUrl.ts';
import { openWindow } from './openWindow.ts';
import { startVsCode } from './startVsCode.ts';
import { type Counts, prepareSuite, type Suite, settled } from './suiteRun.ts';

const PATIENCE_MS = 8 * 60_000;

/** The extension is the checkout itself, as in a debug session. */
export async function runInCodeServer(suite: Suite): Promise<Counts> {
  const run = await prepareSuite(suite);
  try {
    const vscode = await startVsCode({
      workspace: run.workspace,
      extensions: run.extensions,
      smokeTest: true,
      env: run.env,
    });
    try {
      const log: string[] = [];
      let exit = (_code: number | undefined) => {};
      const exited = new Promise<number | undefined>((resolve) => {
        exit = resolve;
      });
      const prepare = async (page: Page) => {
        await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => log.push(format(...args)));
        await page.exposeFunction('codeAutomationExit', (code: number) => exit(code));
      };
      await openWindow(vscode, { url: developmentUrl(vscode, suite.index), prepare });
      const timer = setTimeout(() => exit(undefined), PATIENCE_MS);
      await exited;
      clearTimeout(timer);
      return settled(await run.counts(), [...log.slice(-30), vscode.logs().slice(-2000)].join('\n'));
    } finally {
      await vscode.stop();
    }
  } finally {
    await run.end();
  }
}
