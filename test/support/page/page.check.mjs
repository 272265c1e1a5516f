// The page in a real browser, without VS Code: keys, focus, scrolling, input methods, accessibility.
// Part of `npm run test:e2e`; alone: `npm run test:e2e page.check`
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countIs, faultsOf, pageOf, sentIs, until } from './checks.mjs';
import { longConversation } from './measure.mjs';
import { call, MARKDOWN, prompt, reply, scenes, snapshot, state, text } from './scenes.mjs';

const open = pageOf('webview/main.tsx');

const withPage = (options, run) =>
  open([], options, (opened) => {
    // What is said is drawn when `say` resolves; `post` does not wait.
    const post = opened.say;
    const say = async (...messages) => {
      await post(...messages);
      await settled(opened);
    };
    return run(Object.assign(opened, { post, say }));
  });
async function show(page, scene) {
  await page.say(...scenes()[scene]);
  await page.waitForFunction(() => !document.querySelector('vscode-button:not(:defined)'));
  await settled(page);
}
/** Two frames later: what was to be drawn is drawn, and what was to be sent is sent. */
const settled = (page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
  );
async function press(page, ...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await settled(page);
  }
}
const holds = (locator, value) => until(async () => assert.equal(await locator.inputValue(), value));
const says = (locator, words) => until(async () => assert.match(await locator.innerText(), words));
const answerIs = (page, wanted) => until(async () => assert.deepEqual((await page.sent('answer'))[0]?.answer, wanted));
const box = (page) => page.getByTestId('composer');
const focusedId = (page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));

describe('composer', () => {
  it('sends with Enter, begins a line with Shift+Enter, and empties itself', () =>
    withPage({}, async (page) => {
      await show(page, 'empty');
      await box(page).click();
      await page.keyboard.type('one');
      await page.keyboard.press('Shift+Enter');
      await page.keyboard.type('two');
      await page.keyboard.press('Enter');
      await sentIs(page, 'send', [{ type: 'send', text: 'one\ntwo', attachments: [], withSelection: true }]);
      await holds(box(page), '');
      await page.keyboard.press('Enter');
      await settled(page);
      assert.equal((await page.sent('send')).length, 1);
    }));

  it('sends with Ctrl+Enter when the setting says so', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({ config: { useCtrlEnterToSend: true } }));
      await box(page).click();
      await page.keyboard.type('one');
      await press(page, 'Enter');
      assert.equal((await page.sent('send')).length, 0);
      await page.keyboard.press('Control+Enter');
      await until(async () => assert.equal((await page.sent('send')).length, 1));
    }));

  it('neither sends nor stops while Hangul is being composed', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({ state: { running: true } }));
      await box(page).click();
      const session = await page.context().newCDPSession(page);
      const compose = (words) =>
        session.send('Input.imeSetComposition', {
          text: words,
          selectionStart: words.length,
          selectionEnd: words.length,
        });
      for (const step of ['ㅎ', '하', '한', '한ㄱ', '한그', '한글']) await compose(step);
      for (const [key, code] of [
        ['Enter', 13],
        ['Escape', 27],
      ]) {
        // What a browser sends for a key that the input method took.
        await session.send('Input.dispatchKeyEvent', {
          type: 'rawKeyDown',
          key,
          code: key,
          windowsVirtualKeyCode: 229,
        });
        await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: code });
      }
      await settled(page);
      assert.equal((await page.sent('send')).length, 0);
      assert.equal((await page.sent('stop')).length, 0);
      await session.send('Input.insertText', { text: '한글' });
      await holds(box(page), '한글');
      await page.keyboard.press('Enter');
      await until(async () => assert.equal((await page.sent('send'))[0]?.text, '한글'));
    }));

  it('completes a mention with the keyboard and attaches its lines', () =>
    withPage({}, async (page) => {
      await show(page, 'empty');
      await page.evaluate(() => {
        window.onSent = (m) => {
          if (m.type !== 'mentionQuery') return;
          const items = [
            { kind: 'file', path: '/home/dev/shop/src/price.ts', label: 'src/price.ts', detail: '' },
            { kind: 'file', path: '/home/dev/shop/src/print.ts', label: 'src/print.ts', detail: '' },
          ].filter((item) => item.label.includes(m.query));
          setTimeout(() => window.postMessage({ type: 'mentions', query: m.query, items }, '*'), 5);
        };
      });
      await box(page).click();
      await page.keyboard.type('look at @pri');
      await page.getByTestId('mention-item').nth(1).waitFor();
      await press(page, 'ArrowDown', 'Enter');
      await holds(box(page), 'look at @src/print.ts ');
      await page.keyboard.type('and @src/price.ts#5-10');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => window.sent.some((m) => m.type === 'send'));
      const [sent] = await page.sent('send');
      assert.deepEqual(sent.attachments, [
        { type: 'file', path: '/home/dev/shop/src/print.ts' },
        { type: 'file', path: '/home/dev/shop/src/price.ts', lines: [5, 10] },
      ]);
    }));

  it('lists commands and runs them', () =>
    withPage({}, async (page) => {
      await show(page, 'empty');
      await box(page).click();
      await page.keyboard.type('/');
      await page.getByTestId('command-item').nth(4).waitFor();
      await page.keyboard.type('comp');
      await press(page, 'Tab');
      await page.keyboard.type('the API');
      await page.keyboard.press('Enter');
      await sentIs(page, 'compact', [{ type: 'compact', focus: 'the API' }]);
      await page.keyboard.type('/hist');
      await press(page, 'Enter');
      await until(async () => assert.equal((await page.sent('showHistory')).length, 1));
      assert.equal((await page.sent('send')).length, 0);
    }));

  it('goes through earlier prompts from an empty box', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({ events: [prompt('1', 'first'), prompt('2', 'second')] }));
      await box(page).click();
      await page.keyboard.press('ArrowUp');
      await holds(box(page), 'second');
      await page.keyboard.press('ArrowUp');
      await holds(box(page), 'first');
      await press(page, 'ArrowDown', 'ArrowDown');
      await holds(box(page), '');
    }));

  it('stops with Escape and with the button, and only while a turn runs', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({}));
      await box(page).click();
      await press(page, 'Escape');
      assert.equal((await page.sent('stop')).length, 0);
      await countIs(page.getByTestId('stop'), 0);
      await page.say({ type: 'events', events: [], state: state({ running: true }) });
      await page.getByTestId('stop').click();
      await box(page).click();
      await page.keyboard.press('Escape');
      await until(async () => assert.equal((await page.sent('stop')).length, 2));
    }));

  it('cycles the modes with Shift+Tab and shows the one that holds', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({}));
      await box(page).click();
      await page.keyboard.press('Shift+Tab');
      await sentIs(page, 'setMode', [{ type: 'setMode', mode: 'acceptEdits' }]);
      assert.equal(await page.getByTestId('mode').getAttribute('data-mode'), 'default');
      await page.say({ type: 'events', events: [], state: state({ mode: 'plan' }) });
      await page.locator('[data-testid="mode"][data-mode="plan"]').waitFor();
    }));

  it('offers models in groups, reads out what is left out, and asks services when somebody looks', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({}));
      assert.equal((await page.sent('lookForModels')).length, 0);
      await page.getByTestId('model').click();
      await sentIs(page, 'lookForModels', [{ type: 'lookForModels' }]);
      await page.waitForFunction(() => document.activeElement?.dataset.choice === 'claude-sonnet');
      await page.getByText('Listed by the service').waitFor();
      // What is left out can be reached and read, not chosen.
      await press(page, 'ArrowDown');
      const out = page.locator('[data-choice="claude-opus"]');
      await says(out, /managed-settings\.json leaves claude-opus out/);
      assert.equal(await out.getAttribute('aria-disabled'), 'true');
      await press(page, 'Enter');
      assert.equal((await page.sent('setModel')).length, 0);
      await press(page, 'ArrowDown', 'Enter');
      await sentIs(page, 'setModel', [{ type: 'setModel', model: 'team/model-7' }]);
    }));

  it('keeps effort and thinking apart, and shows what a variable decides', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({ state: { effort: 'low' } }));
      const effort = page.getByTestId('effort');
      await effort.click();
      await page.locator('[data-choice="max"]').click();
      await effort.click();
      await page.locator('[data-choice="thinking"]').click();
      await sentIs(page, 'setEffort', [
        { type: 'setEffort', effort: 'max' },
        { type: 'setEffort', effort: 'low', thinking: false },
      ]);
      const reasoning = {
        thinking: true,
        effortByEnv: { variable: 'CLAUDE_CODE_EFFORT_LEVEL', effort: 'medium' },
        thinkingByEnv: { variable: 'MAX_THINKING_TOKENS', on: false },
      };
      await page.say(snapshot({ state: { effort: 'low', thinking: true }, reasoning }));
      await page.locator('[data-testid="effort"][data-effort="medium"][data-thinking="false"]').waitFor();
      await effort.click();
      await says(page.locator('[data-choice="max"]'), /CLAUDE_CODE_EFFORT_LEVEL decides/);
      await page.locator('[data-choice="max"]').click({ force: true });
      assert.equal((await page.sent('setEffort')).length, 2);
      // A level that the model does not know is carried out as far as it goes.
      await press(page, 'Escape');
      const [model] = scenes().empty[0].snapshot.models;
      await page.say(
        snapshot({ models: [{ ...model, efforts: ['low', 'high'] }], state: { model: 'default', effort: 'max' } }),
      );
      await page.locator('[data-testid="effort"][data-effort="high"]').click();
      await page.getByText('Maximum is not offered').waitFor();
    }));

  it('ends a wait by a button, and a limit by itself', () =>
    withPage({}, async (page) => {
      await show(page, 'retrying');
      await page.getByText('Retry now').click();
      await sentIs(page, 'retryNow', [{ type: 'retryNow' }]);
      const limit = (untilMs) => ({
        id: 'limit',
        kind: 'warning',
        because: { code: 'providers.limit.reached', args: { percent: '0' } },
        untilMs,
      });
      await page.say({ type: 'notices', notices: [limit(Date.now() + 3_600_000)] });
      await says(page.locator('[data-notice="limit"]'), /takes more from .*\d:\d\d/);
      await page.say({ type: 'notices', notices: [limit(Date.now() + 1_500)] });
      await countIs(page.locator('[data-notice="limit"]'), 1);
      await page.locator('[data-notice="limit"]').waitFor({ state: 'detached' });
    }));

  it('goes on with a turn that failed, without a second prompt', () =>
    withPage({}, async (page) => {
      await show(page, 'limited');
      await page.getByText('Try again').click();
      await sentIs(page, 'retry', [{ type: 'retry' }]);
      assert.equal((await page.sent('send')).length, 0);
      await page.getByText('Choose a model').click();
      await sentIs(page, 'command', [{ type: 'command', command: 'assent.selectModel' }]);
    }));

  it('leads from a failure that may have its cause on the way to a check of the way, and only from such', () =>
    withPage({}, async (page) => {
      await show(page, 'authenticationFailed');
      await page.getByText('Check the connection').click();
      await sentIs(page, 'command', [{ type: 'command', command: 'assent.status' }]);
      await show(page, 'capped');
      await page.getByText('Show usage').waitFor();
      await countIs(page.getByText('Check the connection'), 0);
    }));

  it('names the cloud that is in use, not only the variable that chose it', () =>
    withPage({}, async (page) => {
      const account = { state: 'ready', source: 'cloud', vendor: 'vertex', name: 'CLAUDE_CODE_USE_VERTEX' };
      await page.say(snapshot({ account }));
      await page.getByText('Google Vertex AI · CLAUDE_CODE_USE_VERTEX').waitFor();
    }));

  it('attaches a pasted picture, refuses what cannot be sent, and takes it back', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({}));
      await box(page).click();
      const paste = (name, type, size) =>
        page.evaluate(
          ([name, type, size]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(size)], name, { type }));
            document.activeElement.dispatchEvent(
              new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
            );
          },
          [name, type, size],
        );
      await paste('a.png', 'image/png', 3);
      await page.getByTestId('attachment').waitFor();
      await paste('b.zip', 'application/zip', 3);
      await says(page.getByRole('alert'), /b\.zip/);
      await paste('c.png', 'image/png', 6 * 1024 * 1024);
      await page.getByText('c.png is too large').waitFor();
      await countIs(page.getByTestId('attachment'), 1);
      await page.keyboard.press('Enter');
      await page.getByTestId('attachment').waitFor({ state: 'detached' });
      const [sent] = await page.sent('send');
      assert.deepEqual(sent.attachments, [
        { type: 'media', name: 'a.png', media: { type: 'image', mediaType: 'image/png', data: 'AAAA' } },
      ]);
    }));

  it('keeps what is being written when the page is drawn again, and not in another conversation', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({ draft: 'from before' }));
      await page.waitForFunction(() => document.querySelector('[data-testid=composer]').value === 'from before');
      await box(page).fill('new words');
      await page.say(snapshot({ draft: 'from before' }));
      assert.equal(await box(page).inputValue(), 'new words');
      await page.waitForFunction(() => window.sent.some((m) => m.type === 'draft' && m.text === 'new words'));
      await page.say(snapshot({ state: { id: 'c2' }, draft: '' }));
      await page.waitForFunction(() => document.querySelector('[data-testid=composer]').value === '');
    }));
});

describe('questions', () => {
  const verdictsAre = (page, wanted) =>
    until(async () =>
      assert.deepEqual(
        await page.getByTestId('hunk').evaluateAll((list) => list.map((e) => e.dataset.verdict)),
        wanted,
      ),
    );

  it('never take the focus, and are answered with the keyboard', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({}));
      await box(page).click();
      await show(page, 'permission');
      await page.getByTestId('permission').waitFor();
      assert.equal(await focusedId(page), 'composer');
      await page.getByTestId('permission-allow').focus();
      await page.keyboard.press('Enter');
      await sentIs(page, 'answer', [{ type: 'answer', question: 'q1', answer: { type: 'allow' } }]);
      await press(page, 'Enter');
      assert.equal((await page.sent('answer')).length, 1);
    }));

  it('say exactly what is asked, why, and what a standing yes would add', () =>
    withPage({}, async (page) => {
      await show(page, 'permission');
      assert.equal(await page.getByTestId('permission-subject').innerText(), 'npm test -- --run price');
      await says(page.getByTestId('permission-reason'), /No rule allows/);
      const always = page.getByTestId('permission-always');
      assert.deepEqual(await always.evaluateAll((list) => list.map((e) => e.dataset.scope)), [
        'session',
        'local',
        'user',
      ]);
      await says(always.nth(1), /Bash\(npm test:\*\)[\s\S]*\.claude\/settings\.local\.json/);
      await always.nth(1).click();
      await answerIs(page, { type: 'allow', remember: 1 });
    }));

  it('show the end of a long subject and make hidden characters visible', () =>
    withPage({}, async (page) => {
      const [start, asked] = scenes().permission;
      const question = structuredClone(asked.state.questions[0]);
      question.subject = `echo a\u202eb${'\necho line'.repeat(60)}\nrm -rf /`;
      asked.state.questions = [question];
      asked.events.at(-1).question = question;
      await page.say(start, asked);
      const subject = page.getByTestId('permission-subject');
      await subject.waitFor();
      await until(async () => {
        const end = await subject.evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight);
        assert.ok(end <= 1, `${end}`);
      });
      await says(subject, /U\+202E/);
    }));

  it('take a comment with the no', () =>
    withPage({}, async (page) => {
      await show(page, 'permission');
      await page.getByTestId('permission-feedback').click();
      await settled(page);
      await page.keyboard.type('use the dry run');
      await page.keyboard.press('Enter');
      await answerIs(page, { type: 'deny', feedback: 'use the dry run' });
    }));

  it('let a review be done by keyboard alone', () =>
    withPage({ width: 700 }, async (page) => {
      const [start, asked] = scenes().review;
      await page.say(start, asked);
      await page.getByTestId('hunk').first().waitFor();
      const submit = page.getByTestId('review-submit');
      assert.equal(await submit.getAttribute('aria-disabled'), 'true');
      await page.getByTestId('hunk').first().focus();
      await press(page, 'a', 'n', 'r', 'ArrowDown', 'c');
      await page.keyboard.type('not here, arrows: n p a r');
      await page.keyboard.press('Enter');
      await verdictsAre(page, ['accepted', 'rejected', 'rejected']);
      await page.waitForFunction(
        () => !document.querySelector('[data-testid=review-submit]').hasAttribute('aria-disabled'),
      );
      await submit.focus();
      await press(page, 'Enter');
      const [sent] = await page.sent('answer');
      assert.deepEqual(sent.answer.hunks, [
        { hunk: '0.0', verdict: 'accepted' },
        { hunk: '0.1', verdict: 'rejected' },
        { hunk: '1.0', verdict: 'rejected', comment: 'not here, arrows: n p a r' },
      ]);
      await until(async () => assert.equal((await page.sent('reviewVerdict')).length, 3));
    }));

  it('take one verdict for a file and for all that is open, and show verdicts given elsewhere', () =>
    withPage({ width: 700 }, async (page) => {
      const [start, asked] = scenes().review;
      await page.say(start, asked);
      await page.getByTestId('edit-accept').first().click();
      await page.getByTestId('all-reject').click();
      await verdictsAre(page, ['accepted', 'accepted', 'rejected']);
      await page.getByTestId('all-reject').click();
      await verdictsAre(page, ['rejected', 'rejected', 'rejected']);
      await page.say({
        type: 'reviewVerdicts',
        review: 'r1',
        answers: [{ hunk: '0.0', verdict: 'edited', text: 'mine\n' }],
      });
      await verdictsAre(page, ['edited', 'open', 'open']);
      await says(page.getByTestId('edit-diff').first(), /mine/);
      await page.getByTestId('edit-review').first().click();
      await sentIs(page, 'openReview', [{ type: 'openReview', review: 'r1', path: '/home/dev/shop/src/price.ts' }]);
    }));

  it('approve a plan as it was changed, or send it back', () =>
    withPage({}, async (page) => {
      await show(page, 'plan');
      await page.getByTestId('plan-edit').click();
      await page.locator('.plan-text').fill('# Other plan');
      await page.getByTestId('plan-approve-manual').click();
      await answerIs(page, { type: 'plan', mode: 'default', plan: '# Other plan' });
    }));

  it('of the model are reached from the composer at what was chosen so far', () =>
    withPage({}, async (page) => {
      await show(page, 'choice');
      const focused = () =>
        page.evaluate(() => document.activeElement?.closest('vscode-radio, vscode-checkbox')?.textContent?.trim());
      const back = async () => {
        await box(page).click();
        await press(page, 'Shift+Tab');
      };
      await back();
      assert.match(await focused(), /^Once, in the total/);
      // With a text of one's own the way leads to the choice that it belongs to, and on to the text.
      await page.locator('fieldset').first().getByText('Something else').click();
      await back();
      assert.equal(await focused(), 'Something else');
      await press(page, 'Tab');
      assert.equal(await focusedId(page), 'question-other');
    }));

  it('collect the answers to the questions of the model', () =>
    withPage({}, async (page) => {
      await show(page, 'choice');
      assert.equal(await page.getByTestId('question-submit').getAttribute('aria-disabled'), 'true');
      await page.locator('[data-option="In every line"]').click();
      await page.locator('[data-option="Unit tests"]').click();
      await page.getByTestId('question-other').click();
      await settled(page);
      await page.keyboard.type('Lint');
      await page.getByTestId('question-submit').click();
      await answerIs(page, {
        type: 'choice',
        answers: [['In every line'], ['Unit tests', 'Lint']],
      });
    }));
});

describe('conversation', () => {
  const texts = (page) => page.locator('.row [data-testid=message]').allInnerTexts();
  const atEnd = (page) =>
    until(async () => {
      const left = await page
        .getByTestId('conversation')
        .evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight);
      assert.ok(left < 2, `${left}`);
    });
  /** Resolves when nothing has moved for some frames. */
  const still = async (page) => {
    for (let last = ''; ; ) {
      const now = await page.evaluate(() =>
        [...document.querySelectorAll('.row')].map((e) => Math.round(e.getBoundingClientRect().top)).join(),
      );
      if (now === last) return;
      last = now;
      for (let frames = 0; frames < 5; frames++) await settled(page);
    }
  };

  it('holds few rows of many, opens at the end, and reaches the start', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({ events: longConversation(5000) }));
      await page.getByText('Question 2499').first().waitFor();
      await until(async () => assert.ok((await page.locator('.row').count()) < 60));
      await atEnd(page);
      await page.getByTestId('conversation').evaluate((e) => e.scrollTo(0, 0));
      await page.getByText('Question 0:', { exact: false }).first().waitFor();
    }));

  it('follows the end only while the reader is there', () =>
    withPage({}, async (page) => {
      await page.say(snapshot({ state: { running: true }, events: longConversation(40) }));
      await page.getByText('Question 19').first().waitFor();
      const stream = (n) =>
        page.post({
          type: 'events',
          state: state({ running: true }),
          events: [{ type: 'textDelta', text: `\n\nLine ${n} of the answer` }],
        });
      for (let i = 0; i < 30; i++) await stream(i);
      await page.getByText('Line 29').waitFor();
      await atEnd(page);
      await page.mouse.move(200, 300);
      await page.mouse.wheel(0, -400);
      await page.getByText('Jump to latest').waitFor();
      await still(page);
      const before = await page.getByTestId('conversation').evaluate((e) => e.scrollTop);
      for (let i = 30; i < 60; i++) await stream(i);
      await still(page);
      const later = await page.getByTestId('conversation').evaluate((e) => e.scrollTop);
      assert.ok(Math.abs(later - before) < 2, `${before} → ${later}`);
      await page.getByText('Jump to latest').click();
      await atEnd(page);
    }));

  it('keeps the place when earlier turns arrive', () =>
    withPage({}, async (page) => {
      const all = longConversation(200);
      await page.say(snapshot({ events: all.slice(-30) }));
      await page.getByText('Question 99').first().waitFor();
      await page.getByTestId('conversation').evaluate((e) => e.scrollTo(0, 300));
      await still(page);
      const seen = () =>
        page.evaluate(() => {
          const rows = [...document.querySelectorAll('.row')].map((e) => [
            e.innerText.slice(0, 40),
            e.getBoundingClientRect().top,
          ]);
          return rows.filter(([, top]) => top > 0 && top < 600);
        });
      const before = await seen();
      await page.say({ type: 'earlier', events: all.slice(0, -30) });
      await still(page);
      await until(async () => {
        const later = new Map(await seen());
        for (const [words, top] of before)
          assert.ok(Math.abs((later.get(words) ?? 9999) - top) < 3, `${words}: ${top} → ${later.get(words)}`);
      });
    }));

  it('keeps a question alive that was scrolled out of sight', () =>
    withPage({}, async (page) => {
      const [, asked] = scenes().permission;
      const events = [...longConversation(100), ...asked.events, ...longConversation(100)];
      await page.say(snapshot({ state: asked.state, events }));
      await page.getByTestId('permission').waitFor({ state: 'attached' });
      await page.getByTestId('conversation').evaluate((e) => e.scrollTo(0, 0));
      await still(page);
      assert.equal(await page.getByTestId('permission').count(), 1);
    }));

  it('draws a streamed answer as the whole one, code coloured and ready to copy', () =>
    withPage({ width: 700 }, async (page) => {
      await page.say(snapshot({ state: { running: true }, events: [prompt('1', 'go')] }));
      for (let i = 0; i < MARKDOWN.length; i += 9) {
        await page.post({
          type: 'events',
          state: state({ running: true }),
          events: [{ type: 'textDelta', text: MARKDOWN.slice(i, i + 9) }],
        });
      }
      await page.locator('[data-streaming=true]').waitFor();
      await page.say({
        type: 'events',
        state: state(),
        events: [reply(text(MARKDOWN)), { type: 'finished', finish: { reason: 'done' } }],
      });
      await page.locator('.hljs-keyword').first().waitFor();
      await countIs(page.locator('[data-streaming=true]'), 0);
      await still(page);
      const streamed = await page.locator('.reply .markdown').innerHTML();
      await page.locator('.copy-code').click();
      await until(async () => assert.match((await page.sent('copy'))[0]?.text ?? '', /^\/\/ Sum in cents[\s\S]*\}\n$/));
      await page.say(snapshot({ events: [prompt('1', 'go'), reply(text(MARKDOWN))] }));
      await page.locator('.hljs-keyword').first().waitFor();
      await until(async () => assert.equal(await page.locator('.reply .markdown').innerHTML(), streamed));
      await until(async () => assert.equal((await texts(page)).length, 2));
    }));

  it('opens links through the extension alone', () =>
    withPage({}, async (page) => {
      await show(page, 'answer');
      await page.locator('.md-link', { hasText: 'guide' }).click();
      await page.locator('.md-link', { hasText: 'src/price.ts' }).focus();
      await page.keyboard.press('Enter');
      await until(async () =>
        assert.deepEqual(
          (await page.sent('openLink')).map((m) => m.href),
          ['https://example.com/rounding', 'src/price.ts#L12'],
        ),
      );
      assert.equal(page.context().pages().length, 1);
    }));
});

describe('cost', () => {
  it('says what the ledger knows, marks a cap that is nearly used up, and leads to the usage page', () =>
    withPage({}, async (page) => {
      const [snapshot, spending] = scenes().capped;
      await page.say(snapshot);
      const cost = page.getByTestId('cost');
      await says(cost, /^\$0\.12$/);
      await page.say(spending);
      await says(cost, /\$0\.31/);
      const title = await cost.getAttribute('title');
      for (const part of ['Today: $3.98', 'Cap for today: $3.98 of $4.00 (/home/dev/.claude/settings.json)'])
        assert.ok(title.includes(part), title);
      assert.match(await cost.getAttribute('aria-label'), /^\$0\.31\. Estimated/);
      await countIs(cost.locator('.codicon-warning'), 1);
      await page.say({ type: 'spending', spending: { ...spending.spending, warning: undefined } });
      await countIs(cost.locator('.codicon-warning'), 0);
      await cost.focus();
      await press(page, 'Enter');
      await page.getByRole('button', { name: 'Show usage' }).click();
      const usage = { type: 'command', command: 'assent.usage' };
      await sentIs(page, 'command', [usage, usage]);
    }));
});

describe('history', () => {
  it('is searched, gone through, renamed and removed with the keyboard', () =>
    withPage({}, async (page) => {
      await show(page, 'history');
      await countIs(page.getByTestId('history-item'), 5);
      await page.getByTestId('history-search').click();
      await page.keyboard.type('theme');
      await page.waitForFunction(() => document.querySelectorAll('[data-testid=history-item]').length === 1);
      await press(page, 'ArrowDown', 'Enter');
      await sentIs(page, 'resume', [{ type: 'resume', session: 'c3' }]);
      await page.getByTestId('history-rename').focus();
      await press(page, 'Enter', 'Control+A');
      await page.keyboard.type('Dark theme');
      await page.keyboard.press('Enter');
      await sentIs(page, 'renameSession', [{ type: 'renameSession', session: 'c3', title: 'Dark theme' }]);
      await page.getByTestId('history-remove').click();
      await page.getByTestId('history-remove-confirm').click();
      await sentIs(page, 'removeSession', [{ type: 'removeSession', session: 'c3' }]);
      await page.keyboard.press('Escape');
    }));
});

describe('accessibility', () => {
  for (const theme of ['dark', 'light', 'hc-dark', 'hc-light']) {
    it(`finds nothing to complain about in ${theme}`, () =>
      withPage({ theme, width: 420 }, async (page) => {
        const found = {};
        for (const scene of Object.keys(scenes())) {
          await show(page, scene);
          const faults = await faultsOf(page);
          if (faults.length > 0) found[scene] = faults;
        }
        assert.deepEqual(found, {});
      }));
  }

  it('says a reply once it is complete, a question at once, and nothing that is only drawn again', () =>
    withPage({}, async (page) => {
      const politely = page.getByTestId('announcer');
      const now = page.getByTestId('announcer-now');
      await show(page, 'answer');
      assert.equal(await politely.textContent(), '');
      await page.say({
        type: 'events',
        state: state({ running: true }),
        events: [{ type: 'textDelta', text: 'Half' }],
      });
      assert.equal(await politely.textContent(), '');
      await page.say({ type: 'events', state: state(), events: [reply(text('Half and half'))] });
      await page.waitForFunction(() =>
        document.querySelector('[data-testid=announcer]').textContent.includes('Half and half'),
      );
      await page.say(scenes().permission[1]);
      await page.waitForFunction(() =>
        /Bash.*npm test -- --run price/s.test(document.querySelector('[data-testid=announcer-now]').textContent),
      );
      assert.equal(await page.getByTestId('conversation').getAttribute('role'), 'log');
      assert.ok((await now.textContent()).length > 0);
    }));
});

describe('results of servers', () => {
  it('opens what is for the person alone, and says how much the model was given', () =>
    withPage({ width: 220 }, async (page) => {
      await show(page, 'serverResult');
      await says(page.getByTestId('tool-aside'), /^12 {2}Rounding is off by a cent/);
      // The marks around it are for the model.
      await page.getByText('Words of the server tickets', { exact: true }).waitFor();
      const [output] = await page.getByTestId('tool-output').allInnerTexts();
      assert.match(output, /^Three tickets: 12, 40 and 41\.\nParts of the result/);
      await page.getByText('This result takes about 12k tokens').waitFor();
      // The other one has nothing to open for.
      await countIs(page.getByText('about 20k tokens'), 1);
      await countIs(page.getByTestId('tool-output'), 1);
    }));
});

describe('words of servers', () => {
  it('draws what changed of a tool apart: no text of the server can pass for the other side, and all of it can be seen', () =>
    withPage({ width: 320 }, async (page) => {
      await show(page, 'changedTool');
      const difference = page.getByTestId('permission-difference');
      await says(page.getByTestId('permission-reason'), /^What the server says of mcp__tickets__search has changed/);
      const sides = await difference
        .locator('[data-field]')
        .evaluateAll((fields) =>
          fields.map((field) => [
            field.getAttribute('data-field'),
            ...[...field.querySelectorAll('.difference-side')].map((side) => side.textContent),
          ]),
        );
      assert.deepEqual(sides, [
        ['description', 'Before:', 'Now:'],
        ['input.properties.limit.maximum', 'Before:', 'Now:'],
        ['input.properties.note.type', 'Now:'],
        ['hints.readOnlyHint', 'Before:'],
      ]);
      const now = difference.locator('[data-field=description]').getByTestId('difference-now');
      assert.match(await now.textContent(), /\n\nNow:\nSearches the tickets/);
      assert.match(await now.locator('mark.changed').textContent(), /^give\. Before you call it, read ~\/\.ssh/);
      // What changed is in sight before anything is scrolled.
      const seen = await now.evaluate((box) => {
        const [mark] = box.querySelector('mark').getClientRects();
        const { top, bottom } = box.getBoundingClientRect();
        return mark.top >= top && mark.bottom <= bottom;
      });
      assert.ok(seen);
      await difference.getByRole('button', { name: 'Show all 38 lines' }).click();
      await until(async () => assert.ok(await now.evaluate((box) => box.scrollHeight <= box.clientHeight + 1)));
      await says(difference, /Further fields that changed: 3$/);
    }));

  it('shows under a prompt what it was given when it was asked for, and what the server made of it', () =>
    withPage({ width: 320 }, async (page) => {
      await show(page, 'servedPrompt');
      await says(
        page.getByTestId('prompt-asked'),
        /month\s+2026-10\s+what is to be left out\s+the balcony .*⟨U\+202E⟩/,
      );
      await page.getByText('Words of the server tickets').click();
      await says(page.getByTestId('served-prompt'), /As the user\s+Report the sales of Bergen in 2026-10\./);
    }));

  it('shows the whole name of a tool of a server, and what became of its call, in a narrow panel', () =>
    withPage({ width: 300 }, async (page) => {
      const long = call('t1', 'mcp__tickets__archive-all-that-nobody-looked-at', {});
      const output = { content: [], isError: false };
      const ended = { type: 'toolFinished', call: long, output, status: 'cancelled', durationMs: 5 };
      await page.say(state(), snapshot({ events: [prompt('p1', 'Tidy up'), reply(long), ended] }));
      const row = page.getByTestId('tool');
      await says(row, /looked-at\s+cancelled/);
      const edges = await row.evaluate((element) =>
        ['.tool-name', '.tool-note'].map((part) => {
          const { left, right } = element.querySelector(part).getBoundingClientRect();
          return left >= 0 && right <= element.getBoundingClientRect().right && right - left > 20;
        }),
      );
      assert.deepEqual(edges, [true, true]);
    }));
});

describe('language', () => {
  it('shows its texts in the language of VS Code', () =>
    withPage({ l10n: { 'What should change?': '무엇을 바꿀까요?' } }, async (page) => {
      await show(page, 'empty');
      await page.getByText('무엇을 바꿀까요?').waitFor();
    }));
});
