// Tools as they were when their server was approved: one that says something else later is asked about again.
import { createHash } from 'node:crypto';
import type { ServerDefinition, ServerTool } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { definitionFingerprint, whyAskAgain } from '../approval.ts';
import { type ToolWords, toolDifference } from './toolDifference.ts';

/** What is kept of a tool: enough to tell that it changed, and to show how. */
export type KnownTool = ToolWords & { fingerprint: string };
export type ToolStore = {
  /** Undefined: nothing is kept of this server. */
  read(key: string): Promise<Record<string, KnownTool> | undefined>;
  write(key: string, tools: Record<string, KnownTool>): Promise<void>;
};

export type ToolVersions = {
  /** The server's tools are known. Those of a definition that is met for the first time are what was approved. */
  met(definition: ServerDefinition, tools: readonly ServerTool[]): Promise<void>;
  /** Why a person has to be asked about a call of the tool, which rules call `name`. */
  whyAsk(name: string, definition: ServerDefinition, tool: ServerTool): Because | undefined;
  /** A call of it runs: where this very version was asked about, it is approved with that. */
  ran(definition: ServerDefinition, tool: ServerTool): void;
};

/** A failure of the store goes to `failed`; until it is mended tools are asked about once in each window. */
export function createToolVersions(root: string, store: ToolStore, failed: (cause: unknown) => void): ToolVersions {
  const known = new Map<string, Record<string, KnownTool>>();
  const reading = new Map<string, Promise<void>>();
  /** Versions, each by itself: a yes to one is none to what came after it. */
  const asked = new Set<string>();
  const versionOf = (key: string, { name }: ServerTool, { fingerprint }: KnownTool) =>
    JSON.stringify([key, name, fingerprint]);
  const keyOf = ({ name, file, fingerprint }: ServerDefinition) =>
    createHash('sha256')
      .update(JSON.stringify([root, file, name, fingerprint]))
      .digest('hex');

  let writing: Promise<void> = Promise.resolve();
  const keep = (key: string, tools: Record<string, KnownTool>) => {
    known.set(key, tools);
    // One after the other: the last word is the last one that is kept.
    writing = writing.then(() => store.write(key, tools)).catch(failed);
    return writing;
  };

  return {
    met(definition, tools) {
      const key = keyOf(definition);
      const again = reading.get(key);
      if (again !== undefined) return again;
      const first = (async () => {
        const kept = await store.read(key).catch((cause: unknown) => {
          failed(cause);
          // Not the first meeting: what cannot be read may well have been something else.
          return {};
        });
        if (kept !== undefined) known.set(key, kept);
        else await keep(key, Object.fromEntries(tools.map((tool) => [tool.name, knownTool(tool)])));
      })();
      reading.set(key, first);
      return first;
    },
    whyAsk(name, definition, tool) {
      const key = keyOf(definition);
      const before = own(known.get(key), tool.name);
      const current = knownTool(tool);
      const texts = [tool.title ?? '', tool.description ?? '', ...stringsIn(tool.inputSchema)];
      const versions = { approved: before?.fingerprint ?? null, current: current.fingerprint };
      const because = whyAskAgain({ tool: name, definition: versions, texts });
      if (because?.code !== 'mcp.tool.changed') return because;
      asked.add(versionOf(key, tool, current));
      return toolDifference(name, before, current);
    },
    ran(definition, tool) {
      // Most are never asked about: nothing is made of their descriptions then.
      if (asked.size === 0) return;
      const key = keyOf(definition);
      const current = knownTool(tool);
      if (asked.delete(versionOf(key, tool, current))) void keep(key, { ...known.get(key), [tool.name]: current });
    },
  };
}

/** A tool may be called like a member that every object has. */
function own(tools: Record<string, KnownTool> | undefined, name: string): KnownTool | undefined {
  return tools !== undefined && Object.hasOwn(tools, name) ? tools[name] : undefined;
}

function knownTool(tool: ServerTool): KnownTool {
  const { name, title, description = '', inputSchema, annotations, _meta } = tool;
  return {
    fingerprint: definitionFingerprint({ name, title, description, inputSchema, annotations, _meta }),
    description,
    input: JSON.stringify(inputSchema),
    hints: JSON.stringify({ title, ...annotations, ..._meta }),
  };
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsIn(inner)]);
}
