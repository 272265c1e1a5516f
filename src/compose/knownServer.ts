// A server as the page shows it: what files say of it, and what became of it.
import type { ListedServer } from '../contracts/mcp.ts';
import type { Because } from '../contracts/permission.ts';
import type { KnownServer } from '../host/mcpServers.ts';
import { seenFingerprint } from '../mcp/approval.ts';
import { entryFields, fileFields, variablesOf } from '../mcp/config/entryFields.ts';
import { EMPTY_CATALOG } from '../mcp/connection/catalog.ts';
import type { ServerConnection } from '../mcp/connection/serverConnection.ts';
import { nameTools } from '../mcp/tools/toolNames.ts';

export type SeenOfServer = {
  connection: ServerConnection | undefined;
  notices: readonly Because[];
  signedIn: boolean;
};

export function knownServer(listed: ListedServer, { connection, notices, signedIn }: SeenOfServer): KnownServer {
  const { name, entry, files = [] } = listed;
  const catalog = connection?.catalog() ?? EMPTY_CATALOG;
  const info = connection?.info();
  const named = nameTools(name, catalog.tools);
  // A tool may be called like a member that every object has.
  const toolNames: Record<string, string> = Object.create(null);
  for (const one of named.tools) toolNames[one.tool.name] = one.name;
  return {
    listed,
    fields: [...entryFields(entry), ...fileFields(files)],
    ...(listed.standing === 'pending' && listed.before !== undefined
      ? { before: [...entryFields(listed.before), ...fileFields(listed.filesBefore ?? [])] }
      : {}),
    variables: variablesOf(entry),
    fingerprint: seenFingerprint(entry, files),
    ...(connection === undefined ? {} : { state: connection.state() }),
    catalog,
    ...(info === undefined ? {} : { info }),
    notices: [...named.problems, ...notices],
    toolNames,
    signedIn,
  };
}
