// "Why?" in the chat: every decided call tells the record behind it, and leads to the permissions page.
// Part of `npm run test:e2e`; alone: `npm run test:e2e why.check`
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { pageOf } from './checks.mjs';
import { ask, call, prompt, record, reply, scenes, snapshot } from './scenes.mjs';

const open = pageOf('webview/main.tsx');
const withPage = (messages, run) => open(messages, {}, run);

const read = call('t1', 'Read', { file_path: '/home/dev/shop/a.ts' });
const curl = call('t2', 'Bash', { command: 'curl x' });
const rule = { behavior: 'deny', text: 'Bash(curl:*)', scope: 'managed', file: '/etc/m.json', line: 4 };
const output = { content: [{ type: 'text', text: 'x' }], isError: false };
const decided = snapshot({
  events: [
    prompt('p1', 'Go'),
    reply(read, curl),
    {
      type: 'toolDecided',
      call: read,
      decision: {
        kind: 'allow',
        because: { code: 'It only reads.', args: {} },
        record: { ...record, step: 'builtin' },
      },
    },
    {
      type: 'toolDecided',
      call: curl,
      decision: {
        kind: 'deny',
        because: { code: 'Forbidden.', args: {} },
        record: { ...record, step: 'deny', winner: rule, matches: [{ rule, action: 0 }] },
      },
    },
    { type: 'toolFinished', call: read, output, status: 'done', durationMs: 3 },
    { type: 'toolFinished', call: curl, output: { ...output, isError: true }, status: 'denied', durationMs: 0 },
    { type: 'finished', finish: { reason: 'done' } },
  ],
});

it('a call that was denied says why at once; one that ran says it when its card is opened', () =>
  withPage([decided], async (page) => {
    const denied = page.locator('[data-testid=tool][data-status=denied]');
    await denied.getByText('Why?').click();
    await denied.getByTestId('record').waitFor();
    const words = await denied.getByTestId('record').innerText();
    assert.match(words, /deny Bash\(curl:\*\)\s+m\.json:4 set by your organisation/);
    await denied.getByTestId('why-permissions').click();
    const done = page.locator('[data-testid=tool][data-status=done]');
    assert.equal(await done.getByTestId('why').count(), 0);
    await done.locator('.tool-head').click();
    await done.getByText('Why?').click();
    assert.match(await done.getByTestId('record').innerText(), /what needs no rule/);
    await done.getByTestId('why-permissions').click();
    await page.waitForFunction(() => window.sent.filter((m) => m.type === 'explainCall').length === 2);
    assert.deepEqual(await page.sent('explainCall'), [
      { type: 'explainCall', call: 't2' },
      { type: 'explainCall', call: 't1' },
    ]);
  }));

it('a question about changes says why before it is answered', () =>
  withPage(
    scenes().review.map((message) => {
      if (message.type !== 'events') return message;
      const question = { ...message.state.questions[0], decisions: [ask, ask] };
      const events = message.events.map((event) => (event.type === 'asked' ? { ...event, question } : event));
      return { ...message, state: { ...message.state, questions: [question] }, events };
    }),
    async (page) => {
      const card = page.locator('.question-card.review');
      await card.getByText('Why?').click();
      await card.getByTestId('record').waitFor();
      await card.getByTestId('why-permissions').click();
      await page.waitForFunction(() => window.sent.some((m) => m.type === 'explainCall'));
      assert.equal((await page.sent('explainCall'))[0].call, 't4');
    },
  ));

it('an offer says how many of the last calls it would have matched, and shows what hides in its rules', () =>
  withPage(
    scenes().permission.map((message) => {
      if (message.type !== 'events') return message;
      const offers = [{ rules: ['Bash(x\u200B:*)'], scope: 'session', wouldHaveMatched: { calls: 3, of: 200 } }];
      const question = { ...message.state.questions[0], decision: { ...ask, offers } };
      const events = message.events.map((event) => (event.type === 'asked' ? { ...event, question } : event));
      return { ...message, state: { ...message.state, questions: [question] }, events };
    }),
    async (page) => {
      const offer = page.getByTestId('permission-always');
      await offer.waitFor();
      const words = await offer.innerText();
      assert.match(words, /would have matched 3 of the last 200 calls/);
      assert.match(words, /Bash\(x⟨U\+200B⟩:\*\)/);
    },
  ));

const local = '/home/dev/shop/.claude/settings.local.json';
const ignoring = { file: '/home/dev/.config/git/ignore', line: '**/.claude/settings.local.json' };
const offering = (offers) =>
  scenes().permission.map((message) => {
    if (message.type !== 'events') return message;
    const question = { ...message.state.questions[0], decision: { ...ask, offers } };
    const events = message.events.map((event) => (event.type === 'asked' ? { ...event, question } : event));
    return { ...message, state: { ...message.state, questions: [question] }, events };
  });
const session = { rules: ['Bash(npm test:*)'], scope: 'session' };
const kept = { rules: ['Bash(npm test:*)'], scope: 'local', file: local };

it('offers to keep the file of a rule out of git, naming both files, and only with a tick it goes with the rule', async () => {
  for (const [ticked, scope, answer] of [
    [true, 'local', { type: 'allow', remember: 1, ignore: true }],
    [true, 'session', { type: 'allow', remember: 0 }],
    [false, 'local', { type: 'allow', remember: 1 }],
  ]) {
    await withPage(offering([session, { ...kept, ignore: ignoring }]), async (page) => {
      const box = page.getByTestId('offer-ignore');
      // Until the control has loaded it is its text alone, and while it is made over there is none.
      await page.locator('[data-testid=offer-ignore][role=checkbox]', { hasText: 'git/ignore' }).waitFor();
      assert.equal(
        await box.innerText(),
        'Also keep .claude/settings.local.json out of git: adds the line **/.claude/settings.local.json to /home/dev/.config/git/ignore',
      );
      if (ticked) {
        await box.press('Space');
        await page.locator('[data-testid=offer-ignore][aria-checked=true]').waitFor();
      }
      await page.locator(`[data-testid=permission-always][data-scope=${scope}]`).click();
      await page.waitForFunction(() => window.sent.some((m) => m.type === 'answer'));
      assert.deepEqual((await page.sent('answer'))[0].answer, answer);
    });
  }
  await withPage(offering([session, kept]), async (page) => {
    await page.getByTestId('permission-always').first().waitFor();
    assert.equal(await page.getByTestId('offer-ignore').count(), 0);
  });
});
