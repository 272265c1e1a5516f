// A team's identity provider, configured in the person's settings: sign in with a code, send a message, leave.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { browse, CLIENT, type IdentityProvider, startIdentityProvider } from '../support/identityProvider.ts';
import { answered, type Journey, pictured, prompt, startJourney } from '../support/vscode/journey.ts';
import { assentFrame, notification, runCommand, screenshot } from '../support/vscode/workbench.ts';

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
  'a person of the team signs in, works, and signs out in the Accounts menu; no token is ever on the disk',
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

/** Everything a person could read there; secrets are encrypted. */
async function textsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  // What is written or removed meanwhile is not ours.
  return Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')));
}
