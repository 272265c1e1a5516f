// Ask: a prompt, and an answer that streams in as Markdown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  answered,
  eventually,
  newConversation,
  pictured,
  prompt,
  startJourney,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { screenshot } from '../support/vscode/workbench.ts';

const CODE = "export function price(hours) {\n  const rate = 'two'; // euro\n  return hours * 2;\n}\n";
const ANSWER = `## Prices\n\nThe price is **two euro** an hour, see \`src/price.js\`:\n\n\`\`\`js\n${CODE}\`\`\`\n\n- first\n- second\n\n| a | b |\n| - | - |\n| 1 | 2 |\n`;

let journey: Journey;
before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);

test(
  'an answer is drawn while it arrives, as Markdown, with code that is highlighted and can be copied',
  step('ask', async () => {
    const { page, rehearsal } = journey;
    // The pause holds the answer in the middle until the page was looked at.
    const chat = await newConversation(journey, [
      [{ thinking: 'They ask about the price.' }, { text: 'I looked at the **files**.\n\n' }, { stallMs: 60_000 }],
      [{ thinking: 'They ask about the price.' }, { text: ANSWER }],
    ]);
    await prompt(chat, 'What does parking cost?');
    const growing = chat.locator('[data-testid="message"][data-role="assistant"][data-streaming="true"]');
    await growing.locator('strong', { hasText: 'files' }).waitFor();
    await screenshot(page, 'ask-streaming');
    await chat.getByTestId('stop').click();
    await turnEnded(chat);

    await prompt(chat, 'Go on.');
    const answer = chat.locator('[data-testid="message"][data-role="assistant"]', { hasText: 'Prices' });
    await answer.locator('h2, h3', { hasText: 'Prices' }).waitFor();
    await turnEnded(chat);
    await answer.and(chat.locator(':not([data-streaming="true"])')).waitFor();
    await eventually(async () => assert.equal(await answer.locator('strong').innerText(), 'two euro'));
    await eventually(async () => assert.deepEqual(await answer.locator('li').allInnerTexts(), ['first', 'second']));
    await eventually(async () => assert.equal(await answer.locator('td').count(), 2));
    await screenshot(page, 'ask-answer');

    // Keywords, strings and comments have colours of their own.
    const block = answer.locator('.code');
    const colours = await eventually(async () => {
      await block.locator('.hljs-comment').waitFor({ timeout: 1000 });
      const kinds = ['keyword', 'string', 'comment'].map((kind) => `'.code .hljs-${kind}'`).join();
      return chat.evaluate<string[]>(`[${kinds}].map((kind) => getComputedStyle(document.querySelector(kind)).color)`);
    });
    assert.equal(new Set(colours).size, 3, `Colours: ${colours.join(', ')}`);

    await page.evaluate("navigator.clipboard.writeText('nothing yet')");
    await block.hover();
    await block.locator('.copy-code').click();
    await eventually(async () => assert.equal(await page.evaluate('navigator.clipboard.readText()'), CODE));

    const thinking = chat.getByTestId('thinking').last();
    assert.doesNotMatch(await thinking.innerText(), /They ask about the price/);
    await thinking.locator('button').click();
    await eventually(async () => assert.match(await thinking.innerText(), /They ask about the price/));
    assert.equal(rehearsal.requests().length, 2);
  }),
);

test(
  'a link in an answer opens nothing before the person has seen where it leads',
  step('link', async () => {
    const chat = await newConversation(journey, ['Read [the rules](https://example.com/rules?x=1) first.']);
    await prompt(chat, 'Where are the rules?');
    await answered(chat, 'the rules');
    await chat.getByText('the rules', { exact: true }).click();
    const dialog = journey.page.locator('.monaco-dialog-box');
    await dialog.getByText('https://example.com/rules?x=1').waitFor();
    await journey.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }),
);
