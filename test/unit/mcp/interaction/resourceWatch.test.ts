// Resources that are watched: told of once, again in a new session, and no more than so many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerState } from '../../../../src/contracts/mcp.ts';
import type { Connections } from '../../../../src/mcp/connection/connections.ts';
import type { ConnectionEvent, ServerConnection } from '../../../../src/mcp/connection/serverConnection.ts';
import { createResourceWatch } from '../../../../src/mcp/interaction/resourceWatch.ts';

function watched({ subscribes = true, answer = async (): Promise<unknown> => ({}) } = {}) {
  const asked: string[] = [];
  const logged: string[] = [];
  let state: 'connected' | 'failed' = 'connected';
  const connection = {
    state: () => ({ state }),
    info: () => ({ capabilities: { resources: subscribes ? { subscribe: true } : {} } }),
    connect: async () => {},
    request: (method: string, params: Record<string, unknown>) => {
      asked.push(`${method.replace('resources/', '')} ${String(params['uri'])}`);
      return answer();
    },
  } as unknown as ServerConnection;
  let listener: (server: string, event: ConnectionEvent) => void = () => {};
  const connections: Pick<Connections, 'get' | 'on'> = {
    get: (name) => (name === 'docs' ? connection : undefined),
    on: (heard) => {
      listener = heard;
      return () => {
        listener = () => {};
      };
    },
  };
  const watch = createResourceWatch(connections, (text) => logged.push(text));
  return {
    ...{ watch, asked, logged },
    updated: (uri: string, server = 'docs') => listener(server, { type: 'updated', uri }),
    become: (next: typeof state) => {
      state = next;
      const told: ServerState =
        next === 'connected'
          ? { state: next, tools: 0, prompts: 0, resources: 0 }
          : { state: next, because: { code: 'mcp.connection.closed', args: { server: 'docs' } }, stderr: [] };
      listener('docs', { type: 'state', state: told });
    },
    settled: () => new Promise<void>((resolve) => setImmediate(resolve)),
  };
}

test('a new session is asked for changes anew', async () => {
  const { watch, asked, updated, become, settled } = watched();
  let changes = 0;
  watch.watch('docs', 'a://1', () => changes++);
  await settled();
  become('failed');
  become('connected');
  await settled();
  assert.deepEqual(asked, ['subscribe a://1', 'subscribe a://1']);
  updated('a://1', 'other');
  updated('a://2');
  assert.equal(changes, 0);
  updated('a://1');
  updated('a://1');
  assert.equal(changes, 1);
  watch.dispose();
});

test('lists that change do not make every subscription anew', async () => {
  const { watch, asked, become, settled } = watched();
  watch.watch('docs', 'a://1', () => {});
  watch.watch('docs', 'a://2', () => {});
  for (let n = 0; n < 5; n++) become('connected');
  await settled();
  assert.deepEqual(asked, ['subscribe a://1', 'subscribe a://2']);
  become('failed');
  for (let n = 0; n < 5; n++) become('connected');
  await settled();
  assert.equal(asked.length, 4);
  watch.dispose();
});

test('of one more than a hundred the oldest is given up', async () => {
  const { watch, asked, updated, settled } = watched();
  const changed: number[] = [];
  for (let n = 0; n <= 100; n++) watch.watch('docs', `a://${n}`, () => changed.push(n));
  await settled();
  assert.deepEqual(
    asked.filter((one) => one.startsWith('unsubscribe')),
    ['unsubscribe a://0'],
  );
  for (let n = 0; n <= 100; n++) updated(`a://${n}`);
  assert.deepEqual(
    changed,
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
  watch.dispose();
});

test('a server that tells of no changes is not asked, one that refuses is noted, and what is read stays read', async () => {
  const silent = watched({ subscribes: false });
  silent.watch.watch('docs', 'a://1', () => {});
  await silent.settled();
  assert.deepEqual(silent.asked, []);
  const refusing = watched({ answer: () => Promise.reject(new Error('not today')) });
  refusing.watch.watch('docs', 'a://1', () => {});
  await refusing.settled();
  assert.match(refusing.logged.join(), /Changes of a:\/\/1 are not told by the server docs: not today/);
});
