// A long answer at 2,000 tokens a second, into our page and into a bare <pre>, both in the same window and through the
// extension host: how far the page is behind the model at the end, and the tasks that held its thread up meanwhile.
import type { Frame, Page } from 'playwright-core';
import { median, type Report } from './kit/figure.ts';
import { askForStream, clearPre, streamSeen, watchStream } from './kit/inPage.mjs';
import { type Model, startModel, streamedAnswer } from './kit/model.ts';
import { tokensOf } from './kit/story.ts';
import { frameOf, HELLO, pressUntilComposer, startBenchWindows, until } from './kit/window.ts';

const RUNS = 5;
const TOKENS = 8000;
const PER_SECOND = 2000;
const END = 'and that is the very end of it';

type Seen = { behindMs: number; longTasks: number; longTaskMs: number; longestMs: number };

export async function bench(report: Report): Promise<void> {
  const model = await startModel();
  const windows = await startBenchWindows(model.url);
  const ours: Seen[] = [];
  const bare: Seen[] = [];
  try {
    const page = await windows.open();
    await pressUntilComposer(page, 'Control+Alt+h', HELLO);
    const hello = await frameOf(page, HELLO);
    await pressUntilComposer(page, 'Control+Escape', 'assent.assent');
    const assent = await frameOf(page, 'assent.assent');
    for (let run = 0; run <= RUNS; run++) {
      // Each view is in sight while it is streamed to: what is hidden is not drawn.
      await page.keyboard.press('Control+Alt+h');
      await page.waitForTimeout(1000);
      await hello.evaluate(clearPre);
      const floor = await stream(page, hello, model, () => hello.evaluate(askForStream, model.url));
      await page.keyboard.press('Control+Escape');
      await page.waitForTimeout(1000);
      const own = await stream(page, assent, model, async () => {
        await assent.getByTestId('composer').fill(`Tell me, ${run}`);
        await page.keyboard.press('Enter');
      });
      await assent.getByTestId('stop').waitFor({ state: 'hidden' });
      if (run === 0) continue; // the code is compiled by then
      bare.push(floor);
      ours.push(own);
    }
    await windows.close(page);
  } finally {
    await windows.end();
    await model.close();
  }
  const tell = (name: string, unit: string, what: keyof Seen) => {
    const [value, floor] = [ours, bare].map((list) => median(list.map((one) => one[what])));
    report({ name, value: value ?? Number.NaN, unit, runs: RUNS, floor: floor ?? Number.NaN });
  };
  tell('streaming.behind', 'ms', 'behindMs');
  tell('streaming.longTasks', 'tasks', 'longTasks');
  tell('streaming.longTaskTime', 'ms', 'longTaskMs');
  tell('streaming.longest', 'ms', 'longestMs');
}

async function stream(page: Page, frame: Frame, model: Model, begin: () => Promise<unknown>): Promise<Seen> {
  // Other words at the end each time, so that an earlier answer is not taken for this one.
  const end = `${END} ${Math.random().toString(36).slice(2)}`;
  await model.setAnswers([streamedAnswer([...tokensOf(TOKENS), `\n\n${end}`], PER_SECOND)]);
  await frame.evaluate(watchStream, end);
  await begin();
  const { endedAt } = await model.answeredTo(1);
  const { shownAt } = await until(async () => {
    const seen = await frame.evaluate(streamSeen);
    return seen.shownAt === undefined ? undefined : { shownAt: seen.shownAt };
  });
  await page.waitForTimeout(500);
  const { tasks } = await frame.evaluate(streamSeen);
  return {
    behindMs: shownAt - endedAt,
    longTasks: tasks.length,
    longTaskMs: tasks.reduce((sum, one) => sum + one, 0),
    longestMs: Math.max(0, ...tasks),
  };
}
