// Which variables an env block may set: for whom, before and after trust.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshPlace } from './kit.ts';

const SAFE = [
  ...['ANTHROPIC_MODEL', 'ANTHROPIC_DEFAULT_HAIKU_MODEL', 'MAX_THINKING_TOKENS', 'API_TIMEOUT_MS'],
  ...['BASH_MAX_TIMEOUT_MS', 'MCP_TIMEOUT', 'DISABLE_TELEMETRY', 'DISABLE_PROMPT_CACHING', 'DO_NOT_TRACK'],
  'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC',
];
/** They send the key or the code elsewhere, change who is trusted, or choose a program. */
const AFTER_TRUST = [
  ...['ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY', 'ANTHROPIC_CUSTOM_HEADERS'],
  ...[
    'HTTPS_PROXY',
    'http_proxy',
    'https_proxy',
    'HTTP_PROXY',
    'NODE_EXTRA_CA_CERTS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'NODE_OPTIONS',
    'PATH',
  ],
  ...['CLAUDE_CODE_USE_BEDROCK', 'AWS_PROFILE', 'CLAUDE_CODE_GIT_BASH_PATH', 'CLAUDE_CONFIG_DIR', 'PAGER', 'MY_OWN'],
];
const NOT_FROM_REPOSITORY = [
  ...['CLAUDE_CODE_PROCESS_WRAPPER', 'CLAUDE_CODE_SYNC_SKILLS', 'CLAUDE_CODE_SYNC_PLUGINS'],
  ...['CLAUDE_CODE_PLUGIN_CACHE_DIR', 'CLAUDE_CODE_PLUGIN_SEED_DIR', 'GIT_SSH_COMMAND', 'GIT_CONFIG_COUNT'],
  ...['LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'HOME', 'XDG_CONFIG_HOME', 'RIPGREP_CONFIG_PATH'],
  ...['SystemRoot', 'ProgramFiles', 'PSModulePath'],
];
const FROM_NO_FILE = [
  ...['CLAUDE_CODE_REMOTE', 'CLAUDE_CODE_ACCOUNT_UUID', 'CLAUDE_CODE_PROJECT_DIR_NAME', 'CLAUDE_CODE_MESSAGING_SOCKET'],
  ...['1STARTS_WITH_A_DIGIT', 'WITH BLANK', 'A=B', ''],
];

const names = (env: Record<string, string>) => Object.keys(env).sort();
const block = {
  env: Object.fromEntries([...SAFE, ...AFTER_TRUST, ...NOT_FROM_REPOSITORY, ...FROM_NO_FILE].map((one) => [one, 'x'])),
};

test('of a repository before trust the safe ones, after it more, and some never', async () => {
  for (const scope of ['project', 'local']) {
    const place = freshPlace({ [scope]: block });
    const before = await place.load({ trusted: false });
    assert.deepEqual(names(before.env), SAFE.toSorted(), scope);
    assert.deepEqual(
      before.loosening.map((one) => one.name).sort(),
      AFTER_TRUST.toSorted(),
      'trust would enable these, and no others',
    );
    assert.deepEqual(names((await place.load()).env), [...SAFE, ...AFTER_TRUST].sort(), scope);
  }
});

test('of the user and the organisation all but those that say who and where we are', async () => {
  const all = [...SAFE, ...AFTER_TRUST, ...NOT_FROM_REPOSITORY].sort();
  for (const scope of ['user', 'managed']) {
    for (const trusted of [true, false]) {
      assert.deepEqual(names((await freshPlace({ [scope]: block }).load({ trusted })).env), all, scope);
    }
  }
});

test('in other letters a name is no other one on Windows', async () => {
  const lower = { env: { claude_code_remote: '1', git_ssh_command: 'x', ld_preload: 'x' } };
  assert.deepEqual((await freshPlace({ project: lower }).load({ platform: 'win32' })).env, {});
});

test('a proxy that the organisation sets is not undone by its other spelling', async () => {
  const place = freshPlace({
    managed: { env: { HTTPS_PROXY: 'http://ours.example' } },
    user: { env: { https_proxy: 'http://mine.example' } },
    project: { env: { https_proxy: 'http://evil.example', no_proxy: 'a.example' } },
  });
  assert.deepEqual((await place.load()).env, {
    HTTPS_PROXY: 'http://ours.example',
    https_proxy: 'http://ours.example',
    NO_PROXY: 'a.example',
    no_proxy: 'a.example',
  });
});

test('an empty text is a value, and the organisation may empty what others set', async () => {
  const { env } = await freshPlace({ managed: { env: { A: '' } }, user: { env: { A: 'x', B: '' } } }).load();
  assert.deepEqual(env, { A: '', B: '' });
});
