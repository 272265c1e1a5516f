// Connections to servers as the product makes them, with what a test wants to see.
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServerDefinition, ServerState, ServerTransport } from '../../../src/contracts/mcp.ts';
import type { ConnectionParts } from '../../../src/mcp/connection/connectionParts.ts';
import { createProcessGuard } from '../../../src/mcp/connection/processGuard.ts';
import { createServerConnection, type ServerConnection } from '../../../src/mcp/connection/serverConnection.ts';
import { CallResult } from '../../../src/mcp/tools/toolResult.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
export const RAW_SERVER = path.join(ROOT, 'test/support/mcp/rawServer.mjs');

export function definitionOf(transport: ServerTransport, more: Partial<ServerDefinition> = {}): ServerDefinition {
  const { type, ...entry } = transport;
  return {
    name: 'probe',
    scope: 'user',
    file: '/home/me/.claude.json',
    entry: { type, ...entry },
    fingerprint: JSON.stringify(transport),
    transport,
    alwaysLoad: false,
    ...more,
  };
}

/** A program of `node_modules`, or the raw server with what it is to do. */
export function stdio(file: string, ...args: string[]): ServerTransport {
  const command = process.execPath;
  return { type: 'stdio', command, args: [path.resolve(ROOT, file), ...args], env: {} };
}
export const raw = (script: Record<string, unknown> = {}) => stdio(RAW_SERVER, JSON.stringify(script));

export function connectionParts(more: Partial<ConnectionParts> = {}): ConnectionParts & { lines: string[] } {
  const lines: string[] = [];
  return {
    root: tmpdir(),
    roots: () => [tmpdir()],
    env: () => ({}),
    programEnv: () => ({ PATH: process.env['PATH'], HOME: tmpdir() }),
    fetch: (url, init) => fetch(url, { redirect: 'manual', ...init }),
    log: (text) => lines.push(text),
    guard: createProcessGuard(),
    version: '0.0.0',
    retry: { firstMs: 10, mostMs: 80 },
    lines,
    ...more,
  };
}

export type Opened = { connection: ServerConnection; parts: ReturnType<typeof connectionParts>; states: ServerState[] };

export function connectionTo(
  transport: ServerTransport,
  more: Partial<ConnectionParts> = {},
  definition: Partial<ServerDefinition> = {},
): Opened {
  const parts = connectionParts(more);
  const connection = createServerConnection(definitionOf(transport, definition), parts);
  const states: ServerState[] = [];
  connection.on((event) => {
    if (event.type === 'state') states.push(event.state);
  });
  return { connection, parts, states };
}

/** Resolves at the first state that is wanted, the present one included. */
export function stateOf<S extends ServerState['state']>(
  connection: ServerConnection,
  wanted: S,
): Promise<Extract<ServerState, { state: S }>> {
  const is = (state: ServerState): state is Extract<ServerState, { state: S }> => state.state === wanted;
  return new Promise((resolve) => {
    const now = connection.state();
    if (is(now)) return resolve(now);
    const stop = connection.on((event) => {
      if (event.type !== 'state' || !is(event.state)) return;
      stop();
      resolve(event.state);
    });
  });
}

/** Calls the raw server's tool; resolves to the text of its answer. */
export async function echo(connection: ServerConnection, signal?: AbortSignal): Promise<string> {
  const params = { name: 'echo', arguments: {} };
  const { content = [] } = await connection.request('tools/call', params, CallResult, signal ? { signal } : {});
  return JSON.stringify(content);
}
