// When `npm start` uses the person's own model, and when the rehearsal model.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

type FindAccount = (
  env: Record<string, string>,
  home: string,
  managed: string,
  workspace?: string,
) => string | undefined;
let findAccount: FindAccount;
let home: string;

before(async () => {
  const script = path.join(process.env['ASSENT_ROOT'] ?? '.', 'scripts/account.mjs');
  ({ findAccount } = (await import(pathToFileURL(script).href)) as { findAccount: FindAccount });
  home = await mkdtemp(path.join(tmpdir(), 'assent-account-'));
});
after(() => rm(home, { recursive: true, force: true }));

async function withSettings(text: string, file = '.claude/settings.json', env: Record<string, string> = {}) {
  const target = path.join(home, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
  const found = findAccount(env, home, path.join(home, 'managed'), path.join(home, 'repository'));
  await rm(target);
  return found;
}

test('without a credential there is no account', async () => {
  assert.equal(findAccount({}, home, path.join(home, 'managed')), undefined);
  assert.equal(findAccount({ ANTHROPIC_API_KEY: '' }, home, path.join(home, 'managed')), undefined);
  assert.equal(await withSettings('{"permissions":{"allow":["Read"]},"env":{"EDITOR":"vi"}}'), undefined);
  assert.equal(await withSettings('null'), undefined);
  // A login that only a repository names is never used.
  assert.equal(await withSettings('{"assent":{"login":{}}}', 'repository/.claude/settings.json'), undefined);
});

test('the environment and the settings files are looked through, and the secret is never said', async () => {
  const found = [
    findAccount({ ANTHROPIC_AUTH_TOKEN: 'secret' }, home, ''),
    await withSettings('{"apiKeyHelper":"secret"}'),
    await withSettings('{"env":{"CLAUDE_CODE_USE_BEDROCK":"secret"}}'),
    await withSettings('{"env":{"ANTHROPIC_API_KEY":"secret"}}', 'managed/managed-settings.json'),
    await withSettings('{"assent":{"login":{"issuer":"secret"}}}', 'managed/managed-settings.d/50-login.json'),
    await withSettings('{"env":{"CLAUDE_CODE_USE_MANTLE":"secret"}}', 'repository/.claude/settings.json'),
    await withSettings('{"model":"vscode:secret"}', 'repository/.claude/settings.local.json'),
    await withSettings('{"env":{"ANTHROPIC_BASE_URL":"secret"}}', 'elsewhere/settings.json', {
      CLAUDE_CONFIG_DIR: path.join(home, 'elsewhere'),
    }),
  ];
  const names = found.map((text) => text?.split(' in ')[0]);
  assert.deepEqual(names, [
    'ANTHROPIC_AUTH_TOKEN',
    'apiKeyHelper',
    'CLAUDE_CODE_USE_BEDROCK',
    'ANTHROPIC_API_KEY',
    'assent.login',
    'CLAUDE_CODE_USE_MANTLE',
    'model',
    'ANTHROPIC_BASE_URL',
  ]);
  assert.ok(found.every((text) => !text?.includes('secret')));
});

test('a settings file that is not JSON is said, and no credential is taken from it', async (t) => {
  const warn = t.mock.method(console, 'warn', () => {});
  assert.equal(await withSettings('{"apiKeyHelper": '), undefined);
  assert.match(String(warn.mock.calls[0]?.arguments[0]), /settings\.json could not be read/);
});
