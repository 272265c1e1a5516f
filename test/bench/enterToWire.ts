// From the Enter key in the composer to the request at the model, beside a message from a bare view to its extension and back.

import type { Frame, Page } from 'playwright-core';
import { median, type Report } from './kit/figure.ts';
import { noted, roundTrips } from './kit/inPage.mjs';
import { type Model, startModel, textAnswer } from './kit/model.ts';
import { frameOf, HELLO, pressUntilComposer, startBenchWindows } from './kit/window.ts';

const WINDOWS = 3;
const PROMPTS = 7;
const TRIPS = 20;

export async function bench(report: Report): Promise<void> {
  const model = await startModel([textAnswer('Done.')]);
  const windows = await startBenchWindows(model.url);
  const first: number[] = [];
  const later: number[] = [];
  const trips: number[] = [];
  try {
    for (let run = 0; run < WINDOWS; run++) {
      const page = await windows.open();
      await pressUntilComposer(page, 'Control+Alt+h', HELLO);
      const hello = await frameOf(page, HELLO);
      trips.push(...(await hello.evaluate(roundTrips, TRIPS)));
      await pressUntilComposer(page, 'Control+Escape', 'assent.assent');
      const assent = await frameOf(page, 'assent.assent');
      await page.waitForTimeout(1000);
      await model.setAnswers([textAnswer('Done.')]);
      for (let prompt = 1; prompt <= PROMPTS; prompt++) {
        const ms = await enter(page, assent, model, prompt);
        (prompt === 1 ? first : later).push(ms);
        // Between prompts, so that both see the same window.
        trips.push(...(await hello.evaluate(roundTrips, 5)));
      }
      await windows.close(page);
    }
  } finally {
    await windows.end();
    await model.close();
  }
  const floor = median(trips);
  report({ name: 'enterToWire', value: median(later), unit: 'ms', runs: later.length, floor });
  report({ name: 'enterToWire.first', value: median(first), unit: 'ms', runs: first.length, floor });
}

async function enter(page: Page, frame: Frame, model: Model, prompt: number): Promise<number> {
  const composer = frame.getByTestId('composer');
  await composer.click();
  await page.keyboard.type(`Prompt ${prompt}`);
  await page.waitForTimeout(300);
  await page.keyboard.press('Enter');
  const { arrivedAt } = await model.answeredTo(prompt);
  const { enteredAt = Number.NaN } = await frame.evaluate(noted);
  await frame.getByTestId('stop').waitFor({ state: 'hidden' });
  await page.waitForTimeout(300);
  return arrivedAt - enteredAt;
}
