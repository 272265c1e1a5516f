// What servers of a folder have told since the window is open: notices, tools as they are by now, and whether somebody is
// signed in.
import type { Because } from '../contracts/permission.ts';
import type { ToolVersions } from '../mcp/config/toolVersions.ts';
import type { Connections } from '../mcp/connection/connections.ts';
import type { ServerLogins } from '../mcp/oauth/serverLogins.ts';

export type WatchServersParts = {
  connections: Connections;
  versions: Pick<ToolVersions, 'met'>;
  logins?: Pick<ServerLogins, 'hasTokens'>;
  /** Something is to be shown anew. */
  changed(): void;
};

export type SeenOfServers = {
  of(server: string): { notices: readonly Because[]; signedIn: boolean };
  forgetNotices(server: string): void;
};

/** Notices of one server that are kept. */
const MOST_NOTICES = 20;

export function watchServers({ connections, versions, logins, changed }: WatchServersParts): SeenOfServers {
  const notices = new Map<string, Because[]>();
  /** Servers that tokens of a sign-in are kept for. */
  const signedIn = new Set<string>();
  async function lookForTokens(): Promise<void> {
    for (const { definition } of connections.all()) {
      const has = await logins?.hasTokens(definition).catch(() => false);
      if (signedIn.has(definition.name) === (has === true)) continue;
      if (has) signedIn.add(definition.name);
      else signedIn.delete(definition.name);
      changed();
    }
  }
  connections.on((server, event) => {
    if (event.type === 'updated') return;
    if (event.type === 'notice') {
      notices.set(server, [...(notices.get(server) ?? []), event.because].slice(-MOST_NOTICES));
    }
    const connection = connections.get(server);
    if (event.type === 'catalog' && connection !== undefined)
      void versions.met(connection.definition, connection.catalog().tools).then(changed);
    if (event.type === 'state' && logins !== undefined) void lookForTokens();
    changed();
  });
  return {
    of: (server) => ({ notices: notices.get(server) ?? [], signedIn: signedIn.has(server) }),
    forgetNotices: (server) => notices.delete(server),
  };
}
