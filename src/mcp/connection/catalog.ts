// What a server offers: its lists, read page by page, each entry looked at by itself.
import * as z from 'zod/mini';
import type { ServerCatalog } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { shownName } from '../shownName.ts';
import type { Limits } from './limits.ts';

const TEXT = z.optional(z.string());
const Meta = z.optional(z.record(z.string(), z.unknown()));
const hint = z.optional(z.boolean());

const ToolEntry = z.looseObject({
  name: z.string().check(z.minLength(1)),
  title: TEXT,
  description: TEXT,
  inputSchema: z.record(z.string(), z.unknown()),
  annotations: z.optional(
    z.looseObject({
      title: TEXT,
      readOnlyHint: hint,
      destructiveHint: hint,
      idempotentHint: hint,
      openWorldHint: hint,
    }),
  ),
  execution: z.optional(z.looseObject({ taskSupport: TEXT })),
  _meta: Meta,
});
const PromptEntry = z.looseObject({
  name: z.string().check(z.minLength(1)),
  title: TEXT,
  description: TEXT,
  arguments: z.optional(
    z.array(z.looseObject({ name: z.string(), description: TEXT, required: z.optional(z.boolean()) })),
  ),
});
const ResourceEntry = z.looseObject({
  uri: z.string().check(z.minLength(1)),
  name: TEXT,
  title: TEXT,
  description: TEXT,
  mimeType: TEXT,
  size: z.optional(z.number()),
});
const TemplateEntry = z.looseObject({
  uriTemplate: z.string().check(z.minLength(1)),
  name: TEXT,
  title: TEXT,
  description: TEXT,
  mimeType: TEXT,
});

export const EMPTY_CATALOG: ServerCatalog = { tools: [], prompts: [], resources: [], templates: [] };

const Page = (key: string) =>
  z.looseObject({ [key]: z.array(z.unknown()), nextCursor: z.optional(z.nullable(z.string())) });
/** Lists by the method that asks for them. */
const LISTS = {
  tools: { method: 'tools/list', key: 'tools', entry: ToolEntry },
  prompts: { method: 'prompts/list', key: 'prompts', entry: PromptEntry },
  resources: { method: 'resources/list', key: 'resources', entry: ResourceEntry },
  templates: { method: 'resources/templates/list', key: 'resourceTemplates', entry: TemplateEntry },
} as const;
export type ListName = keyof typeof LISTS;

export type AskPage = (
  method: string,
  cursor: string | undefined,
  schema: ReturnType<typeof Page>,
) => Promise<Record<string, unknown>>;

/** In the server's order. `problems` are told; they cost an entry or the end of the list, never the list. Rejects as `ask` does. */
export async function readList<N extends ListName>(
  name: N,
  server: string,
  limits: Limits,
  ask: AskPage,
): Promise<{ entries: ServerCatalog[N]; problems: Because[] }> {
  const { method, key, entry } = LISTS[name];
  const entries: unknown[] = [];
  const problems: Because[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  let skipped = 0;
  let length = 0;
  for (let page = 0; ; page++) {
    const answer = await ask(method, cursor, Page(key));
    for (const one of Array.isArray(answer[key]) ? answer[key] : []) {
      const read = entry.safeParse(one);
      if (!read.success) {
        if (++skipped <= 5) problems.push(unusable(server, name, one, read.error.issues[0]));
        continue;
      }
      const size = JSON.stringify(one).length;
      length += size;
      if (length > limits.listLength) break;
      if (size <= limits.entryLength) entries.push(read.data);
      else if (++skipped <= 5) problems.push(unusable(server, name, one, { path: [], message: 'is too long' }));
    }
    const next = answer['nextCursor'];
    const full = entries.length >= limits.items || length > limits.listLength;
    if (typeof next !== 'string' && !full) break;
    const args = { server, list: method, count: String(Math.min(entries.length, limits.items)) };
    if (typeof next !== 'string' || full || page + 1 >= limits.pages || seen.has(next)) {
      const turns = typeof next === 'string' && seen.has(next);
      // As many as are taken, and no more, is not too long.
      if (typeof next === 'string' || entries.length > limits.items || length > limits.listLength)
        problems.push({ code: turns ? 'mcp.connection.listTurns' : 'mcp.connection.listTooLong', args });
      break;
    }
    seen.add(next);
    cursor = next;
  }
  // Each entry passed the schema of its list.
  return { entries: entries.slice(0, limits.items) as unknown as ServerCatalog[N], problems };
}

function unusable(
  server: string,
  list: string,
  one: unknown,
  issue: { path: PropertyKey[]; message: string } | undefined,
): Because {
  const own = typeof one === 'object' && one !== null && 'name' in one ? one.name : undefined;
  const name = typeof own === 'string' ? shownName(own) : '?';
  const reason = shownName(`${(issue?.path ?? []).join('.')} ${issue?.message ?? ''}`.trim());
  return { code: 'mcp.connection.entry', args: { server, list, name, reason } };
}
