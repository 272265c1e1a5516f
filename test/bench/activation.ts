// How long VS Code waits for us when it starts, beside an extension that does nothing, and how long it takes from the key
// that shows our view until one can type, beside a view that holds a text box and nothing else.

import type { Page } from 'playwright-core';
import { runCommand } from '../support/vscode/workbench.ts';
import { median, type Report } from './kit/figure.ts';
import { clipboard } from './kit/inPage.mjs';
import { startModel } from './kit/model.ts';
import { EMPTY, HELLO, pressUntilComposer, startBenchWindows } from './kit/window.ts';

const RUNS = 9;

export async function bench(report: Report): Promise<void> {
  const model = await startModel();
  const windows = await startBenchWindows(model.url);
  const ours: number[] = [];
  const empty: number[] = [];
  const focus: number[] = [];
  const hello: number[] = [];
  try {
    for (let run = 0; run <= RUNS; run++) {
      // A window of its own for each view: the first one also starts what VS Code itself needs to show any.
      for (const view of run % 2 === 0 ? (['hello', 'ours'] as const) : (['ours', 'hello'] as const)) {
        const page = await windows.open();
        const ms = await (view === 'ours'
          ? pressUntilComposer(page, 'Control+Escape', 'assent.assent')
          : pressUntilComposer(page, 'Control+Alt+h', HELLO));
        // The first run fills the caches of server and browser.
        if (run > 0) (view === 'ours' ? focus : hello).push(ms);
        if (run > 0 && view === 'hello') {
          const times = await activationTimes(page);
          ours.push(times.get('assent.assent') ?? Number.NaN);
          empty.push((EMPTY.map((id) => times.get(id) ?? Number.NaN) as [number, number]).reduce((a, b) => a + b) / 2);
        }
        await windows.close(page);
      }
    }
  } finally {
    await windows.end();
    await model.close();
  }
  report({ name: 'activation', value: median(ours), unit: 'ms', runs: RUNS, floor: median(empty) });
  report({ name: 'activation.composer', value: median(focus), unit: 'ms', runs: RUNS, floor: median(hello) });
}

/** Extension id → load, call and finish together, as VS Code's own table tells. */
async function activationTimes(page: Page): Promise<Map<string, number>> {
  await runCommand(page, 'Developer: Startup Performance');
  for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt; ) {
    await page.waitForTimeout(500);
    await page.locator('.editor-instance .monaco-editor').first().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Control+C');
    const text = await page.evaluate(clipboard);
    const times = new Map<string, number>();
    for (const line of text.split('\n')) {
      const [, id, , load, call, finish] = line.split('|').map((cell) => cell.trim());
      if (id === undefined || load === undefined || !/^\d+$/.test(load)) continue;
      times.set(id.toLowerCase(), Number(load) + Number(call) + Number(finish));
    }
    if (times.has('assent.assent') && EMPTY.every((id) => times.has(id))) return times;
  }
  throw new Error('VS Code did not say how long the extensions took');
}
