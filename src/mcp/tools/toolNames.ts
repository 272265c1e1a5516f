// What the tools of servers are called: `mcp__server__tool`, so that a rule, a hook and the model mean the same one.
import { createHash } from 'node:crypto';
import type { ServerTool } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { nameInTools } from '../approval.ts';
import { shownName } from '../shownName.ts';

/** What the models' services take. */
const MOST = 64;
const HASH = 8;
/** `mcp__`, `__` and what a short name has at least. The server's part is never cut: rules name whole servers by it. */
const SERVER_MOST = MOST - 'mcp__'.length - '__'.length - HASH - 2;

export type NamedTool = {
  /** The whole name. */
  name: string;
  /** Its two parts as they stand in it. */
  server: string;
  short: string;
  /** The tool's own name as it would stand there, where `short` had to be made of it. */
  full?: string;
  tool: ServerTool;
};

export type Naming = { tools: NamedTool[]; problems: Because[] };

/** The names of one server's tools. Of two that would be called the same, the second is left out. */
export function nameTools(server: string, tools: readonly ServerTool[]): Naming {
  const part = nameInTools(server);
  const named = new Map<string, NamedTool>();
  const taken = new Map<string, NamedTool>();
  const problems: Because[] = [];
  for (const tool of tools) {
    const { short, full } = shortName(part, tool.name);
    const name = `mcp__${part}__${short}`;
    // Two that rules know by one whole name would be one to them, although each has a short name of its own.
    const whole = full ?? short;
    const other = named.get(whole);
    if (other !== undefined || taken.has(name)) {
      const args = {
        tool: shownName(tool.name),
        server,
        other: shownName((other ?? taken.get(name))?.tool.name ?? ''),
      };
      problems.push({ code: 'mcp.tool.nameTaken', args });
      continue;
    }
    const one = { name, server: part, short, tool, ...(full === undefined ? {} : { full }) };
    named.set(whole, one);
    taken.set(name, one);
  }
  return { tools: [...taken.values()], problems };
}

function shortName(server: string, tool: string): { short: string; full?: string } {
  const plain = nameInTools(tool);
  const room = MOST - `mcp__${server}__`.length;
  if (plain.length <= room) return { short: plain };
  // Of the name as the server has it: a rule for one is none for another that differs in what was replaced.
  const hash = createHash('sha256').update(tool).digest('hex').slice(0, HASH);
  return { short: `${plain.slice(0, room - HASH - 1)}_${hash}`, full: plain };
}

/**
 * Servers whose tools cannot be told from those of an earlier one, or have no room for a name. `a__b` beside `a` is one:
 * a rule for all of `a` would hold for it. So is `a_`: its tool `b` would be called as `_b` of `a` is.
 */
export function unusableServers(servers: readonly string[]): Map<string, Because> {
  const found = new Map<string, Because>();
  const used: Array<{ server: string; part: string }> = [];
  for (const server of servers) {
    const part = nameInTools(server);
    const other = used.find(
      (one) => `${one.part}__`.startsWith(`${part}__`) || `${part}__`.startsWith(`${one.part}__`),
    );
    if (other !== undefined)
      found.set(server, { code: 'mcp.tool.serverNameTaken', args: { server, other: other.server } });
    else if (part === '' || part.length > SERVER_MOST)
      found.set(server, { code: 'mcp.tool.serverNameLong', args: { server, most: String(SERVER_MOST) } });
    else used.push({ server, part });
  }
  return found;
}
