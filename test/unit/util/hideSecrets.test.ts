// A value of a settings file is shown without what looks like a secret.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hideSecrets } from '../../../src/util/hideSecrets.ts';

test('by the name it has, by its form, and by the option before it', () => {
  const rows: Array<[unknown, string, unknown]> = [
    ['hunter22', 'ANTHROPIC_AUTH_TOKEN', '[hidden]'],
    ['hunter22', 'DB_PASSWORD', '[hidden]'],
    ['X-Team: a\nX-Gate-Api-Key: hunter22', 'ANTHROPIC_CUSTOM_HEADERS', 'X-Team: a\nX-Gate-Api-Key: [hidden]'],
    ['hunter22', 'SOME_PASSPHRASE', '[hidden]'],
    ['./ca.pem', 'NODE_EXTRA_CA_CERTS', './ca.pem'],
    ['http://u:hunter22@proxy', 'HTTPS_PROXY', 'http://[hidden]@proxy'],
    ['sk-ant-abcdefgh12345', '', '[hidden]'],
    [
      { command: 'npx', env: { API_KEY: 'hunter22', DEBUG: '1' } },
      '',
      { command: 'npx', env: { API_KEY: '[hidden]', DEBUG: '1' } },
    ],
    [{ headers: { Authorization: 'Bearer hunter22hunter' } }, '', { headers: { Authorization: '[hidden]' } }],
    [['--token', 'hunter22', 'run'], '', ['--token', '[hidden]', 'run']],
    [[1, true, null], '', [1, true, null]],
  ];
  for (const [value, name, expected] of rows)
    assert.deepEqual(hideSecrets(value, name), expected, JSON.stringify(value));
});
