// What the page says of a server in a word or two: each of the states that there are, and none of them alike.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerRow } from '../../../src/mcpProtocol.ts';
import { statusOf } from '../../../webview/mcp/words.ts';

type Of = Pick<ServerRow, 'standing'> & Partial<Pick<ServerRow, 'state' | 'because'>>;
const says = (of: Of) => statusOf(of as ServerRow).text;
const because = (code: string) => ({ code, args: {} });

test('each state has words of its own', () => {
  const states: Of[] = [
    { standing: 'ready', state: { state: 'connected', tools: 3, prompts: 0, resources: 0 } },
    { standing: 'ready', state: { state: 'connecting', sinceMs: 0 } },
    { standing: 'ready', state: { state: 'needsAuthentication', because: because('mcp.connection.signIn') } },
    { standing: 'ready', state: { state: 'failed', because: because('mcp.connection.closed'), stderr: [] } },
    { standing: 'ready', state: { state: 'idle' } },
    { standing: 'pending', because: because('mcp.server.new') },
    { standing: 'rejected' },
    { standing: 'disabled' },
    { standing: 'blocked' },
    { standing: 'notConfigured' },
    { standing: 'invalid' },
  ];
  assert.deepEqual(states.map(says), [
    'Connected, tools: 3',
    'Connecting…',
    'Needs a sign-in',
    'Not connected',
    'Starts with the first conversation',
    'Pending approval',
    'Rejected',
    'Switched off',
    'Blocked by settings',
    'Not configured',
    'Faulty entry',
  ]);
});

test('what changed since it was approved is told as that, whether the entry did or a file that it starts', () => {
  for (const code of ['mcp.server.changed', 'mcp.server.filesChanged'])
    assert.equal(says({ standing: 'pending', because: because(code) }), 'Changed since your approval', code);
});
