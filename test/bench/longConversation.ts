// A conversation of 5,000 messages, from the click in the history to its last message on the screen, and how it scrolls;
// beside one of 50 messages, in the same window.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { createTranscriptStore } from '../../src/transcript/store.ts';
import { runCommand } from '../support/vscode/workbench.ts';
import { median, type Report } from './kit/figure.ts';
import { openedAfter, scrollThrough, watchOpening } from './kit/inPage.mjs';
import { startModel } from './kit/model.ts';
import { MARKDOWN } from './kit/story.ts';
import { frameOf, pressUntilComposer, startBenchWindows, until } from './kit/window.ts';

const RUNS = 5;
const SIZES = { long: 5000, short: 50 };

export async function bench(report: Report): Promise<void> {
  const model = await startModel();
  const windows = await startBenchWindows(model.url);
  const opening = { long: [] as number[], short: [] as number[] };
  const frames = { long: [] as number[], short: [] as number[] };
  try {
    const { home, workspace } = windows.vscode;
    const sessions = {
      long: await writeConversation(home, workspace, SIZES.long),
      short: await writeConversation(home, workspace, SIZES.short),
    };
    const page = await windows.open();
    await pressUntilComposer(page, 'Control+Escape', 'assent.assent');
    const frame = await frameOf(page, 'assent.assent');
    for (let run = 0; run <= RUNS; run++) {
      for (const size of ['long', 'short'] as const) {
        const ms = await open(page, frame, sessions[size], SIZES[size]);
        await page.waitForTimeout(1500);
        const p95 = await frame.evaluate(scrollThrough, 2000);
        if (run === 0) continue; // the code is compiled by then
        opening[size].push(ms);
        frames[size].push(p95);
      }
    }
    await windows.close(page);
  } finally {
    await windows.end();
    await model.close();
  }
  report({
    name: 'longConversation',
    value: median(opening.long),
    unit: 'ms',
    runs: RUNS,
    floor: median(opening.short),
  });
  report({
    name: 'longConversation.scroll',
    value: median(frames.long),
    unit: 'ms a frame (p95)',
    runs: RUNS,
    floor: median(frames.short),
  });
}

/** Milliseconds from the click to the frame in which the last message is there. */
async function open(page: Page, frame: Frame, session: string, messages: number): Promise<number> {
  await runCommand(page, 'Assent: Show History');
  const entry = frame.locator(`[data-testid="history-item"][data-session="${session}"] .history-open`);
  await entry.waitFor();
  await page.waitForTimeout(500);
  await frame.evaluate(watchOpening, lastWords(messages));
  await entry.click();
  return until(async () => frame.evaluate(openedAfter));
}

const lastWords = (messages: number) => `That was answer ${messages / 2} of ${messages / 2}.`;

async function writeConversation(home: string, root: string, messages: number): Promise<string> {
  const store = createTranscriptStore({
    configDir: path.join(home, '.claude'),
    version: '0.0.0',
    env: () => ({}),
    now: Date.now,
    newId: randomUUID,
  });
  const id = randomUUID();
  const writer = await store.open(root, id);
  const turns = messages / 2;
  for (let turn = 1; turn <= turns; turn++) {
    const words = `Question ${turn}: what about part ${turn}?`;
    const answer = `${MARKDOWN}\n${turn === turns ? lastWords(messages) : `That was answer ${turn}.`}`;
    void writer.record({
      type: 'prompted',
      prompt: { id: randomUUID(), text: words, attachments: [], atMs: Date.now() },
    });
    void writer.record({ type: 'message', message: { role: 'user', blocks: [{ type: 'text', text: words }] } });
    void writer.record({ type: 'message', message: { role: 'assistant', blocks: [{ type: 'text', text: answer }] } });
    void writer.record({ type: 'finished', finish: { reason: 'done' } });
  }
  await writer.record({ type: 'title', title: `${messages} messages` });
  await writer.close();
  return id;
}
