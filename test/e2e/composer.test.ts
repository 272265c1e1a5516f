// The composer: input methods, prompts that wait in line, mentions, pictures, and the editor's selection.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CDPSession } from 'playwright-core';
import {
  answered,
  eventually,
  newConversation,
  pictured,
  prompt,
  requestText,
  startJourney,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { openFile, runCommand, screenshot } from '../support/vscode/workbench.ts';

/** A PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let journey: Journey;
before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);

test(
  'Hangul is composed without being sent by Enter or stopped by Escape, and arrives as it was written',
  step('ime', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [
      [{ text: '먼저 읽어 봅니다.' }, { stallMs: 60_000 }],
      [{ expect: '주차 요금' }, { text: '시간당 2.50 유로입니다.' }],
    ]);
    const composer = chat.getByTestId('composer');
    await prompt(chat, '안녕하세요');
    await answered(chat, '먼저 읽어 봅니다.');

    // The browser's own composition, as an input method drives it: the keys reach the page marked as taken by it.
    await composer.click();
    const session = await page.context().newCDPSession(page);
    await compose(session, ['ㅈ', '주', '줓', '주차']);
    await screenshot(page, 'composer-hangul');
    await takenKey(session, 'Escape');
    await takenKey(session, 'Enter');
    await eventually(async () => assert.equal(await composer.inputValue(), '주차'));
    await session.send('Input.insertText', { text: '주차' });
    await page.keyboard.press('Space');
    await compose(session, ['ㅇ', '요', '욕', '요그', '요금']);
    await takenKey(session, 'Enter');
    await session.send('Input.insertText', { text: '요금' });
    await eventually(async () => assert.equal(await composer.inputValue(), '주차 요금'));
    // Neither key did what it does without an input method: the turn still runs, and nothing waits behind it.
    await chat.getByTestId('stop').waitFor();
    await eventually(async () => assert.equal(await chat.getByTestId('queued').count(), 0));

    // The Enter that an input method hands on at once is the person's.
    await page.keyboard.press('Enter');
    await chat.getByTestId('queued').getByText('주차 요금', { exact: true }).waitFor();
    rehearsal.wake();
    await answered(chat, '시간당 2.50 유로입니다.');
    await turnEnded(chat);
    const users = chat.locator('[data-testid="message"][data-role="user"]');
    await eventually(async () => assert.deepEqual(await users.allInnerTexts(), ['안녕하세요', '주차 요금']));
    assert.equal(rehearsal.requests().length, 2);
  }),
);

test(
  'prompts sent while a turn runs wait in line, can be taken back and changed, and go out one after the other',
  step('queue', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [
      [{ text: 'Looking around.' }, { stallMs: 60_000 }],
      'Answer to the second.',
      'Answer to the changed third.',
    ]);
    await prompt(chat, 'The first');
    await answered(chat, 'Looking around.');
    const composer = chat.getByTestId('composer');
    const queued = chat.getByTestId('queued');
    for (const [at, text] of ['The second', 'The third', 'The fourth'].entries()) {
      await composer.fill(text);
      await composer.press('Enter');
      await queued.nth(at).getByText(text).waitFor();
    }
    await screenshot(page, 'composer-queue');
    assert.equal(rehearsal.requests().length, 1);

    // Taken back for good.
    await queued.filter({ hasText: 'The fourth' }).getByTestId('queued-edit').click();
    await eventually(async () => assert.equal(await composer.inputValue(), 'The fourth'));
    await composer.fill('');
    // Taken back, changed and sent again.
    await queued.filter({ hasText: 'The third' }).getByTestId('queued-edit').click();
    await eventually(async () => assert.equal(await composer.inputValue(), 'The third'));
    await composer.press('End');
    await page.keyboard.type(', changed');
    await page.keyboard.press('Enter');
    await queued.filter({ hasText: 'The third, changed' }).waitFor();
    await eventually(async () => assert.equal(await queued.count(), 2));

    rehearsal.wake();
    await answered(chat, 'Answer to the changed third.');
    await turnEnded(chat);
    await eventually(async () => assert.equal(await queued.count(), 0));
    const users = chat.locator('[data-testid="message"][data-role="user"]');
    await eventually(async () =>
      assert.deepEqual(await users.allInnerTexts(), ['The first', 'The second', 'The third, changed']),
    );
    assert.equal(rehearsal.requests().length, 3);
    assert.doesNotMatch(requestText(rehearsal), /The fourth/);
  }),
);

test(
  'a file is mentioned from the menu with a range of lines, a picture is pasted, and the model is given both',
  step('mention', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, ['I see the lines and the picture.']);
    const composer = chat.getByTestId('composer');
    await composer.click();
    await page.keyboard.type('Explain @rec');
    const items = chat.getByTestId('mention-menu').getByTestId('mention-item');
    await items.filter({ hasText: 'src/receipt.js' }).waitFor();
    await screenshot(page, 'composer-mention');
    while (!(await items.and(chat.locator('[aria-selected="true"]')).innerText()).includes('src/receipt.js')) {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await eventually(async () => assert.equal(await composer.inputValue(), 'Explain @src/receipt.js '));
    await page.keyboard.press('Backspace');
    await page.keyboard.type('#19-22 please');

    await page.evaluate(async (data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
    }, PIXEL);
    await composer.click();
    await page.keyboard.press('Control+V');
    await chat.getByTestId('attachment').locator('img').waitFor();
    await screenshot(page, 'composer-attachments');
    await composer.press('Enter');
    await answered(chat, 'I see the lines and the picture.');

    const text = requestText(rehearsal);
    assert.match(text, /<file name="src\/receipt\.js:19-22">/);
    assert.match(text, /export function duration/);
    assert.doesNotMatch(text, /export function euros/);
    assert.match(text, /^image\nbase64\nimage\/png\niVBOR[A-Za-z0-9+/=]{40,}$/m);
    await eventually(async () =>
      assert.equal(await chat.locator('[data-role="user"]').getByTestId('attachment').count(), 2),
    );
  }),
);

test(
  "the editor's selection goes with a prompt while its switch is on, and not while it is off",
  step('selection', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, ['With it.', 'Without it.']);
    await openFile(page, 'src/price.js');
    await page.locator('.monaco-editor .view-line').first().click();
    await page.keyboard.press('Control+Home');
    for (let line = 0; line < 3; line++) await page.keyboard.press('Shift+ArrowDown');
    const chip = chat.getByTestId('selection');
    await chip.getByText('price.js:1-3').waitFor();
    await screenshot(page, 'composer-selection');
    await prompt(chat, 'What are these?');
    await answered(chat, 'With it.');
    assert.match(requestText(rehearsal), /<selection name="src\/price\.js:1-3">\nconst FREE_MINUTES = 15/);

    await chat.getByTestId('selection-toggle').click();
    await chat.locator('[data-testid="selection"][data-on="false"]').waitFor();
    await prompt(chat, 'And now?');
    await answered(chat, 'Without it.');
    assert.equal(requestText(rehearsal).split('<selection ').length - 1, 1);
    await chat.getByTestId('selection-toggle').click();
    await chat.locator('[data-testid="selection"][data-on="true"]').waitFor();
  }),
);

async function compose(session: CDPSession, texts: string[]): Promise<void> {
  for (const text of texts) {
    await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  }
}

/** A key as the browser reports it while an input method has it. */
async function takenKey(session: CDPSession, key: 'Enter' | 'Escape'): Promise<void> {
  const code = key === 'Enter' ? 13 : 27;
  await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key, windowsVirtualKeyCode: 229 });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: code });
}

test(
  'the id of a model that no list has is typed into the picker and taken with Enter',
  step('typed-model', async () => {
    const { page } = journey;
    const chat = await newConversation(journey, [[{ text: 'Hello.' }]]);
    await runCommand(page, 'Assent: Choose Model…');
    const box = page.locator('.quick-input-widget:visible');
    await box.getByText('Sonnet 5', { exact: true }).first().waitFor();
    await page.keyboard.type('my-team/model-7');
    await box.getByText('Use the model with this id').waitFor();
    await page.keyboard.press('Enter');
    await eventually(async () =>
      assert.equal(await chat.getByTestId('model').getAttribute('data-model'), 'my-team/model-7'),
    );
  }),
);
