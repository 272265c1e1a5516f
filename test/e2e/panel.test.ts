// The panel opens in a real VS Code and is ready for a prompt.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Rehearsal, startRehearsal } from '../support/rehearsal/server.ts';
import { rehearsalEnvironment } from '../support/vscode/environment.ts';
import { eventually } from '../support/vscode/journey.ts';
import { openWindow, reload } from '../support/vscode/openWindow.ts';
import { startVsCode, type VsCode } from '../support/vscode/startVsCode.ts';
import { openAssent, screenshot } from '../support/vscode/workbench.ts';
import { temporaryWorkspace } from '../support/vscode/workspace.ts';

let workspace: Awaited<ReturnType<typeof temporaryWorkspace>>;
let rehearsal: Rehearsal;
let vscode: VsCode;

before(async () => {
  workspace = await temporaryWorkspace();
  rehearsal = await startRehearsal();
  vscode = await startVsCode({ workspace: workspace.folder, env: rehearsalEnvironment(rehearsal.url) });
});
after(async () => {
  await vscode?.stop();
  await rehearsal?.close();
  await workspace?.remove();
});

test('the view opens with a composer that takes text, again after a reload', async () => {
  const page = await openWindow(vscode);
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
