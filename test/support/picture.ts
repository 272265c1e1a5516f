// Takes the picture of the README: a conversation with a command that was allowed and an edit under review beside it.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { newConversation, prompt, startJourney } from './vscode/journey.ts';
import { ROOT } from './vscode/root.ts';
import { editorTab } from './vscode/workbench.ts';

/** Resolves to the file written. */
export async function takePicture(file: string): Promise<string> {
  const journey = await startJourney({ window: { viewport: { width: 1360, height: 860 }, theme: 'dark' } });
  try {
    const { folder, page } = journey;
    const source = path.join(folder, 'src/price.js');
    const chat = await newConversation(journey, [
      [
        { text: 'I read the tariff first, then I run the tests to see which one fails.' },
        { tool: 'Read', input: { file_path: source } },
        { tool: 'Bash', input: { command: 'node --test', description: 'Run the tests of the project' } },
      ],
      [
        {
          text: 'One test fails: the last, unfinished day can cost **more than 20 €**. `price` adds up its hours without the limit of a day. This change applies it:',
        },
        {
          tool: 'Edit',
          input: {
            file_path: source,
            old_string: 'return days * CENTS_PER_DAY + hours(rest) * CENTS_PER_HOUR;',
            new_string: 'return days * CENTS_PER_DAY + Math.min(hours(rest) * CENTS_PER_HOUR, CENTS_PER_DAY);',
          },
        },
      ],
      [{ text: 'Done.' }],
    ]);
    // The chat as wide as people make it: the edge between it and the editors is dragged.
    const edge = page.locator('.monaco-sash.vertical:not(.disabled)').first();
    const box = await edge.boundingBox();
    if (box !== null) {
      await page.mouse.move(box.x + box.width / 2, box.y + 300);
      await page.mouse.down();
      await page.mouse.move(box.x + 190, box.y + 300, { steps: 8 });
      await page.mouse.up();
    }
    await prompt(chat, 'One of the tests fails. Find out why and correct it.');
    await chat.getByTestId('permission-allow').click();
    await chat.getByTestId('edit-review').click();
    await editorTab(page, /price\.js/).waitFor();
    await page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'Math.min' }).waitFor();
    // Colours of the code come when the language is loaded, and the pointer shall hide nothing.
    await page
      .locator('.monaco-diff-editor .editor.modified .view-line .mtk6, .monaco-diff-editor .mtk8')
      .first()
      .waitFor();
    await page.mouse.move(700, 845);
    await page.waitForTimeout(1500);
    await mkdir(path.dirname(path.join(ROOT, file)), { recursive: true });
    await page.screenshot({ path: path.join(ROOT, file) });
    return file;
  } finally {
    await journey.stop();
  }
}
