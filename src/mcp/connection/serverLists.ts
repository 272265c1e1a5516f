// The lists of a connected server, read again when it says that they changed.
import type { ServerCapabilities } from '@modelcontextprotocol/sdk/types.js';
import type { ServerCatalog } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { type AskPage, EMPTY_CATALOG, type ListName, readList } from './catalog.ts';
import type { Limits } from './limits.ts';

/** Several changes told at once are one. */
const SETTLE_MS = 100;
/** A list that changes again and again is read less and less often, up to this. */
const MOST_MS = 10_000;
/** So long without a change, and the next one is read at once. */
const CALM_MS = 60_000;
/** Each is told once, and no more than so many of a session. */
const MOST_NOTICES = 50;

export type ListsParts = {
  server: string;
  limits: Limits;
  ask: AskPage;
  /** The session is over: nothing is worth telling any more. */
  over(): boolean;
  describe(error: unknown): string;
  notice(because: Because): void;
  changed(): void;
};

export type ServerLists = {
  catalog(): ServerCatalog;
  /** Rejects when the tools cannot be read: they are what a server is there for. Other lists are told about and left empty. */
  readAll(offered: ServerCapabilities): Promise<void>;
  /** What was read before stays when it cannot be read. */
  refreshSoon(list: 'tools' | 'prompts' | 'resources'): void;
  dispose(): void;
};

export function createServerLists({ server, limits, ask, over, describe, notice, changed }: ListsParts): ServerLists {
  let catalog = EMPTY_CATALOG;
  const timers = new Map<string, NodeJS.Timeout>();
  const reading = new Set<string>();
  const waits = new Map<string, { ms: number; at: number }>();
  const told = new Set<string>();

  function tell(because: Because): void {
    const text = JSON.stringify(because);
    if (told.has(text) || told.size >= MOST_NOTICES) return;
    told.add(text);
    notice(because);
  }

  function nextWait(list: string): number {
    const at = performance.now();
    const last = waits.get(list);
    const ms = last === undefined || at - last.at > CALM_MS ? SETTLE_MS : Math.min(last.ms * 2, MOST_MS);
    waits.set(list, { ms, at });
    return ms;
  }

  async function read(list: ListName): Promise<void> {
    const { entries, problems } = await readList(list, server, limits, ask);
    // What is the same stays the same object: everything that was made of it does, too.
    if (JSON.stringify(entries) !== JSON.stringify(catalog[list])) catalog = { ...catalog, [list]: entries };
    problems.forEach(tell);
  }

  async function readOrTell(list: ListName): Promise<void> {
    try {
      await read(list);
    } catch (error) {
      if (over()) throw error;
      // Templates are newer than resources: that a server knows none is nothing to tell.
      if (list !== 'templates') tell({ code: 'mcp.connection.list', args: { server, list, reason: describe(error) } });
    }
  }

  function refreshSoon(list: 'tools' | 'prompts' | 'resources'): void {
    if (over() || timers.has(list)) return;
    timers.set(
      list,
      setTimeout(() => {
        timers.delete(list);
        // One reading at a time; what changes meanwhile is read after it.
        if (reading.has(list)) return refreshSoon(list);
        reading.add(list);
        void refresh(list).finally(() => reading.delete(list));
      }, nextWait(list)),
    );
  }

  async function refresh(list: 'tools' | 'prompts' | 'resources'): Promise<void> {
    const before = catalog;
    try {
      for (const one of list === 'resources' ? (['resources', 'templates'] as const) : [list]) await readOrTell(one);
    } catch {
      // The session ended meanwhile, and whoever ended it says why.
      return;
    }
    if (catalog !== before) changed();
  }

  return {
    catalog: () => catalog,
    async readAll(offered) {
      if (offered.tools !== undefined) await read('tools');
      if (offered.prompts !== undefined) await readOrTell('prompts');
      if (offered.resources === undefined) return;
      await readOrTell('resources');
      await readOrTell('templates');
    },
    refreshSoon,
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
