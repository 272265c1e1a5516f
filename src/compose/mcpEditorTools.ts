// Tools that other extensions offer in VS Code, as a server of the name `vscode`: the same rules, limits and marks.
import type { ServerCatalog, ServerDefinition, ServerTool } from '../contracts/mcp.ts';
import type { Because } from '../contracts/permission.ts';
import { callEditorTool, createEditorToolList, ownersOfTools } from '../host/editorTools.ts';
import { whyAskAgain } from '../mcp/approval.ts';
import { type ServerPolicy, whyNotAllowed } from '../mcp/config/serverPolicy.ts';
import { EMPTY_CATALOG } from '../mcp/connection/catalog.ts';
import { createDeadline } from '../mcp/connection/deadline.ts';
import { endedBy } from '../mcp/connection/endedBy.ts';
import { DEFAULT_LIMITS } from '../mcp/connection/limits.ts';
import type { ServerConnection } from '../mcp/connection/serverConnection.ts';
import { ServerFault } from '../mcp/connection/serverFault.ts';
import { callTimes } from '../mcp/connection/timeouts.ts';
import type { ServerToolParts } from '../mcp/tools/serverTool.ts';
import { createServerTools, type OfferedTool } from '../mcp/tools/serverTools.ts';
import { nameTools } from '../mcp/tools/toolNames.ts';
import type { EditorToolsState } from '../mcpProtocol.ts';

/** No file can name a server so: `RESERVED` of mcp/config. */
const EDITOR_SERVER = 'vscode';

export type EditorTools = {
  toolsFor(parts: Pick<ServerToolParts, 'env' | 'save'>): () => readonly OfferedTool[];
  /** As a person is shown them. */
  listed(): EditorToolsState;
};

export type EditorToolsParts = {
  /** Of the extension whose tools are never offered: ourselves. */
  ownId: string;
  /** The person switched them on, in a trusted workspace. */
  wanted(): boolean;
  /** The organisation's lists, which speak of `vscode` by its name. */
  policy(): ServerPolicy;
  /** The organisation has a file of servers: there are no others. */
  exclusive(): boolean;
  /** Each reason once: what is left out, and why. */
  tell(because: Because): void;
};

const DEFINITION: ServerDefinition = {
  name: EDITOR_SERVER,
  scope: 'editor',
  file: '',
  entry: {},
  fingerprint: '',
  transport: { type: 'stdio', command: '', args: [], env: {} },
  alwaysLoad: false,
};

export function createEditorTools({ ownId, wanted, policy, exclusive, tell }: EditorToolsParts): EditorTools {
  const list = createEditorToolList(ownId);
  const told = new Set<string>();
  let listed: readonly ServerTool[] | undefined;
  let catalog = EMPTY_CATALOG;
  let faults: Because[] = [];

  function tellOnce(because: Because): void {
    const key = JSON.stringify(because);
    if (told.has(key)) return;
    told.add(key);
    tell(because);
  }

  /** The same object as long as the list is the same, as that of a server is. */
  function current(): ServerCatalog {
    if (!wanted()) return EMPTY_CATALOG;
    const refused = whyNone();
    if (refused !== undefined) {
      tellOnce(refused);
      return EMPTY_CATALOG;
    }
    const now = list();
    if (now !== listed) {
      const tools = now.filter(isShortEnough);
      catalog = { ...EMPTY_CATALOG, tools: tools.slice(0, DEFAULT_LIMITS.items) };
      faults = now.filter((tool) => !tools.includes(tool)).map(tooLong);
    }
    listed = now;
    for (const fault of faults) tellOnce(fault);
    return catalog;
  }

  function whyNone(): Because | undefined {
    if (exclusive()) return { code: 'mcp.editorTools.managed', args: {} };
    return whyNotAllowed(EDITOR_SERVER, DEFINITION.transport, byName(policy()));
  }

  const connection: ServerConnection = {
    definition: DEFINITION,
    state: () => ({ state: 'connected', tools: current().tools.length, prompts: 0, resources: 0 }),
    catalog: current,
    info: () => undefined,
    connect: async () => {},
    reconnect: async () => {},
    rootsChanged: () => {},
    on: () => () => {},
    dispose: async () => {},
    request: async (method, params, schema, { signal, totalMs, idleMs, check } = {}) => {
      check?.();
      const { name, arguments: input } = params as { name: string; arguments: object };
      const total = totalMs ?? callTimes(DEFINITION, {}).total;
      const late = (which: 'total' | 'idle') => {
        const seconds = String(Math.max(1, Math.round((which === 'idle' ? (idleMs ?? 0) : total) / 1000)));
        return new ServerFault({
          code: `mcp.connection.late.${which}`,
          args: { server: EDITOR_SERVER, method, seconds },
        });
      };
      const times = { totalMs: total, ...(idleMs === undefined ? {} : { idleMs }), late };
      const deadline = createDeadline(times, signal);
      try {
        // An extension may take no notice of the signal, or still show its question.
        const result = await endedBy(deadline.signal, callEditorTool(name, input, deadline.signal));
        if (result === 'cancelled') throw new ServerFault({ code: 'mcp.editorTools.cancelled', args: { tool: name } });
        if (lengthOf(result.content) > DEFAULT_LIMITS.messageBytes)
          throw new ServerFault({ code: 'mcp.connection.tooLarge', args: { server: EDITOR_SERVER } });
        return schema.parse(result);
      } finally {
        deadline.dispose();
      }
    },
  };

  const connections = { all: () => [connection] };
  /** Of no conversation: what they are called, and what is left out. */
  const shown = createServerTools(connections, {
    env: () => ({}),
    save: () => Promise.reject(new Error('not called')),
  });

  return {
    listed() {
      const on = wanted();
      const because = whyNone();
      if (because !== undefined) return { on, because, tools: [], leftOut: [] };
      if (!on) return { on, tools: [], leftOut: [] };
      const { tools } = current();
      const offered = new Set(shown.all().map(({ tool }) => tool.name));
      const owners = ownersOfTools(ownId);
      return {
        on,
        tools: nameTools(EDITOR_SERVER, tools)
          .tools.filter(({ name }) => offered.has(name))
          .map(({ name, tool }) => ({
            rule: name,
            description: tool.description ?? '',
            extension: owners.get(tool.name) ?? '',
          })),
        // One whose description was cut is offered.
        leftOut: [...faults, ...shown.problems().filter(({ code }) => code !== 'mcp.tool.cut')],
      };
    },
    toolsFor: (parts) => {
      const tools = createServerTools(connections, {
        ...parts,
        mustAsk: ({ name, tool }) =>
          whyAskAgain({ tool: name, texts: [tool.description ?? '', JSON.stringify(tool.inputSchema)] }),
      });
      let looked: ServerCatalog | undefined;
      return () => {
        const all = tools.all();
        const now = current();
        if (now !== looked) for (const problem of tools.problems()) tellOnce(problem);
        looked = now;
        return all;
      };
    },
  };
}

/** Nobody but us gives this name, and it stands for no command and no address. */
function byName({ allowed, denied, env }: ServerPolicy): ServerPolicy {
  const named = (list: readonly unknown[]) =>
    list.filter((one) => typeof one === 'object' && one !== null && 'serverName' in one);
  return { ...(allowed === undefined ? {} : { allowed: named(allowed) }), denied: named(denied), env };
}

const isShortEnough = (tool: ServerTool) => JSON.stringify(tool).length <= DEFAULT_LIMITS.entryLength;

function tooLong({ name }: ServerTool): Because {
  return { code: 'mcp.connection.entry', args: { server: EDITOR_SERVER, list: 'tools', name, reason: 'is too long' } };
}

/** Of all texts in it, characters; bytes of others are base64 there. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + lengthOf(inner), 0);
}
