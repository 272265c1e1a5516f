// The form of a server in a real browser, without VS Code: every field, faults at their fields, the keyboard, accessibility.
// Part of `npm run test:e2e`; alone: `npm run test:e2e mcpForm.check`
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countIs, faultlessInEveryTheme, pageOf, until } from './checks.mjs';
import { mcpScenes, state } from './mcpScenes.mjs';

const open = pageOf('webview/mcp/main.tsx');
const withPage = (scene, options, run) =>
  open(mcpScenes()[scene], { width: 900, drawn: '[data-testid=mcp]:not([aria-busy=true])', ...options }, run);

const reference = (name) => `\u0024{${name}}`;
const field = (page, name) => page.getByTestId(`mcp-form-${name}`);
const focused = (page) => page.evaluate(() => document.activeElement?.dataset.testid);
const focusIs = (page, id) => until(async () => assert.equal(await focused(page), id));
const saved = (page) => page.sent('save').then((all) => all.at(-1));
/** What a screen reader says beside the name of a field. */
const described = (page, name) =>
  field(page, name).evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' '),
  );

describe('the form of a server', () => {
  it('writes what it says, and keeps what it does not know', () =>
    withPage('mcpForm', {}, async (page) => {
      await focusIs(page, 'mcp-form-name');
      await field(page, 'args').fill('-y\nother package');
      await field(page, 'env').fill(`A=b=c\n\nKEY=${reference('KEY')}`);
      await field(page, 'scope').selectOption('local');
      assert.match(await field(page, 'file').innerText(), /\/home\/dev\/\.claude\.json/);
      await field(page, 'name').press('Enter');
      const entry = { command: 'npx', args: ['-y', 'other package'], env: { A: 'b=c', KEY: reference('KEY') } };
      assert.deepEqual(await page.sent('save'), [
        {
          ...{ type: 'save', scope: 'local', name: 'tickets', replaces: 'tickets' },
          entry: { ...entry, timeout: 5000 },
        },
      ]);
    }));

  it('says what the reader refuses at the field, what nobody can mend there above the buttons, and keeps what was typed', () =>
    withPage('mcpForm', {}, async (page) => {
      await field(page, 'env').fill('API_KEY=sk-ant-abcdef');
      await field(page, 'save').click();
      const secret = { field: 'env.API_KEY', file: '.mcp.json', reference: reference('NAME') };
      await page.say({ type: 'failed', because: { code: 'mcp.config.secretInFile', args: secret } });
      await focusIs(page, 'mcp-form-env');
      assert.match(await described(page, 'env'), /This file is shared.*looks like a secret/);
      assert.equal(await field(page, 'env').getAttribute('aria-invalid'), 'true');
      assert.equal(await page.getByTestId('failure').count(), 0);
      // The secret stands where it was typed, and nowhere else.
      assert.doesNotMatch(await page.getByTestId('mcp').innerText(), /sk-ant/);
      await field(page, 'env').fill(`API_KEY=${reference('KEY')}`);
      await countIs(page.locator('.field-fault'), 0);
      await field(page, 'save').click();
      await page.say({
        type: 'failed',
        because: { code: 'mcp.config.notWritten', args: { file: 'x', reason: 'full' } },
      });
      assert.match(await field(page, 'refused').innerText(), /could not be written \(full\)/);
      assert.equal(await field(page, 'env').inputValue(), `API_KEY=${reference('KEY')}`);
      // What has nothing to do with the form is said above it.
      await field(page, 'args').fill('x');
      await page.say({ type: 'failed', because: { code: 'mcp.config.gone', args: { server: 'docs' } } });
      await page.getByTestId('failure').waitFor();
      assert.equal(await field(page, 'refused').count(), 0);
      await field(page, 'save').click();
      await page.say({ type: 'saved', name: 'tickets' });
      await countIs(page.getByTestId('mcp-form'), 0);
    }));

  it('leaves the keyboard at the button for another one, once the first server takes the place of what was pressed', () =>
    withPage('mcpEmpty', {}, async (page) => {
      await page.getByTestId('mcp-add').focus();
      await page.keyboard.press('Enter');
      await field(page, 'name').fill('docs');
      await field(page, 'command').fill('npx');
      await field(page, 'command').press('Enter');
      await page.say({ type: 'saved', name: 'docs' });
      await countIs(page.getByTestId('mcp-form'), 0);
      await focusIs(page, 'mcp-add');
      await page.say(state());
      await countIs(page.getByTestId('mcp-empty'), 0);
      await focusIs(page, 'mcp-add');
    }));

  it('sends nothing that shows here to be wrong, and leads to the first of it', () =>
    withPage('mcp', {}, async (page) => {
      await page.getByTestId('mcp-add').click();
      await field(page, 'save').click();
      await focusIs(page, 'mcp-form-name');
      assert.match(await described(page, 'name'), /Give the server a name/);
      assert.match(await described(page, 'command'), /Name the program/);
      await field(page, 'name').fill('new one');
      assert.match(await described(page, 'name'), /only letters, digits/);
      await field(page, 'name').fill('new');
      await field(page, 'type').selectOption('ws');
      await field(page, 'url').fill('https://a.example');
      await field(page, 'headers').fill('X-Team: shop\nnothing');
      await field(page, 'more').locator('summary').click();
      await field(page, 'timeout').fill('20');
      await field(page, 'more').locator('summary').click();
      await field(page, 'save').click();
      await focusIs(page, 'mcp-form-url');
      assert.match(await described(page, 'url'), /begins with ws:\/\/, wss:\/\//);
      assert.match(await described(page, 'headers'), /Line 2/);
      // What is wrong behind the line is shown.
      assert.match(await described(page, 'timeout'), /1000 or more/);
      assert.ok(await field(page, 'timeout').isVisible());
      assert.deepEqual(await page.sent('save'), []);
    }));

  it('has every field of an entry, by keyboard alone', () =>
    withPage('mcp', {}, async (page) => {
      const tab = async (id, text, key = 'Tab') => {
        await page.keyboard.press(key);
        await focusIs(page, `mcp-form-${id}`);
        if (text !== undefined) await page.keyboard.type(text);
      };
      await page.getByTestId('mcp-add').focus();
      await page.keyboard.press('Enter');
      await focusIs(page, 'mcp-form-name');
      await page.keyboard.type('wiki');
      await tab('type', 'An address (http)');
      await tab('scope', 'You, in all');
      await tab('url', 'https://wiki.example/mcp');
      await tab('headers', `Authorization: Bearer ${reference('T')}`);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await field(page, 'headersHelper').waitFor();
      await tab('headersHelper', './token.sh');
      await tab('clientId', 'assent');
      await tab('callbackPort', '8123');
      await tab('scopes', 'read write');
      await tab('authServerMetadataUrl', 'https://login.example/metadata');
      await tab('timeout', '60000');
      await tab('alwaysLoad', ' ');
      await tab('save');
      await page.keyboard.press('Enter');
      assert.deepEqual(await saved(page), {
        ...{ type: 'save', scope: 'user', name: 'wiki' },
        entry: {
          ...{ type: 'http', url: 'https://wiki.example/mcp', headers: { Authorization: `Bearer ${reference('T')}` } },
          headersHelper: './token.sh',
          oauth: {
            ...{ clientId: 'assent', callbackPort: 8123, scopes: 'read write' },
            authServerMetadataUrl: 'https://login.example/metadata',
          },
          ...{ timeout: 60_000, alwaysLoad: true },
        },
      });
      await page.keyboard.press('Escape');
      await countIs(page.getByTestId('mcp-form'), 0);
      await focusIs(page, 'mcp-add');
    }));

  it('shows what is set behind its line, and changes it without losing the rest', () =>
    withPage('mcpFormAddress', {}, async (page) => {
      assert.equal(await field(page, 'scopes').inputValue(), 'read write');
      await field(page, 'scopes').fill('read');
      await field(page, 'headersHelper').fill('');
      await field(page, 'save').click();
      assert.deepEqual((await saved(page)).entry, {
        ...{ type: 'http', url: 'https://wiki.example/mcp', headers: { 'X-Team': 'shop' }, dev: { later: true } },
        oauth: { clientId: 'assent', scopes: 'read', audience: 'wiki' },
      });
      // VS Code's own file has other words for variables.
      assert.ok((await described(page, 'headers')).includes(reference('env:NAME')));
    }));

  it('one at a time: what is being written is not lost to another', () =>
    withPage('mcpForm', {}, async (page) => {
      for (const id of ['mcp-add', 'mcp-edit'])
        for (const button of await page.getByTestId(id).all())
          assert.equal(await button.getAttribute('aria-disabled'), 'true');
    }));

  faultlessInEveryTheme({
    open: (options, run) => withPage('mcp', options, run),
    views: [
      ['mcpForm', 900],
      ['mcpForm', 320],
      ['mcpFormAddress', 900],
      ['mcpFormAddress', 320],
    ],
    show: async (page, scene) => {
      // Another form is another one.
      if (await page.getByTestId('mcp-form').count()) await field(page, 'cancel').click();
      await countIs(page.getByTestId('mcp-form'), 0);
      await page.say(...mcpScenes()[scene]);
      await field(page, 'name').fill('');
      for (const line of await page.locator('[data-testid=mcp-form-more]:not([open]) > summary').all())
        await line.click();
      await field(page, 'timeout').fill('1');
      await field(page, 'save').click();
      await countIs(page.locator('.field-fault'), 2);
    },
  });
});
