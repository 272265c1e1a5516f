// A compound command in the real product: what the question says of its parts, what a yes for good covers and what not,
// how it is taken back, and how a settings file tells its own faults.
import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
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
import { assentFrame, editorTab, runCommand, screenshot } from '../support/vscode/workbench.ts';

const LOCAL = '.claude/settings.local.json';
const COMPOUND = 'npm run --silent lint 2>&1 | sort && npm test --silent | tail -n 3';
const PARTS = ['Bash(npm run --silent lint)', 'Bash(npm test:*)'];
let journey: Journey;
/** The record as it was shown with the question, before the yes. */
let asked = '';
before(async () => {
  const scripts = { lint: 'echo all clean', test: 'echo 4 passed', deploy: 'touch deployed.txt' };
  journey = await startJourney({ files: { 'package.json': JSON.stringify({ name: 'garage', scripts }) } });
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const spaced = (text: string) => text.replace(/\s+/g, ' ').trim();
const bash = (command: string) => ({ tool: 'Bash', input: { command } });
const local = () => path.join(journey.folder, LOCAL);
const permissions = () => assentFrame(journey.page, { selector: '[data-testid="permissions"]' });
const offer = (chat: Frame, scope: string) => chat.locator(`[data-testid="permission-always"][data-scope="${scope}"]`);
const rule = (frame: Frame, text: string) => frame.getByTestId('rule').filter({ hasText: text });

test(
  'the question about a compound command names each part that needs a yes, and what the rules would have met',
  step('remember-question', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [[bash(COMPOUND)], 'First.', [bash(COMPOUND)], 'Second.']);
    await prompt(chat, 'Check everything');
    await chat.getByTestId('permission-allow').click();
    await answered(chat, 'First.');
    assert.match(resultTold(rehearsal).text, /all clean\n4 passed/);

    await prompt(chat, 'Once more');
    const question = chat.getByTestId('permission');
    await question.waitFor();
    await eventually(async () => assert.equal(await question.getByTestId('permission-subject').innerText(), COMPOUND));
    assert.match(await question.getByTestId('permission-reason').innerText(), /No rule covers/);
    // However many ways of a yes there are, what it would be said to is on the screen first.
    await eventually(async () => assert.equal(await inSight(chat, 'permission-subject'), true));
    assert.equal(await inSight(chat, 'permission-allow'), true);
    // sort and tail only read: they need no rule.
    assert.deepEqual(await offer(chat, 'local').locator('code').allInnerTexts(), PARTS);
    assert.match(await offer(chat, 'local').innerText(), /\.claude\/settings\.local\.json/);
    assert.match(await offer(chat, 'local').getByTestId('offer-matches').innerText(), /have matched the last call/);
    await screenshot(page, 'remember-question');

    await question.getByText('Why?').focus();
    await page.keyboard.press('Enter');
    const record = question.getByTestId('record');
    await eventually(async () => {
      const words = await record.innerText();
      for (const one of ['npm run --silent lint', 'sort', 'npm test --silent', 'tail -n 3', ...PARTS])
        assert.ok(words.includes(one), `${one} is not in: ${words}`);
    });
    asked = spaced(await record.innerText());
    await screenshot(page, 'remember-record');

    await assert.rejects(access(local()));
    const ignored = path.join(journey.vscode.home, '.config/git/ignore');
    await assert.rejects(access(ignored), 'nothing is told to git unasked');
    const box = question.getByTestId('offer-ignore');
    assert.ok((await box.innerText()).includes(ignored));
    await box.press('Space');
    await offer(chat, 'local').click();
    await answered(chat, 'Second.');
    await turnEnded(chat);
    assert.deepEqual(JSON.parse(await readFile(local(), 'utf8')), { permissions: { allow: PARTS } });
    assert.equal(await readFile(ignored, 'utf8'), `**/${LOCAL}\n`);
  }),
);

test(
  'the same asks no more; one part more asks, and only about that part; a redirection asks too',
  step('remember-changed', async () => {
    const chat = await newConversation(journey, [
      [bash(COMPOUND)],
      [bash(`${COMPOUND} && npm run deploy`)],
      [bash(`${COMPOUND} > report.txt`)],
      'Not reached.',
    ]);
    await prompt(chat, 'Check, then deploy');
    const question = chat.getByTestId('permission');
    await question.waitFor();
    // The first one ran without a question.
    assert.equal(await chat.locator('[data-testid="tool"][data-status="done"]').count(), 1);
    await eventually(async () => assert.match(await chat.getByTestId('permission-subject').innerText(), /deploy$/));
    assert.deepEqual(await offer(chat, 'local').locator('code').allInnerTexts(), ['Bash(npm run deploy:*)']);
    // Git leaves the file out by now.
    assert.equal(await question.getByTestId('offer-ignore').count(), 0);
    await question.getByTestId('permission-allow').click();
    await eventually(async () =>
      assert.match(await chat.getByTestId('permission-subject').innerText(), /> report\.txt$/),
    );
    await access(path.join(journey.folder, 'deployed.txt'));
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
    await assert.rejects(access(path.join(journey.folder, 'report.txt')));
  }),
);

test(
  'the page shows the calls that a rule let through, and without the rule the very next call is asked about',
  step('remember-remove', async () => {
    const { page } = journey;
    const [first = '', second = ''] = PARTS;
    await runCommand(page, 'Assent: Show Permissions');
    const frame = await permissions();
    const uses = rule(frame, second).getByTestId('rule-uses');
    await uses.waitFor();
    assert.match(await uses.innerText(), /Met 1 call/);
    await uses.click();
    // The one it let through; not those that were asked about for another part.
    const calls = rule(frame, second).getByTestId('past-item');
    await eventually(async () => assert.equal(await calls.count(), 1));
    assert.ok((await calls.innerText()).includes(COMPOUND));
    await screenshot(page, 'remember-uses');
    // From the transcript, by keyboard: the very record that stood in the question. The newest first.
    await frame.getByTestId('past').getByTestId('past-item').nth(3).focus();
    await page.keyboard.press('Enter');
    const explained = frame.getByTestId('explained');
    await eventually(async () =>
      assert.equal(spaced(await explained.getByTestId('record').innerText({ timeout: 1000 })), asked),
    );
    // By keyboard alone: the bin, what would change, the yes behind it.
    await rule(frame, second).getByTestId('rule-remove').focus();
    await page.keyboard.press('Enter');
    const confirm = frame.getByTestId('rule-confirm');
    await confirm.waitFor();
    await eventually(async () => assert.match(await confirm.innerText(), /"Bash\(npm test:\*\)"/));
    for (let tabs = 0; tabs < 3; tabs += 1) {
      await page.keyboard.press('Tab');
      if ((await frame.locator('[data-testid="rule-remove-confirm"]:focus-within').count()) > 0) break;
    }
    await page.keyboard.press('Enter');
    await eventually(async () => assert.equal(await rule(frame, second).count(), 0));
    assert.deepEqual(JSON.parse(await readFile(local(), 'utf8')), { permissions: { allow: [first] } });

    const chat = await newConversation(journey, [[bash(COMPOUND)], 'Not reached.']);
    await prompt(chat, 'Check everything');
    await chat.getByTestId('permission').waitFor();
    assert.deepEqual(await offer(chat, 'local').locator('code').allInnerTexts(), [second]);
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
  }),
);

test(
  'a settings file with a fault: the chat leads to the place, allows nothing meanwhile, and the editor offers the repair',
  step('remember-fault', async () => {
    const { page } = journey;
    const BROKEN =
      '{\n  "permissions": {\n    "allow": ["Bash(npm test:*)"],\n    "deny": ["Read(/etc/passwd)"\n  }\n}\n';
    await writeFile(local(), BROKEN);
    const chat = await newConversation(journey, [[bash('npm test')], 'Not reached.']);
    const notice = chat.getByTestId('notice').filter({ hasText: 'settings.local.json' });
    await eventually(async () =>
      assert.match(await notice.innerText(), /not valid JSON \(line 5.*allow rules do not/s),
    );
    await prompt(chat, 'Test it');
    await chat.getByTestId('permission').waitFor();
    await screenshot(page, 'remember-fault');
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
    await notice.getByText('Open the file').click();
    await editorTab(page, 'settings.local.json').waitFor();
    await page.locator('.monaco-editor .squiggly-error').first().waitFor();

    // Mended, it means something else than it seems to say: that stands at the rule, and its repair is one key away.
    await writeFile(local(), BROKEN.replace('passwd)"', 'passwd)"]'));
    await notice.waitFor({ state: 'detached' });
    const widget = page.locator('.zone-widget', { hasText: '//etc/passwd' });
    // The problem of before may be the next one for a moment longer.
    await eventually(async () => {
      await runCommand(page, 'Go to Next Problem (Error, Warning, Info)');
      await widget.waitFor({ timeout: 2000 });
    });
    await screenshot(page, 'remember-finding');
    await widget.locator('.codicon-close').click();
    await page.locator('.view-line', { hasText: '/etc/passwd' }).getByText('/etc/passwd').last().click();
    const fix = page.locator('.action-widget .monaco-list-row', { hasText: '//etc/passwd' }).first();
    // Asked too early, VS Code shows nothing and does not ask again.
    await eventually(async () => {
      await page.keyboard.press('Control+.');
      await fix.click({ timeout: 3000 });
    });
    await eventually(async () => {
      await page.keyboard.press('Control+s');
      assert.deepEqual(JSON.parse(await readFile(local(), 'utf8')), {
        permissions: { allow: ['Bash(npm test:*)'], deny: ['Read(//etc/passwd)'] },
      });
    });
    await eventually(async () => assert.equal(await page.locator('.monaco-editor [class*=squiggly-]').count(), 0));
  }),
);

/** Whether all of it is inside the part of the conversation that is shown. */
function inSight(chat: Frame, testId: string): Promise<boolean> {
  return chat.getByTestId(testId).evaluate((element) => {
    const view = element.closest('[data-testid="conversation"]')?.getBoundingClientRect();
    const { top, bottom } = element.getBoundingClientRect();
    return view !== undefined && top >= view.top && bottom <= view.bottom;
  });
}
