// A team's identity provider, configured in the person's settings: sign in with a code, send a message, leave.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { browse, CLIENT, type IdentityProvider, startIdentityProvider } from '../support/identityProvider.ts';
import { startIssuer, startProtectedServer } from '../support/mcp/protectedServer.ts';
import { answered, pictured, prompt, startJourney } from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { assentFrame, dialog, notification, runCommand, screenshot } from '../support/vscode/workbench.ts';

let idp: IdentityProvider;
let journey: Journey;
before(async () => {
  idp = await startIdentityProvider();
  journey = await startJourney({ env: { ANTHROPIC_API_KEY: undefined } });
});
after(async () => {
  await journey?.stop();
  await idp?.close();
});

test(
  'a person of the team signs in with a code, works, is in the Accounts menu, and leaves; no token is ever on the disk',
  pictured(
    'login',
    () => journey,
    async () => {
      const { page, rehearsal, vscode } = journey;
      const login = { issuer: idp.issuer, clientId: CLIENT, baseUrl: rehearsal.url, parameters: { prompt: 'consent' } };
      const file = path.join(vscode.home, '.claude', 'settings.json');
      await writeFile(file, JSON.stringify({ assent: { login }, env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' } }));
      rehearsal.setScript({ turns: ['Hello, team.'] });
      const chat = await assentFrame(page);
      await chat.locator('[data-way="login"]').getByText('Sign in with your team').click();

      const box = page.locator('.quick-input-widget:visible');
      await box.getByText('Copy the code and open the page').waitFor();
      await screenshot(page, 'login-code');
      const [code = ''] = /[A-Z]{4}-[A-Z]{4}/.exec(await box.innerText()) ?? [];
      await browse(`${idp.issuer}/device`, { login: 'ada' }, () => false, { user_code: code });
      await notification(page, 'Signed in as ada@example.com').waitFor();
      await chat.getByTestId('sign-in').waitFor({ state: 'detached' });

      await prompt(chat, 'Hello from the team');
      await answered(chat, 'Hello, team.');
      const { headers } = rehearsal.requests().at(-1) ?? {};
      assert.deepEqual([headers?.['authorization'], headers?.['x-api-key']], ['(hidden)', undefined]);

      await page.locator('.activitybar').getByRole('button', { name: 'Accounts' }).click();
      const account = page.getByRole('menuitem', { name: 'ada@example.com (Assent)' });
      await account.waitFor();
      await screenshot(page, 'login-accounts');
      await page.keyboard.press('Escape');

      const tokens = idp.requests.filter(({ path: asked }) => asked === 'POST /token').length;
      assert.ok(tokens > 0);
      await runCommand(page, 'Assent: Sign Out');
      await chat.getByTestId('sign-in').waitFor();
      assert.ok(idp.requests.some(({ path: asked, form }) => asked.includes('revocation') && form.has('token')));
      const revoked = idp.requests.flatMap(({ form }) => form.get('token') ?? []);
      assert.ok(revoked.length >= 2);
      for (const text of await textsBelow(vscode.userData)) {
        for (const token of revoked) assert.ok(!text.includes(token), 'a token is on the disk');
      }
    },
  ),
);

test(
  'in the browser itself, which comes back to this machine',
  pictured(
    'login-browser',
    () => journey,
    async () => {
      const { page } = journey;
      const chat = await assentFrame(page);
      await chat.locator('[data-testid="sign-in"] button').first().click();
      const popup = page.context().waitForEvent('page');
      await page.getByRole('button', { name: 'Sign In in the Browser Instead' }).click();
      const browser = await popup;
      // Code-server takes an address of this machine for one of a port it forwards.
      await browser.waitForURL(/state=/);
      const { pathname, search } = new URL(browser.url());
      await browser.goto(new URL(`${pathname.replace(/^.*(?=\/auth)/, '')}${search}`, idp.issuer).href);
      await page.getByText('If it does not find its way back').waitFor();
      await screenshot(page, 'login-waiting');
      await browser.locator('[name="login"]').fill('bob');
      await browser.locator('[name="password"]').fill('any');
      await browser.getByRole('button', { name: 'Sign-in' }).click();
      await browser.getByRole('button', { name: 'Continue' }).click();
      await browser.getByRole('heading', { name: 'You can go back to VS Code' }).waitFor();
      await screenshot(browser, 'login-landed');
      await browser.close();
      await notification(page, 'Signed in as bob@example.com').waitFor();
      await chat.getByTestId('sign-in').waitFor({ state: 'detached' });
    },
  ),
);

test(
  'to a server of tools: where it leads is shown first, the browser comes back, and its tools are there',
  pictured(
    'login-server',
    () => journey,
    async () => {
      // Of 127.0.0.1 code-server would make an address of its own, and write the query in another way.
      const issuer = await startIssuer({ host: '127.0.0.2' });
      const server = await startProtectedServer(issuer);
      try {
        const { page, vscode } = journey;
        const entry = { mcpServers: { tracker: { type: 'http', url: server.url } } };
        await writeFile(path.join(vscode.home, '.claude.json'), JSON.stringify(entry));
        await runCommand(page, 'Assent: Servers of Tools (MCP)');
        const servers = await assentFrame(page, { selector: '[data-testid="mcp-server"]' });
        const tracker = servers.locator('[data-testid="mcp-server"][data-name="tracker"]');
        await tracker.getByTestId('mcp-reconnect').click();
        await tracker.getByTestId('mcp-authenticate').click();

        const box = page.locator('.quick-input-widget:visible');
        await box.getByText('It asks for: read').waitFor();
        await screenshot(page, 'login-server-confirm');
        assert.ok(!issuer.requests.some(({ path: asked }) => asked === 'POST /reg'));
        const popup = page.context().waitForEvent('page');
        await box.getByText(`Open ${new URL(issuer.issuer).host} in the browser`).click();
        await dialog(page).getByRole('button', { name: 'Open', exact: true }).click();
        const browser = await popup;
        await page.getByText('If it does not find its way back').waitFor();
        await screenshot(page, 'login-server-waiting');
        await browser.locator('[name="login"]').fill('ada');
        await browser.locator('[name="password"]').fill('any');
        await browser.getByRole('button', { name: 'Sign-in' }).click();
        await browser.getByRole('button', { name: 'Continue' }).click();
        await servers.locator('[data-name="tracker"][data-state="connected"]').waitFor();
        await screenshot(page, 'login-server-connected');

        const tokens = server.requests.flatMap(({ token }) => token ?? []);
        assert.ok(tokens.length > 0);
        for (const text of await textsBelow(vscode.userData))
          for (const token of tokens) assert.ok(!text.includes(token), 'a token is on the disk');
        await tracker.getByTestId('mcp-clear').click();
        await servers.locator('[data-name="tracker"][data-state="needsAuthentication"]').waitFor();
        assert.ok(issuer.requests.some(({ path: asked, form }) => asked.includes('revocation') && form.has('token')));
      } finally {
        await server.close();
        await issuer.close();
      }
    },
  ),
);

/** Everything a person could read there; secrets are encrypted. */
async function textsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  // What is written or removed meanwhile is not ours.
  return Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')));
}
