// The model plans, asks and keeps a list; the person approves, chooses and watches.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  answered,
  eventually,
  newConversation,
  pictured,
  prompt,
  resultTold,
  startJourney,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { editorTab, screenshot } from '../support/vscode/workbench.ts';

const PLAN = '## Raise the price\n\n1. Change `CENTS_PER_HOUR` in **src/price.js** to 300.\n2. Run the tests.';
let journey: Journey;
before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);

test(
  'in plan mode nothing is changed until the plan is approved; then edits are accepted by themselves',
  step('plan', async () => {
    const { page, rehearsal, folder } = journey;
    const file = path.join(folder, 'src/price.js');
    const edit = {
      tool: 'Edit',
      input: { file_path: file, old_string: 'CENTS_PER_HOUR = 250', new_string: 'CENTS_PER_HOUR = 300' },
    };
    const chat = await newConversation(journey, [
      [{ expect: 'lan mode' }, { tool: 'Read', input: { file_path: file } }],
      [edit],
      [{ text: 'Here is what I would do.' }, { tool: 'ExitPlanMode', input: { plan: PLAN } }],
      [{ text: 'Shorter.' }, { tool: 'ExitPlanMode', input: { plan: `${PLAN}\n3. Say what changed.` } }],
      [edit],
      'The hour costs 3.00 € now.',
    ]);
    await chat.getByTestId('composer').click();
    const mode = chat.getByTestId('mode');
    while ((await mode.getAttribute('data-mode')) !== 'plan') {
      const before = await mode.getAttribute('data-mode');
      await page.keyboard.press('Shift+Tab');
      await chat.locator(`[data-testid="mode"]:not([data-mode="${before}"])`).waitFor();
    }
    await prompt(chat, 'Make parking dearer');
    const plan = chat.getByTestId('plan').last();
    await plan.locator('h2, h3', { hasText: 'Raise the price' }).waitFor();
    await eventually(async () => assert.deepEqual(await plan.locator('strong').allInnerTexts(), ['src/price.js']));
    await screenshot(page, 'plan-card');
    // The edit before the plan was refused, and no review asked about it.
    const refused = chat.locator('[data-testid="tool"][data-tool="Edit"][data-status="denied"]');
    await refused.getByText('Approve the plan before src/price.js is changed.').waitFor();
    assert.match(await readFile(file, 'utf8'), /CENTS_PER_HOUR = 250/);

    await plan.getByTestId('plan-open').click();
    await editorTab(page, 'Plan').waitFor();
    await page.locator('.monaco-editor .view-line', { hasText: 'Raise the price' }).first().waitFor();
    await screenshot(page, 'plan-document');

    await plan.getByTestId('plan-keep').click();
    await plan.getByTestId('plan-keep-text').fill('Tell me afterwards, please.');
    await page.keyboard.press('Enter');
    await plan.locator('li', { hasText: 'Say what changed.' }).waitFor();
    assert.match(resultTold(rehearsal).text, /keep planning.*Tell me afterwards, please\./s);
    await eventually(async () => assert.equal(await mode.getAttribute('data-mode'), 'plan'));

    await plan.getByTestId('plan-approve-auto').click();
    await answered(chat, 'The hour costs 3.00 € now.');
    await turnEnded(chat);
    await chat.locator('[data-testid="mode"][data-mode="acceptEdits"]').waitFor();
    await chat.locator('[data-testid="tool"][data-tool="Edit"][data-status="done"]').waitFor();
    assert.match(await readFile(file, 'utf8'), /CENTS_PER_HOUR = 300/);
    await screenshot(page, 'plan-done');
  }),
);

test(
  'a question of the model is answered by choosing, several at once and in own words',
  step('choice', async () => {
    const { page, rehearsal } = journey;
    const option = (label: string) => ({ label, description: `What ${label} means` });
    const questions = [
      { question: 'Which currency?', header: 'Currency', options: [option('Euro'), option('Won')] },
      {
        question: 'Which receipts?',
        header: 'Receipts',
        multiSelect: true,
        options: [option('Paper'), option('Mail'), option('None')],
      },
    ];
    const chat = await newConversation(journey, [[{ tool: 'AskUserQuestion', input: { questions } }], 'Noted.']);
    await prompt(chat, 'Ask me');
    const card = chat.getByTestId('question');
    await card.getByText('Which currency?').waitFor();
    await screenshot(page, 'choice-open');
    const submit = card.getByTestId('question-submit');
    await eventually(async () => assert.equal(await submit.getAttribute('aria-disabled'), 'true'));
    await card.locator('[data-option="Won"]').click();
    await card.locator('[data-option="Paper"]').click();
    await card.locator('[data-option="Mail"]').click();
    await card.getByTestId('question-other').locator('input').fill('Text message');
    await screenshot(page, 'choice-chosen');
    await submit.click();
    await answered(chat, 'Noted.');
    assert.equal(
      resultTold(rehearsal).text,
      'The user answered:\nWhich currency?\n→ Won\nWhich receipts?\n→ Paper, Mail, Text message',
    );
    await eventually(async () => assert.match(await card.innerText(), /Which currency\?\s+Won/));
  }),
);

test(
  'the list of steps stands above the composer and follows the work',
  step('todos', async () => {
    const { page, rehearsal } = journey;
    const todos = (first: string, second: string) => ({
      tool: 'TodoWrite',
      input: {
        todos: [
          { content: 'Read the prices', activeForm: 'Reading the prices', status: first },
          { content: 'Change the price', activeForm: 'Changing the price', status: second },
        ],
      },
    });
    const chat = await newConversation(journey, [
      [todos('in_progress', 'pending')],
      [{ text: 'I read.' }, { stallMs: 60_000 }, todos('completed', 'in_progress')],
      'That is where I stop.',
    ]);
    await prompt(chat, 'Work through it');
    const list = chat.getByTestId('todo');
    const statuses = () =>
      list.locator('[data-status]').evaluateAll((items) => items.map((item) => item.getAttribute('data-status')));
    await answered(chat, 'I read.');
    assert.deepEqual(await statuses(), ['in_progress', 'pending']);
    await eventually(async () => assert.match(await list.innerText(), /Reading the prices.*Change the price/s));
    await screenshot(page, 'todos');
    rehearsal.wake();
    await answered(chat, 'That is where I stop.');
    assert.deepEqual(await statuses(), ['completed', 'in_progress']);
    await eventually(async () => assert.match(await list.innerText(), /1 of 2/));
  }),
);
