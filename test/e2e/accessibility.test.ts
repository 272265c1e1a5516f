// For everyone: nothing that axe finds serious in any theme, and the whole main job by keyboard alone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
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
import { ROOT } from '../support/vscode/root.ts';
import { assentFrame, runCommand, screenshot } from '../support/vscode/workbench.ts';

type Axe = { run(context: unknown): Promise<{ violations: Violation[]; passes: unknown[] }> };
type Violation = { id: string; impact: string; nodes: Array<{ target: unknown; failureSummary: string }> };

/** The themes by the names people choose them by, and what each makes of our page's body. */
const THEMES = {
  light: ['Light Modern', 'vscode-light'],
  dark: ['Dark Modern', 'vscode-dark'],
  'high-contrast': ['Dark High Contrast', 'vscode-high-contrast'],
} as const;
let journey: Journey;
before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);

/** Two places far apart in one file. */
const edits = (file: string) => [
  { tool: 'Edit', input: { file_path: file, old_string: 'CENTS_PER_HOUR = 250', new_string: 'CENTS_PER_HOUR = 300' } },
  {
    tool: 'Edit',
    input: { file_path: file, old_string: 'Math.ceil(minutes / 60)', new_string: 'Math.round(minutes / 60)' },
  },
];

for (const [theme, [name, kind]] of Object.entries(THEMES)) {
  test(
    `axe finds nothing serious while the chat starts, streams, asks, shows a review and lists history: ${theme}`,
    step(`axe-${theme}`, async () => {
      const { page, folder } = journey;
      const found: Record<string, string[]> = {};
      const look = async (chat: Frame, state: string) => {
        const first = await axeIn(chat);
        await screenshot(page, `axe-${state}-${theme}`);
        // While rows are measured one lies over another for a moment: what is wrong stays wrong.
        const violations = first.length === 0 ? first : await axeIn(chat);
        if (violations.length > 0) found[state] = violations;
      };
      const file = path.join(folder, 'src/price.js');
      await chooseTheme(name);
      const chat = await newConversation(journey, [
        [
          { thinking: 'Hm.' },
          { text: 'I look at `src/price.js`:\n\n```js\nconst a = 1; // one\n```\n' },
          { stallMs: 60_000 },
        ],
        [{ tool: 'Read', input: { file_path: file } }],
        [{ tool: 'Bash', input: { command: 'npm install --offline', description: 'Install what is missing' } }],
        edits(file),
        'Done.',
      ]);
      await chat.locator(`body.${kind}`).waitFor();
      await look(chat, 'start');
      await prompt(chat, 'Make parking dearer');
      await answered(chat, 'I look at');
      await look(chat, 'streaming');
      await chat.getByTestId('stop').click();
      await turnEnded(chat);
      await prompt(chat, 'Go on');
      await chat.getByTestId('permission-allow').waitFor();
      await look(chat, 'question');
      await chat.getByTestId('permission-allow').click();
      await chat.getByTestId('hunk').nth(1).waitFor();
      await look(chat, 'review');
      await chat.getByTestId('all-reject').click();
      await chat.getByTestId('review-submit').click();
      await answered(chat, 'Done.');
      await turnEnded(chat);
      await chat.getByTestId('composer').fill('/history');
      await chat.getByTestId('composer').press('Enter');
      await chat.getByTestId('history-item').first().waitFor();
      await look(chat, 'history');
      await chat.getByTestId('history-close').click();
      assert.deepEqual(found, {});
    }),
  );
}

test(
  'by keyboard alone: ask, approve, review hunk by hunk, accept, and find the conversation again',
  step('keyboard', async () => {
    const { page, rehearsal, folder } = journey;
    const file = path.join(folder, 'src/price.js');
    await command('Assent: New Conversation');
    const chat = await assentFrame(page);
    await chat.getByTestId('message').first().waitFor({ state: 'detached' });
    rehearsal.reset();
    rehearsal.setScript({
      turns: [
        [{ tool: 'Read', input: { file_path: file } }],
        [{ tool: 'Bash', input: { command: 'echo by keyboard > keyboard.txt' } }],
        edits(file),
        'All by keyboard.',
      ],
    });
    const focused = () =>
      chat.evaluate(() => {
        const element = document.activeElement;
        return element?.closest('[data-testid]')?.getAttribute('data-testid') ?? element?.tagName ?? '';
      });
    const tabTo = async (id: string) => {
      for (let presses = 0; (await focused()) !== id; presses++) {
        assert.ok(presses < 30, `Tab does not reach ${id}`);
        await page.keyboard.press('Tab');
      }
    };
    await eventually(async () => assert.equal(await focused(), 'composer'));
    await page.keyboard.type('Raise the price, please');
    await page.keyboard.press('Enter');

    await chat.getByTestId('permission-allow').waitFor();
    // It takes no focus by itself; Shift+Tab goes there.
    assert.equal(await focused(), 'composer');
    await page.keyboard.press('Shift+Tab');
    await tabTo('permission-allow');
    await screenshot(page, 'keyboard-question');
    await page.keyboard.press('Enter');
    await chat.getByTestId('hunk').nth(1).waitFor();
    assert.equal(await readFile(path.join(folder, 'keyboard.txt'), 'utf8'), 'by keyboard\n');

    // The keys do not go nowhere, now that the card is gone.
    assert.equal(await focused(), 'composer');
    await page.keyboard.press('Shift+Tab');
    await tabTo('hunk');
    await page.keyboard.press('a');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('c');
    await page.keyboard.type('Keep rounding up');
    await page.keyboard.press('Enter');
    await chat.locator('[data-testid="hunk"][data-verdict="rejected"]').waitFor();
    await screenshot(page, 'keyboard-review');
    await tabTo('review-submit');
    await page.keyboard.press('Enter');
    await answered(chat, 'All by keyboard.');
    await turnEnded(chat);
    const text = await readFile(file, 'utf8');
    assert.match(text, /CENTS_PER_HOUR = 300/);
    assert.match(text, /Math\.ceil/);

    await eventually(async () => assert.equal(await focused(), 'composer'));
    await command('Assent: New Conversation');
    await chat.getByTestId('message').first().waitFor({ state: 'detached' });
    await eventually(async () => assert.equal(await focused(), 'composer'));
    await page.keyboard.type('/history');
    await page.keyboard.press('Enter');
    await chat.getByTestId('history-item').first().waitFor();
    await eventually(async () => assert.equal(await focused(), 'history-search'));
    await page.keyboard.type('Raise');
    await chat.getByTestId('history-item').filter({ hasText: 'Raise the price' }).waitFor();
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'history-item');
    await screenshot(page, 'keyboard-history');
    await page.keyboard.press('Enter');
    await answered(chat, 'All by keyboard.');
    await eventually(async () => assert.equal(await focused(), 'composer'));
  }),
);

/** As a person chooses it: the whole window changes at once. */
async function chooseTheme(name: string): Promise<void> {
  const { page } = journey;
  await runCommand(page, 'Preferences: Color Theme');
  const input = page.locator('.quick-input-widget:visible input.input').first();
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).waitFor();
  await page.keyboard.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

/** Serious and critical findings in our frame alone. */
async function axeIn(chat: Frame): Promise<string[]> {
  if ((await chat.evaluate('typeof axe')) === 'undefined') {
    await chat.evaluate(await readFile(path.join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8'));
  }
  const result = await chat.evaluate(async () => {
    // VS Code draws the background behind our frame, where axe cannot see it.
    document.documentElement.style.background = 'var(--vscode-sideBar-background)';
    // What fades is looked at when it has its colours.
    await Promise.all(
      document
        .getAnimations()
        .map((animation) => animation.effect?.getComputedTiming().iterations === 1 && animation.finished),
    );
    return (globalThis as unknown as { axe: Axe }).axe.run(document);
  });
  assert.ok(result.passes.length > 5, 'axe looked at nothing');
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
}

/** Runs a command through the palette, without the mouse. */
async function command(title: string): Promise<void> {
  const { page } = journey;
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget:visible input.input').first();
  await input.waitFor();
  await page.keyboard.type(title);
  const entry = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title });
  await entry.waitFor();
  await page.keyboard.press('Enter');
  // The box may show the next list by now.
  await entry.waitFor({ state: 'hidden' });
}
