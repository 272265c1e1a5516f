// All servers that may be started: side by side, in the background, kept as their definitions say.

import type { ServerDefinition } from '../../contracts/mcp.ts';
import { isOn } from '../../util/envValue.ts';
import type { ConnectionParts } from './connectionParts.ts';
import { type ConnectionEvent, createServerConnection, type ServerConnection } from './serverConnection.ts';
import { batchSize, startTimeout } from './timeouts.ts';

/** Most programs have started by then; the others go on, and make room. */
const SLOT_MS = 3000;

export interface Connections {
  /** In the order of the definitions, connected or not. */
  all(): readonly ServerConnection[];
  get(server: string): ServerConnection | undefined;
  /**
   * New ones are started once `start` was called, those that are gone are ended, those that changed are ended and started
   * anew. Nothing is waited for.
   */
  update(definitions: readonly ServerDefinition[]): void;
  /** From now on servers are started. Called with each conversation, by its id; returns at once. */
  start(session?: string): void;
  /** For servers that have to be there before the first request: resolves when they are, or when that takes too long. Never rejects. */
  ready(): Promise<void>;
  rootsChanged(): void;
  on(listener: (server: string, event: ConnectionEvent) => void): () => void;
  dispose(): Promise<void>;
}

export function createConnections(parts: ConnectionParts): Connections {
  const connections = new Map<string, ServerConnection>();
  const listeners = new Set<(server: string, event: ConnectionEvent) => void>();
  const waiting: ServerConnection[] = [];
  /** Servers that are being ended: another of the same name waits for them. */
  const ending = new Map<string, Promise<void>>();
  /** What has to be over before a connection starts anything, whoever wants it started. */
  const predecessors = new WeakMap<ServerConnection, Promise<void>>();
  const firstAttempts = new Map<ServerConnection, Promise<void>>();
  let running = 0;
  let started = false;
  let session: string | undefined;
  let disposed = false;

  function add(definition: ServerDefinition): ServerConnection {
    const connection: ServerConnection = createServerConnection(definition, {
      ...parts,
      session: () => session,
      mayStart: async (asked) => {
        await predecessors.get(connection);
        await parts.mayStart?.(asked);
      },
    });
    connection.on((event) => {
      for (const listener of listeners) listener(definition.name, event);
    });
    return connection;
  }

  function begin(connection: ServerConnection): void {
    firstAttempts.set(
      connection,
      new Promise((resolve) => {
        const go = async () => {
          await ending.get(connection.definition.name);
          // Its end is told as a state.
          if (!isCurrent(connection)) return resolve();
          const connected = connection.connect().catch(() => {});
          void connected.then(resolve);
          // One that hangs does not hold up the others.
          await within(SLOT_MS, connected);
        };
        if (connection.definition.transport.type === 'stdio') queue.set(connection, go);
        else void go();
      }),
    );
    if (queue.has(connection)) waiting.push(connection);
    pump();
  }

  const queue = new Map<ServerConnection, () => Promise<void>>();
  /** Programs are started a few at a time: all at once they would slow down one another and the editor. */
  function pump(): void {
    while (running < batchSize(parts.env())) {
      const next = waiting.shift();
      if (next === undefined) return;
      const go = queue.get(next);
      queue.delete(next);
      running++;
      void go?.().finally(() => {
        running--;
        pump();
      });
    }
  }

  const isCurrent = (connection: ServerConnection) => connections.get(connection.definition.name) === connection;

  function end(connection: ServerConnection): void {
    const { name } = connection.definition;
    const done = Promise.all([ending.get(name), connection.dispose()]).then(() => {
      if (ending.get(name) === done) ending.delete(name);
    });
    ending.set(name, done);
    firstAttempts.delete(connection);
  }

  return {
    all: () => [...connections.values()],
    get: (server) => connections.get(server),
    update(definitions) {
      if (disposed) return;
      const before = new Map(connections);
      connections.clear();
      const fresh: ServerConnection[] = [];
      for (const definition of definitions) {
        const known = before.get(definition.name);
        if (known !== undefined && sameOf(known.definition) === sameOf(definition)) {
          connections.set(definition.name, known);
          before.delete(definition.name);
          continue;
        }
        const connection = add(definition);
        connections.set(definition.name, connection);
        fresh.push(connection);
      }
      for (const gone of before.values()) end(gone);
      for (const connection of fresh) {
        const over = ending.get(connection.definition.name);
        if (over !== undefined) predecessors.set(connection, over);
      }
      if (started) fresh.forEach(begin);
    },
    start(opened) {
      session = opened ?? session;
      if (started || disposed) return;
      started = true;
      for (const connection of connections.values()) begin(connection);
    },
    async ready() {
      const wish = parts.env()['MCP_CONNECTION_NONBLOCKING'];
      const blocking = wish !== undefined && wish.trim() !== '' && !isOn(wish);
      const awaited = [...connections.values()].filter(({ definition }) => blocking || definition.alwaysLoad);
      if (awaited.length === 0) return;
      const all = Promise.all(awaited.map((connection) => firstAttempts.get(connection))).then(() => {});
      await within(startTimeout(parts.env()), all);
    },
    rootsChanged() {
      for (const connection of connections.values()) connection.rootsChanged();
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async dispose() {
      disposed = true;
      waiting.length = 0;
      for (const connection of connections.values()) end(connection);
      connections.clear();
      await Promise.all(ending.values());
      listeners.clear();
      parts.guard.dispose();
    },
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** Everything a server is started by. Where it stands in its file is of no account. */
function sameOf({ fingerprint, transport, timeoutMs, alwaysLoad, scope }: ServerDefinition): string {
  return JSON.stringify([fingerprint, transport, timeoutMs, alwaysLoad, scope]);
}
