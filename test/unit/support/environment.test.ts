// What the VS Code of a run gets to see of the environment it is started from.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { isolatedEnvironment, personsEnvironment } from '../../support/vscode/environment.ts';

test('a person’s terminal sees nothing of the npm that started us, and all else', () => {
  const own = ['/home/me/bin', '/usr/bin'];
  const npms = ['/p/node_modules/.bin', '/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin'];
  const env = personsEnvironment({
    PATH: [...npms, ...own].join(path.delimiter),
    npm_lifecycle_event: 'start',
    npm_package_name: 'assent',
    npm_config_prefix: '/usr',
    npm_config_registry: 'https://npm.example',
    INIT_CWD: '/p',
    VSCODE_IPC_HOOK_CLI: '/run/x',
    HTTPS_PROXY: 'http://proxy.example',
    ANTHROPIC_API_KEY: 'key',
  });
  const { EXTENSIONS_GALLERY: _, ...seen } = env;
  assert.deepEqual(seen, {
    PATH: own.join(path.delimiter),
    npm_config_registry: 'https://npm.example',
    HTTPS_PROXY: 'http://proxy.example',
    ANTHROPIC_API_KEY: 'key',
  });
});

test('a test sees nobody’s credentials, proxy or home', () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    ANTHROPIC_API_KEY: 'key',
    CLAUDE_CODE_USE_VERTEX: '1',
    https_proxy: 'http://proxy.example',
  });
  try {
    const env = isolatedEnvironment('/tmp/nobody');
    assert.equal(env['HOME'], '/tmp/nobody');
    assert.equal(env['CLAUDE_CONFIG_DIR'], '/tmp/nobody/.claude');
    for (const name of ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_USE_VERTEX', 'https_proxy'])
      assert.equal(env[name], undefined);
    assert.ok(env['PATH']);
  } finally {
    process.env = before;
  }
});
