// The panel opens in a real VS Code and is ready for a prompt.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, startJourney } from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { reload } from '../support/vscode/openWindow.ts';
import { openAssent, screenshot } from '../support/vscode/workbench.ts';

let journey: Journey;

before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

test('the view opens with a composer that takes text, again after a reload', async () => {
  const { page } = journey;
  for (const attempt of ['first', 'reloaded']) {
    const assent = await openAssent(page);
    const composer = assent.getByTestId('composer');
    // A draft survives the reload.
    await composer.fill('');
    await composer.click();
    await page.keyboard.type(`Hello ${attempt}`);
    await screenshot(page, `panel-${attempt}`);
    await eventually(async () => assert.equal(await composer.inputValue(), `Hello ${attempt}`));
    if (attempt === 'first') await reload(page);
  }
});
