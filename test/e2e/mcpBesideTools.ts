// What a server does beside tools, in the window of mcp.test.ts: prompts, resources, questions to the person and to the
// model, and results that are more than text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame, Locator, Page } from 'playwright-core';
import { ADDRESS, type TicketServer } from '../support/mcp/ticketServer.ts';
import {
  answered,
  eventually,
  newConversation,
  prompt,
  requestText,
  resultTold,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { screenshot } from '../support/vscode/workbench.ts';

type Parts = {
  journey(): Journey;
  /** Connected. */
  tickets: TicketServer;
  step(name: string, run: () => Promise<void>): () => Promise<void>;
};

export function besideTools({ journey, tickets: { heardOf, answerTo }, step }: Parts): void {
  test(
    'a prompt of the server is a command: its argument is completed, what is missing is asked for, and the model is told whose words they are',
    step('mcp-prompt', async () => {
      const { page, rehearsal } = journey();
      const chat = await newConversation(journey(), ['Bergen sold well.']);
      const composer = chat.getByTestId('composer');
      const choices = chat.getByTestId('command-menu').getByTestId('command-item');
      await composer.click();
      await page.keyboard.type('/rep');
      await eventually(async () =>
        assert.match(
          (await choices.allInnerTexts()).join(),
          /^\/mcp__tickets__report city month\s+A report of the sales$/,
        ),
      );
      await screenshot(page, 'mcp-prompt-menu');
      await page.keyboard.press('Enter');
      // The server says what the argument may be.
      await eventually(async () =>
        assert.deepEqual(
          (await choices.allInnerTexts()).map((text) => text.split('\n', 1)[0]?.trim()),
          ['Berlin', 'Bergen Ost'],
        ),
      );
      await screenshot(page, 'mcp-prompt-argument');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Tab');
      const typed = '/mcp__tickets__report "Bergen Ost" ';
      await eventually(async () => assert.equal(await composer.inputValue(), typed));
      await page.keyboard.press('Enter');

      // The month was not typed. Whoever does not go on has the text back.
      const box = page.locator('.quick-input-widget:visible');
      const input = box.locator('input.input');
      await box.getByText('report of tickets needs month').waitFor();
      await screenshot(page, 'mcp-prompt-missing');
      await pressUntil(input, 'Escape', async () => assert.equal(await composer.inputValue(), typed));
      assert.deepEqual(heardOf('prompts/get'), []);
      await composer.press('Enter');
      await box.getByText('The month, such as 2026-11').waitFor();
      await pressUntil(input, 'Enter', () => box.getByText('This is required.').waitFor({ timeout: 1000 }));
      await input.fill('2026-10');
      await pressUntil(input, 'Enter', () => box.waitFor({ state: 'hidden', timeout: 1000 }));
      await answered(chat, 'Bergen sold well.');
      await turnEnded(chat);
      assert.deepEqual(heardOf('prompts/get'), [
        { name: 'report', arguments: { city: 'Bergen Ost', month: '2026-10' } },
      ]);
      const told = requestText(rehearsal);
      const spoken = (role: string, text: string) =>
        `<server-prompt name="tickets/report" role="${role}">\n${text}\n</server-prompt>`;
      assert.ok(told.includes(spoken('user', 'Report the sales of Bergen Ost.')), told);
      assert.ok(told.includes(spoken('assistant', 'I begin with the balcony.')), told);
      assert.match(await chat.getByTestId('prompt-asked').innerText(), /^month\s+2026-10$/);
      // The person can read the same.
      const words = chat.getByTestId('served-prompt');
      await words.locator('summary').click();
      await eventually(async () =>
        assert.match(
          await words.innerText(),
          /^Words of the server tickets\s+As the user\s+Report the sales of Bergen Ost\.\s+As the model\s+I begin with the balcony\.$/,
        ),
      );
      await screenshot(page, 'mcp-prompt');
    }),
  );

  test(
    'resources are mentioned like files: one from the list, one of a template that the server completes; both are read and marked',
    step('mcp-resource', async () => {
      const { page, rehearsal } = journey();
      const chat = await newConversation(journey(), ['Row four.']);
      const composer = chat.getByTestId('composer');
      const choices = chat.getByTestId('mention-menu').getByTestId('mention-item');
      const labels = async () => (await choices.allInnerTexts()).map((text) => text.split('\n', 1)[0]?.trim());
      await composer.click();
      await page.keyboard.type('Compare @sales');
      await eventually(async () => assert.deepEqual(await labels(), ['tickets:sales://today']));
      await screenshot(page, 'mcp-mention');
      await page.keyboard.press('Enter');
      await eventually(async () => assert.equal(await composer.inputValue(), 'Compare @tickets:sales://today '));
      await page.keyboard.type('with @event');
      await eventually(async () => assert.deepEqual(await labels(), ['tickets:event://']));
      await page.keyboard.press('Enter');
      // A template is gone on with at once.
      await eventually(async () =>
        assert.deepEqual(await labels(), ['tickets:event://concert/seats', 'tickets:event://comedy/seats']),
      );
      await screenshot(page, 'mcp-template');
      await page.keyboard.type('co');
      await choices.filter({ hasText: 'comedy' }).click();
      const text = 'Compare @tickets:sales://today with @tickets:event://comedy/seats';
      await eventually(async () => assert.equal(await composer.inputValue(), `${text} `));
      await page.keyboard.press('Enter');
      await answered(chat, 'Row four.');
      await turnEnded(chat);
      assert.deepEqual(
        heardOf('resources/read').map((params) => params['uri']),
        ['sales://today', 'event://comedy/seats'],
      );
      const told = requestText(rehearsal);
      assert.match(
        told,
        /<server-content source="tickets:sales:\/\/today">[^<]*Seven seats were sold today\.[^<]*<\/server-content>/,
      );
      assert.match(
        told,
        /<server-content source="tickets:event:\/\/comedy\/seats">[^<]*Row four of the comedy is free\.[^<]*<\/server-content>/,
      );
      await screenshot(page, 'mcp-resource');
    }),
  );

  test(
    'a server asks in the middle of a call; the form is filled in, another one declined and an address refused by keyboard alone',
    step('mcp-elicit', async () => {
      const { page } = journey();
      const chat = await newConversation(journey(), [[callOf('order')], 'Ordered.']);
      const card = chat.getByTestId('elicit');
      const field = (name: string) => chat.locator(`[data-testid="elicit-field"][data-field="${name}"]`);
      await prompt(chat, 'Order two seats');
      await allow(chat);
      await card.getByText('Whose seats, and how many?').waitFor();
      await screenshot(page, 'mcp-form');
      await keyTo(page, chat, 'holder');
      await page.keyboard.type('Ada Byron');
      await keyTo(page, chat, 'seats');
      await page.keyboard.type('2');
      await keyTo(page, chat, 'mail');
      await page.keyboard.press('Space');
      await keyTo(page, chat, 'elicit-accept');
      await page.keyboard.press('Enter');
      // The evening is required: it is said there, and nothing goes to the server.
      await field('evening').getByText('This is required.').waitFor();
      assert.equal(await card.locator('.field-fault:not([role])').count(), 1);
      assert.equal(answerTo('order-1'), undefined);
      await screenshot(page, 'mcp-form-fault');
      await keyTo(page, chat, 'evening', 'Shift+Tab');
      await page.keyboard.press('ArrowDown');
      await eventually(async () => assert.equal(await field('evening').locator('.field-fault').count(), 0));
      await keyTo(page, chat, 'elicit-accept');
      await page.keyboard.press('Space');
      await eventually(() =>
        assert.deepEqual(answerTo('order-1')?.result, {
          action: 'accept',
          content: { holder: 'Ada Byron', seats: 2, evening: 'sat', mail: true },
        }),
      );

      await card.getByText('May we keep your name?').waitFor();
      await keyTo(page, chat, 'elicit-decline');
      await page.keyboard.press('Enter');
      await card.and(chat.locator('[data-mode="url"]')).waitFor();
      assert.equal(await card.getByTestId('elicit-address').innerText(), ADDRESS);
      await screenshot(page, 'mcp-address');
      await keyTo(page, chat, 'elicit-decline');
      await page.keyboard.press('Space');
      await answered(chat, 'Ordered.');
      await turnEnded(chat);
      assert.deepEqual(answerTo('order-2')?.result, { action: 'decline' });
      assert.deepEqual(answerTo('order-3')?.result, { action: 'decline' });
      assert.equal(page.context().pages().length, 1);
      await eventually(async () => assert.equal(await focused(chat), 'composer'));
    }),
  );

  test(
    'a result has its picture on the card, a link to a resource, and what is structured for the model',
    step('mcp-result', async () => {
      const { page, rehearsal } = journey();
      const chat = await newConversation(journey(), [[callOf('plan')], 'Many are free.']);
      await prompt(chat, 'Show the seats');
      await allow(chat);
      await answered(chat, 'Many are free.');
      await turnEnded(chat);
      const { text } = resultTold(rehearsal);
      assert.match(text, /Resource sales:\/\/today \(today\): What was sold/);
      assert.match(text, /"free": 41,\s+"taken": 7/);
      assert.match(
        JSON.stringify(rehearsal.requests().at(-1)?.body),
        /"type":"image","source":\{"type":"base64","media_type":"image\/png"/,
      );
      const card = chat.getByTestId('tool').last();
      await card.locator('.tool-head').click();
      await eventually(async () =>
        assert.match(await card.getByTestId('tool-output').innerText(), /sales:\/\/today[\s\S]*"free": 41/),
      );
      await eventually(async () =>
        assert.equal(await card.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth), 160),
      );
      await screenshot(page, 'mcp-result');
    }),
  );

  test(
    'a server that wants an answer of the model waits for a yes to what would be sent; a no is all it gets otherwise',
    step('mcp-sample', async () => {
      const { page, rehearsal } = journey();
      const chat = await newConversation(journey(), [
        { when: 'Sum up the sales of Friday.', text: 'Friday sold out.' },
        [callOf('summary')],
        'Summed up.',
      ]);
      await prompt(chat, 'What was sold?');
      await allow(chat);
      const card = chat.getByTestId('sample');
      await card.getByText('Sum up the sales of Friday.').waitFor();
      assert.match(
        await card.innerText(),
        /Be brief\.[\s\S]*Rehearsal would answer with at most 300 tokens[\s\S]*40,000 tokens in all/,
      );
      await screenshot(page, 'mcp-sample');
      assert.equal(rehearsal.requests().length, 1);
      await card.getByTestId('sample-once').click();
      await card.getByText('Sum up the sales of Saturday.').waitFor();
      await card.getByTestId('sample-no').click();
      await answered(chat, 'Summed up.');
      await turnEnded(chat);
      const given = answerTo('summary-1')?.result as { model: string; content: unknown } | undefined;
      assert.equal(given?.model, 'assent-rehearsal');
      assert.deepEqual(given.content, { type: 'text', text: 'Friday sold out.' });
      assert.match(JSON.stringify(answerTo('summary-2')?.error), /did not allow/);
      const bodies = rehearsal.requests().map(({ body }) => JSON.stringify(body));
      assert.deepEqual(
        bodies
          .filter((body) => body.includes('Sum up the sales of'))
          .map((body) => body.includes('Saturday') || !body.includes('"max_tokens":300')),
        [false],
      );
    }),
  );
}

/** What the model calls a tool of the server by. */
export const callOf = (name: string) => ({ tool: `mcp__tickets__${name}`, input: {} });

/** A yes to the call that is asked about. */
export async function allow(chat: Frame, tool = ''): Promise<void> {
  const question = chat.getByTestId('permission').filter({ hasText: `mcp__tickets__${tool}` });
  await question.getByTestId('permission-allow').click();
}

/** The test id or the field of what has the focus. */
function focused(chat: Frame): Promise<string> {
  return chat.evaluate(() => {
    const element = document.activeElement?.closest<HTMLElement>('[data-field], [data-testid]');
    return element?.dataset['field'] ?? element?.dataset['testid'] ?? '';
  });
}

/** From wherever the hands are: from the composer Shift+Tab leads to the question. */
async function keyTo({ keyboard }: Page, chat: Frame, target: string, key = 'Tab'): Promise<void> {
  // A card that goes hands the focus on.
  await eventually(async () => assert.notEqual(await focused(chat), ''));
  const seen = [await focused(chat)];
  if (seen[0] === 'composer') await keyboard.press('Shift+Tab');
  for (let at = await focused(chat); at !== target; at = await focused(chat)) {
    seen.push(at);
    assert.ok(seen.length < 20, `${key} does not reach ${target}, only ${seen.join(', ')}`);
    await keyboard.press(key);
  }
}

/** A box that has just come up may miss a key. */
async function pressUntil(input: Locator, key: string, done: () => Promise<void>): Promise<void> {
  await eventually(async () => {
    if (await input.isVisible()) await input.press(key, { timeout: 1000 });
    await done();
  });
}
