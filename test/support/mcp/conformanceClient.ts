// The client of the conformance suite: our connections, with a person who says yes to everything. Never shipped.
import * as z from 'zod/mini';
import type { ServerTool } from '../../../src/contracts/mcp.ts';
import { CallResult } from '../../../src/mcp/tools/toolResult.ts';
import { connectionTo } from './connections.ts';

/** What a tool is called with: a value for each field it needs. */
function someInput({ inputSchema }: ServerTool): Record<string, unknown> {
  const fields = z
    .record(z.string(), z.looseObject({ type: z.optional(z.string()) }))
    .safeParse(inputSchema['properties']);
  if (!fields.success) return {};
  return Object.fromEntries(
    Object.entries(fields.data).map(([name, { type }], index) => [name, type === 'number' ? index + 2 : 'text']),
  );
}

/** Calls every tool once. Rejects when anything fails. */
export async function conformanceClient(url: string): Promise<void> {
  const { connection } = connectionTo(
    { type: 'http', url, headers: {} },
    { elicit: async () => ({ action: 'accept', content: {} }) },
  );
  try {
    await connection.connect();
    for (const tool of connection.catalog().tools)
      await connection.request('tools/call', { name: tool.name, arguments: someInput(tool) }, CallResult);
  } finally {
    await connection.dispose();
  }
}
