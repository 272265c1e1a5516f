// All tools of all servers, in an order that does not depend on which server was quicker.

import type { Because } from '../../contracts/permission.ts';
import type { AnyTool } from '../../contracts/tool.ts';
import { hintsOf } from '../../util/toolHints.ts';
import type { Connections } from '../connection/connections.ts';
import type { ServerConnection } from '../connection/serverConnection.ts';
import { shownName } from '../shownName.ts';
import { createServerTool, DESCRIPTION, type ServerToolParts } from './serverTool.ts';
import { nameTools, unusableServers } from './toolNames.ts';
import { usableSchema } from './toolSchema.ts';

/**
 * `alwaysLoad`: it is not left to be searched for. `full`: the whole name that rules may write as well, where that of the
 * tool is a short form of it.
 */
export type OfferedTool = { tool: AnyTool; server: string; alwaysLoad: boolean; full?: string };
export type ServerTools = {
  /** By name; the same objects as long as their servers' lists are. */
  all(): readonly OfferedTool[];
  /** Of the lists as they are now: tools and servers that are left out, and why. */
  problems(): Because[];
};

type Made = { catalog: unknown; tools: OfferedTool[]; problems: Because[] };

export function createServerTools(connections: Pick<Connections, 'all'>, parts: ServerToolParts): ServerTools {
  const made = new WeakMap<ServerConnection, Made>();

  function toolsOf(connection: ServerConnection): Made {
    const { tools: catalog } = connection.catalog();
    const known = made.get(connection);
    if (known?.catalog === catalog) return known;
    const fresh: Made = { catalog, ...make(connection, parts) };
    made.set(connection, fresh);
    return fresh;
  }

  function usable(): { servers: ServerConnection[]; problems: Because[] } {
    const all = connections.all();
    const refused = unusableServers(all.map(({ definition }) => definition.name));
    return {
      servers: all.filter(({ definition }) => !refused.has(definition.name)),
      problems: [...refused.values()],
    };
  }

  return {
    all() {
      const tools = usable().servers.flatMap((connection) => toolsOf(connection).tools);
      return tools.sort((a, b) => (a.tool.name < b.tool.name ? -1 : 1));
    },
    problems() {
      const { servers, problems } = usable();
      return [...problems, ...servers.flatMap((connection) => toolsOf(connection).problems)];
    },
  };
}

function make(connection: ServerConnection, parts: ServerToolParts): { tools: OfferedTool[]; problems: Because[] } {
  const { name: server, alwaysLoad } = connection.definition;
  const { tools: named, problems } = nameTools(server, connection.catalog().tools);
  const tools = named.flatMap((one) => {
    const usable = usableSchema(one.tool.inputSchema);
    if ('fault' in usable) {
      problems.push({
        code: 'mcp.tool.schema',
        args: { server, tool: shownName(one.tool.name), reason: usable.fault },
      });
      return [];
    }
    if ((one.tool.description ?? '').length > DESCRIPTION)
      problems.push({ code: 'mcp.tool.cut', args: { server, tool: shownName(one.tool.name) } });
    const plain: AnyTool = createServerTool(one, usable.schema, connection, parts);
    const hints = hintsOf(one.tool.annotations);
    const actions: AnyTool['actions'] = (input, cwd) =>
      plain.actions(input, cwd).map((action) => (action.kind === 'mcp' ? { ...action, ...hints } : action));
    const tool: AnyTool = { ...plain, actions };
    const always = alwaysLoad || one.tool._meta?.['anthropic/alwaysLoad'] === true;
    const full = one.full === undefined ? {} : { full: `mcp__${one.server}__${one.full}` };
    return [{ tool, server, alwaysLoad: always, ...full }];
  });
  return { tools, problems };
}
