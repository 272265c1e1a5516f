// Servers that start, stop, crash and are reloaded: afterwards no process of theirs is left, grandchildren included.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createConnections } from '../../../../src/mcp/connection/connections.ts';
import { connectionParts, connectionTo, definitionOf, echo, raw, stateOf } from '../../../support/mcp/connections.ts';
import { MARK, marked } from '../../../support/vscode/processes.ts';

const HOST = 'ASSENT_TEST_HOST_RUN';
const STUBBORN = { grandchild: true, ignoreEnd: true };
const PARTS = (run: string) => ({
  programEnv: () => ({ PATH: process.env['PATH'], [MARK]: run }),
});

if (process.env[HOST] === undefined) tests();
else void host(process.env[HOST]);

/** Plays the extension host, to be killed: says when its servers run. */
async function host(run: string): Promise<void> {
  const parts = connectionParts(PARTS(run));
  const connections = createConnections(parts);
  connections.update([0, 1].map((n) => definitionOf(raw(STUBBORN), { name: `server${n}` })));
  connections.start();
  await Promise.all(connections.all().map((connection) => connection.connect()));
  process.stdout.write('running\n');
}

function tests(): void {
  test('fifty cycles of start, stop, crash and reload leave no process', async () => {
    const run = randomUUID();
    const cycles = [
      ...Array.from({ length: 15 }, (_, n) => () => startAndStop(run, n % 5 === 0)),
      ...Array.from({ length: 15 }, (_, n) => () => crash(run, n % 5 === 0)),
      ...Array.from({ length: 15 }, (_, n) => () => reload(run, n % 5 === 0)),
      ...Array.from({ length: 5 }, (_, n) => () => stopWhileConnecting(run, n % 2 === 0)),
    ];
    assert.equal(cycles.length, 50);
    // Many side by side, or waiting for those that do not listen would be most of the time.
    for (let at = 0; at < cycles.length; at += 17) await Promise.all(cycles.slice(at, at + 17).map((cycle) => cycle()));
    await goneWithin(run, 5000);
  });

  test('an extension host that is killed leaves nothing', async () => {
    const run = randomUUID();
    const child = spawn(process.execPath, [process.argv[1] ?? ''], {
      env: { ...process.env, NODE_TEST_CONTEXT: '', [HOST]: run },
      stdio: ['ignore', 'pipe', 'inherit'],
      // As VS Code's: what ends its group must not be what ends the servers here.
      detached: true,
    });
    await says(child, 'running');
    // Two servers with two grandchildren each.
    assert.ok((await marked(run)).length >= 6);
    child.kill('SIGKILL');
    await goneWithin(run, 5000);
  });
}

async function startAndStop(run: string, stubborn: boolean): Promise<void> {
  const { connection } = connectionTo(raw(stubborn ? STUBBORN : {}), PARTS(run));
  await connection.connect();
  await connection.dispose();
  assert.equal(connection.state().state, 'idle');
}

async function crash(run: string, stubborn: boolean): Promise<void> {
  const script = { ...(stubborn ? STUBBORN : {}), at: { 'tools/call': { kill: true } } };
  const { connection } = connectionTo(raw(script), PARTS(run));
  await connection.connect();
  const failed = stateOf(connection, 'failed');
  await assert.rejects(echo(connection), /SIGKILL/);
  const state = await failed;
  assert.equal(state.because.code, 'mcp.connection.killed');
  assert.ok(state.retryAtMs !== undefined, 'it is tried again');
  await stateOf(connection, 'connected');
  await connection.dispose();
}

async function reload(run: string, stubborn: boolean): Promise<void> {
  const connections = createConnections(connectionParts(PARTS(run)));
  const definition = (n: number) => definitionOf(raw({ ...(stubborn ? STUBBORN : {}), n }), { name: 'one' });
  connections.update([definition(1)]);
  connections.start();
  const first = connections.get('one');
  assert.ok(first);
  await stateOf(first, 'connected');
  connections.update([definition(2)]);
  const second = connections.get('one');
  assert.ok(second && second !== first);
  await stateOf(second, 'connected');
  await connections.dispose();
}

async function stopWhileConnecting(run: string, stubborn: boolean): Promise<void> {
  const { connection } = connectionTo(
    raw({ ...(stubborn ? STUBBORN : {}), at: { initialize: { nothing: true } } }),
    PARTS(run),
  );
  const connecting = assert.rejects(connection.connect(), /switched off/);
  await connection.dispose();
  await connecting;
}

async function goneWithin(run: string, ms: number): Promise<void> {
  const until = Date.now() + ms;
  for (;;) {
    const left = await marked(run);
    if (left.length === 0) return;
    assert.ok(Date.now() < until, `${left.length} processes are left`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function says(child: ChildProcess, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The host ended with ${code}`)));
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', (text) => text === line && resolve());
  });
}
