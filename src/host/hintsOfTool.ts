// What a connected server says of the tool that a name stands for.
import type { Action, ToolHints } from '../contracts/permission.ts';
import { hintsOf } from '../util/toolHints.ts';
import type { KnownServer } from './mcpServers.ts';

type Named = Pick<KnownServer, 'catalog' | 'toolNames'>;

/** The actions of a call that was typed, as those of the real call would be. */
export function withHints(actions: readonly Action[], tool: string, servers: readonly Named[]): Action[] {
  const hints = saidOf(tool, servers);
  return actions.map((action) => (action.kind === 'mcp' ? { ...action, ...hints } : action));
}

function saidOf(tool: string, servers: readonly Named[]): ToolHints {
  for (const { catalog, toolNames } of servers) {
    const known = catalog.tools.find(({ name }) => Object.hasOwn(toolNames, name) && toolNames[name] === tool);
    if (known !== undefined) return hintsOf(known.annotations);
  }
  return {};
}
