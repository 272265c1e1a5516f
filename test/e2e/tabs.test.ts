// Conversations side by side: in the view and in tabs, each its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { answered, eventually, pictured, prompt, startJourney, turnEnded } from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { reloadWindow } from '../support/vscode/openWindow.ts';
import { assentFrame, assentFrames, editorTab, runCommand, screenshot } from '../support/vscode/workbench.ts';

let journey: Journey;
before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);

const parts = (letter: string) => [
  {
    when: `Question ${letter}`,
    blocks: [{ text: `Answer ${letter} begins, ` }, { stallMs: 60_000 }, { text: `and ${letter} ends.` }],
  },
  { when: `More ${letter}`, text: `More about ${letter}.` },
];

test(
  'two tabs and the view stream at once, and none shows or tells the model what belongs to another',
  step('tabs', async () => {
    const { page, rehearsal } = journey;
    rehearsal.reset();
    rehearsal.setScript({ turns: ['A', 'B', 'C'].flatMap(parts) });
    await runCommand(page, 'Assent: Open in New Tab');
    await eventually(async () => assert.equal((await assentFrames(page)).length, 2));
    await runCommand(page, 'View: Split Editor Right');
    await runCommand(page, 'Assent: Open in New Tab');
    await eventually(async () => assert.equal((await assentFrames(page)).length, 3));
    const pages: Array<[string, Frame]> = [];
    for (const [index, letter] of ['A', 'B', 'C'].entries()) pages.push([letter, await assentFrame(page, { index })]);

    for (const [letter, chat] of pages) await prompt(chat, `Question ${letter}`);
    for (const [letter, chat] of pages) {
      await chat.locator('[data-streaming="true"]', { hasText: `Answer ${letter} begins,` }).waitFor();
      await chat.getByTestId('stop').waitFor();
    }
    await screenshot(page, 'tabs-streaming');
    // One is stopped; the others go on.
    const [stopped, ...others] = pages;
    assert.ok(stopped);
    await stopped[1].getByTestId('stop').click();
    await turnEnded(stopped[1]);
    for (const [, chat] of others) assert.equal(await chat.getByTestId('stop').count(), 1);
    rehearsal.wake();
    for (const [letter, chat] of others) {
      await answered(chat, `and ${letter} ends.`);
      await turnEnded(chat);
    }
    for (const [letter, chat] of pages) {
      await prompt(chat, `More ${letter}`);
      await answered(chat, `More about ${letter}.`);
      const words = await chat.getByTestId('message').allInnerTexts();
      assert.ok(words.length >= 4 && words.every((text) => new RegExp(`\\b${letter}\\b`).test(text)), words.join('\n'));
    }
    assert.equal(new Set(rehearsal.requests().map((request) => request.conversation)).size, 3);
    for (const { body } of rehearsal.requests()) {
      const letters = new Set(
        [...JSON.stringify(body).matchAll(/(?:Question|More|More about|Answer) ([ABC])\b/g)].map((found) => found[1]),
      );
      assert.equal(letters.size, 1);
    }
    await editorTab(page, 'Question C').waitFor();
  }),
);

test(
  'tabs come back after a reload, each with its conversation, which goes on',
  step('tabs-reload', async () => {
    const { page, rehearsal } = journey;
    await reloadWindow(page);
    rehearsal.setScript({ turns: [{ when: 'Again B', text: 'Again about B.' }] });
    // VS Code may draw a tab that comes back twice, and the first page is gone then.
    const chat = await eventually(async () => {
      const frame = await assentFrame(page, { index: 1, selector: '[data-testid="message"]' });
      assert.match(await frame.getByTestId('conversation').innerText({ timeout: 1000 }), /More about B\./);
      return frame;
    });
    await prompt(chat, 'Again B');
    await answered(chat, 'Again about B.');
    const told = JSON.stringify(rehearsal.requests().at(-1)?.body);
    assert.match(told, /Question B.*and B ends\..*More B.*Again B/);
    await eventually(async () => {
      const frame = await assentFrame(page, { index: 2, selector: '[data-testid="message"]' });
      assert.match(await frame.getByTestId('conversation').innerText({ timeout: 1000 }), /More about C\./);
    });
    await screenshot(page, 'tabs-reloaded');
  }),
);
