// Resources that conversations read: when a server says that one changed, the model is told with its next request.
import type { Connections } from '../connection/connections.ts';
import { subscribe, unsubscribe } from '../connection/offers.ts';

/** Of all conversations of a folder; the oldest are given up. */
const MOST = 100;

export type ResourceWatch = {
  /** Best effort: servers that tell of no changes are left alone. `changed` is called once, and again after another `watch`. */
  watch(server: string, uri: string, changed: () => void): void;
  dispose(): void;
};

export function createResourceWatch(
  connections: Pick<Connections, 'get' | 'on'>,
  log: (text: string) => void,
): ResourceWatch {
  const watched = new Map<string, { server: string; uri: string; waiting: Set<() => void> }>();
  /** Whose session was told what is watched: lists that are read again are told as `connected`, too. */
  const told = new Set<string>();
  const keyOf = (server: string, uri: string) => JSON.stringify([server, uri]);

  const stop = connections.on((server, event) => {
    if (event.type === 'updated') {
      const one = watched.get(keyOf(server, event.uri));
      const waiting = [...(one?.waiting ?? [])];
      one?.waiting.clear();
      for (const changed of waiting) changed();
    }
    if (event.type !== 'state') return;
    if (event.state.state !== 'connected') told.delete(server);
    // A new session knows of no subscriptions.
    else if (!told.has(server))
      for (const one of watched.values()) if (one.server === server) begin(one.server, one.uri);
  });

  function begin(server: string, uri: string): void {
    const connection = connections.get(server);
    if (connection?.state().state !== 'connected') return;
    told.add(server);
    void subscribe(connection, uri).catch((error: unknown) =>
      log(`Changes of ${uri} are not told by the server ${server}: ${error instanceof Error ? error.message : error}`),
    );
  }

  return {
    watch(server, uri, changed) {
      const key = keyOf(server, uri);
      const known = watched.get(key);
      if (known !== undefined) {
        known.waiting.add(changed);
        return;
      }
      watched.set(key, { server, uri, waiting: new Set([changed]) });
      begin(server, uri);
      const [oldest] = watched;
      if (watched.size <= MOST || oldest === undefined) return;
      watched.delete(oldest[0]);
      const connection = connections.get(oldest[1].server);
      // A server that does not take it back tells of changes that nobody waits for.
      if (connection?.state().state === 'connected') unsubscribe(connection, oldest[1].uri).catch(() => {});
    },
    dispose: stop,
  };
}
