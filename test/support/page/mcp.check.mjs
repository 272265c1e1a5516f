// The page of servers in a real browser, without VS Code: what a yes is for, what each state offers, accessibility, narrow and wide, Korean.
// Part of `npm run test:e2e`; alone: `npm run test:e2e mcp.check`
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countIs, faultlessInEveryTheme, korean, pageOf, sentIs } from './checks.mjs';
import { mcpScenes, state } from './mcpScenes.mjs';

const open = pageOf('webview/mcp/main.tsx');
const withPage = (scene, options, run) =>
  open(mcpScenes()[scene], { width: 900, drawn: '[data-testid=mcp]:not([aria-busy=true])', ...options }, run);

const row = (page, name) => page.locator(`[data-testid=mcp-server][data-name=${name}]`);

describe('the page of servers', () => {
  it('shows exactly what a yes would start, hidden characters too, and secrets by their length', () =>
    withPage('mcp', {}, async (page) => {
      const words = await row(page, 'tickets').innerText();
      assert.match(words, /npx -y '@corp\/tickets⟨U\+202E⟩-server' 'two words'/);
      assert.match(words, /env\.API_KEY\s+\$\{TICKETS_KEY\}/);
      assert.match(words, /env\.PASSWORD\s+hidden, 24 characters/);
      assert.doesNotMatch(words, /\u202e/);
      assert.match(
        await page.getByTestId('mcp-audit').innerText(),
        /Nobody audits servers.*inherits your environment/s,
      );
      await row(page, 'tickets').getByTestId('mcp-approve').focus();
      await page.keyboard.press('Enter');
      await row(page, 'search').getByTestId('mcp-approve-all').click();
      await row(page, 'search').getByTestId('mcp-reject').click();
      const names = await page.getByTestId('mcp-server').evaluateAll((all) => all.map((one) => one.dataset.name));
      const seen = names.map((name) => ({ name, fingerprint: `print-${name}` }));
      assert.deepEqual(await page.sent('approve'), [
        { type: 'approve', name: 'tickets', fingerprint: 'print-tickets', all: false },
        { type: 'approve', name: 'search', fingerprint: 'print-search', all: seen },
      ]);
      assert.deepEqual(await page.sent('reject'), [{ type: 'reject', name: 'search' }]);
    }));

  it('shows what changed since the yes, and only that as changed', () =>
    withPage('mcp', {}, async (page) => {
      const changed = row(page, 'search').locator('.mcp-changed');
      const names = await changed.evaluateAll((all) => all.map((one) => one.dataset.field));
      assert.deepEqual(names, ['url', 'headers.X-Team', 'headersHelper']);
      assert.match(await changed.first().locator('del').innerText(), /search\.corp\.example/);
      assert.match(await changed.first().locator('ins').innerText(), /search\.evil\.example/);
    }));

  it('says why a server is lost, with its last words; offers what helps in each state', () =>
    withPage('mcp', {}, async (page) => {
      assert.match(await row(page, 'build').getByTestId('mcp-reason').innerText(), /ended with status 1/);
      assert.match(await row(page, 'build').getByTestId('mcp-stderr').innerText(), /left-pad/);
      await row(page, 'build').getByTestId('mcp-reconnect').click();
      await row(page, 'wiki').getByTestId('mcp-authenticate').click();
      await row(page, 'ed').getByTestId('mcp-inputs').click();
      await row(page, 'noisy').getByTestId('mcp-enable').click();
      await row(page, 'docs').getByTestId('mcp-enable').click();
      await row(page, 'docs').getByTestId('mcp-remove').click();
      await page.waitForFunction(() => document.activeElement?.dataset.testid === 'mcp-remove-yes');
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.activeElement?.dataset.testid === 'mcp-remove');
      assert.deepEqual(await page.sent('remove'), []);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.dataset.testid === 'mcp-remove-yes');
      await page.keyboard.press('Enter');
      const types = ['reconnect', 'authenticate', 'askInputs', 'enable', 'remove'];
      const sent = (await Promise.all(types.map((type) => page.sent(type)))).flat();
      assert.deepEqual(sent, [
        { type: 'reconnect', name: 'build' },
        { type: 'authenticate', name: 'wiki' },
        { type: 'askInputs', name: 'ed' },
        { type: 'enable', name: 'noisy', on: true },
        { type: 'enable', name: 'docs', on: false },
        { type: 'remove', name: 'docs' },
      ]);
      await row(page, 'docs').getByTestId('mcp-tools').locator('summary').click();
      await row(page, 'docs').locator('[data-tool=drop]').waitFor();
      const tools = await row(page, 'docs').getByTestId('mcp-tools').innerText();
      for (const part of ['mcp__tickets__search', 'says it only reads', 'may destroy', 'always asks'])
        assert.ok(tools.includes(part), part);
      await page.getByRole('button', { name: '.claude.json:120' }).click();
      assert.deepEqual(await page.sent('openFile'), [{ type: 'openFile', file: '/home/dev/.claude.json', line: 120 }]);
    }));

  it('opens the files that a start names, which a yes covers', () =>
    withPage('mcp', {}, async (page) => {
      const { servers } = state().state;
      const file = { name: 'file scripts/serve.mjs', text: 'sha256:0123456789abcdef…' };
      const [first, ...others] = servers;
      await page.say(state({ servers: [{ ...first, fields: [...first.fields, file] }, ...others] }));
      await page.getByRole('button', { name: 'file scripts/serve.mjs' }).click();
      assert.deepEqual(await page.sent('openFile'), [{ type: 'openFile', file: '/home/dev/shop/scripts/serve.mjs' }]);
    }));

  it('leaves the keyboard at the server that was answered, wherever it goes; at what stands first when it is gone', () =>
    withPage('mcp', {}, async (page) => {
      await row(page, 'tickets').getByTestId('mcp-approve').focus();
      await page.keyboard.press('Enter');
      const { state: shown } = state();
      const ready = { ...shown.servers.find(({ name }) => name === 'tickets'), standing: 'ready' };
      const others = shown.servers.filter(({ name }) => name !== 'tickets');
      await page.say(state({ servers: [...others, ready] }));
      await page.waitForFunction(() => document.activeElement?.dataset.name === 'tickets');
      // Who is elsewhere stays there.
      await row(page, 'search').getByTestId('mcp-reject').focus();
      await page.say(state({ servers: [...others, ready] }));
      await page.say(state({ servers: others }));
      await page.waitForFunction(() => document.activeElement?.dataset.testid === 'mcp-reject');
      await page.say(state({ servers: others.filter(({ name }) => name !== 'search') }));
      await page.waitForFunction(() => document.activeElement?.dataset.testid === 'mcp-add');
    }));

  it('lists the tools of other extensions and those left out; when they are off it says how to switch them on', async () => {
    await withPage('mcpEditorTools', {}, async (page) => {
      const section = page.getByTestId('mcp-editor-tools');
      assert.match(
        await section.innerText(),
        /^Tools of other extensions 2\s+Offered to the model, under the same rules/,
      );
      await section.locator('summary').click();
      await countIs(section.locator('[data-tool]'), 2);
      assert.match(
        await section.locator('[data-tool=mcp__vscode__db_query]').innerText(),
        /^mcp__vscode__db_query\s+Database Client\s+Asks the database/,
      );
      assert.match(await section.locator('[data-tool=mcp__vscode__figures]').innerText(), /⟨U\+202E⟩yours/);
      assert.match(await page.getByTestId('mcp-left-out').innerText(), /figures_all of the server vscode is left out/);
      const denied = { on: true, because: { code: 'mcp.editorTools.managed', args: {} }, tools: [], leftOut: [] };
      await page.say(state({ editorTools: denied }));
      await section.getByText('Your organisation has chosen the servers: tools of other extensions').waitFor();
      await countIs(section.locator('details'), 0);
      await countIs(section.getByRole('button', { name: 'Open the setting' }), 1);
      // Nobody is sent to a setting that would change nothing.
      await page.say(state({ editorTools: { ...denied, on: false } }));
      await countIs(section.locator('button'), 0);
    });
    await withPage('mcpEmpty', {}, async (page) => {
      const section = page.getByTestId('mcp-editor-tools');
      assert.match(await section.innerText(), /^Tools of other extensions\s+They are not offered to the model\./);
      await section.getByRole('button', { name: 'Switch them on in the settings' }).click();
      await sentIs(page, 'openEditorToolsSetting', [{ type: 'openEditorToolsSetting' }]);
    });
  });

  it('before trust there is no yes', () =>
    withPage('mcpUntrusted', {}, async (page) => {
      await page.getByTestId('mcp-untrusted').waitFor();
      assert.equal(await page.getByTestId('mcp-approve').count(), 0);
      assert.equal(await page.getByTestId('mcp-editor-tools').count(), 0);
      assert.match(await page.getByTestId('mcp-problem').innerText(), /line 4, column 1/);
    }));

  it('draws the lists of twenty servers when they are opened, and not before', () =>
    withPage('mcpMany', {}, async (page) => {
      assert.equal(await page.getByTestId('mcp-server').count(), 20);
      assert.equal(await page.locator('[data-tool]').count(), 0);
      const tools = row(page, 'server-7').getByTestId('mcp-tools');
      await tools.locator('summary').focus();
      await page.keyboard.press('Enter');
      await countIs(page.locator('[data-tool]'), 25);
      // What is opened stays open when the state is told anew.
      await page.say(...mcpScenes().mcpMany);
      await countIs(page.locator('[data-tool]'), 25);
      await tools.locator('summary').click();
      await countIs(page.locator('[data-tool]'), 0);
    }));

  it('shows of sixty tools fifty at first, and what their hints mean in words', () =>
    withPage('mcpStates', {}, async (page) => {
      const tools = row(page, 'everything-of-the-company').getByTestId('mcp-tools');
      await tools.locator('summary').click();
      await countIs(tools.locator('[data-tool]'), 50);
      await tools.getByTestId('show-all').click();
      await countIs(tools.locator('[data-tool]'), 60);
      await tools.getByTestId('mcp-hints').waitFor();
      const hints = await tools.getByTestId('mcp-hints').innerText();
      for (const part of [/only reads\s+The server says so/, /may destroy\s+The server says that it can destroy/])
        assert.match(hints, part);
      // Of what no tool says nothing is explained.
      assert.doesNotMatch(hints, /always asks/);
      assert.match(await tools.locator('[data-tool=search_3]').innerText(), /left out/);
    }));

  it('offers only what helps: nothing to connect while it connects, nothing to change of the organisation’s', async () => {
    await withPage('mcpStates', {}, async (page) => {
      assert.equal(await row(page, 'slow').getByTestId('mcp-reconnect').count(), 0);
      assert.match(await row(page, 'crm').getByTestId('mcp-reason').innerText(), /ECONNREFUSED.*tried again at/s);
      await row(page, 'crm').getByTestId('mcp-clear').click();
      await sentIs(page, 'clearAuthentication', [{ type: 'clearAuthentication', name: 'crm' }]);
    });
    await withPage('mcpManaged', {}, async (page) => {
      await page.getByTestId('mcp-exclusive').waitFor();
      for (const id of ['mcp-add', 'mcp-edit', 'mcp-remove']) assert.equal(await page.getByTestId(id).count(), 0);
    });
    await withPage('mcpNone', {}, async (page) => {
      assert.match(await page.getByTestId('mcp-empty').innerText(), /organisation/);
      assert.equal(await page.getByTestId('mcp-add').count(), 0);
    });
  });

  it('speaks Korean', async () => {
    const words = ['Servers of tools', 'Waiting for approval', 'Use this server', 'Pending approval', 'Do not use it'];
    await withPage('mcp', { l10n: await korean(...words) }, async (page) => {
      const shown = await page.getByTestId('mcp').innerText();
      for (const part of ['도구 서버', '승인 대기', '이 서버 사용', '사용 안 함'])
        assert.ok(shown.includes(part), part);
      for (const english of words) assert.ok(!shown.includes(english), english);
    });
  });

  faultlessInEveryTheme({
    open: (options, run) => withPage('mcp', options, run),
    views: [
      ['mcp', 900, 'mcp-audit'],
      ['mcp', 320, 'mcp-audit'],
      ['mcpStates', 900, 'mcp-problem'],
      ['mcpStates', 320, 'mcp-problem'],
      ['mcpManaged', 320, 'mcp-exclusive'],
      ['mcpUntrusted', 320, 'mcp-untrusted'],
      ['mcpEmpty', 320, 'mcp-empty'],
      ['mcpFailed', 900, 'failure'],
    ],
    show: async (page, scene, sign) => {
      await page.say(state(), ...mcpScenes()[scene]);
      await page.getByTestId(sign).waitFor();
      await page.getByTestId('mcp-tools').evaluateAll((all) => {
        for (const one of all) one.open = true;
      });
    },
  });
});
