// The client of the conformance suite: our connections, with a person who says yes to everything. Never shipped.
import * as z from 'zod/mini';
import type { ServerTool } from '../../../src/contracts/mcp.ts';
import { CallResult } from '../../../src/mcp/tools/toolResult.ts';
import { connectionTo } from './connections.ts';
import { passThrough, windowOf } from './logins.ts';

/** What the suite expects of a client that is described under an address. */
const CLIENT_METADATA = 'https://conformance-test.local/client-metadata.json';
/** A client that was registered before, where the scenario has one. */
const Context = z.object({ client_id: z.optional(z.string()), client_secret: z.optional(z.string()) });

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

/** Signs in where that is asked for, and calls every tool once. Rejects when anything fails. */
export async function conformanceClient(url: string, context: string | undefined): Promise<void> {
  const { client_id: clientId, client_secret: secret } = Context.parse(JSON.parse(context ?? '{}'));
  const { logins } = windowOf(passThrough, {
    clientMetadataUrl: () => CLIENT_METADATA,
    env: () => ({ MCP_CLIENT_SECRET: secret }),
  });
  const { connection } = connectionTo(
    { type: 'http', url, headers: {}, ...(clientId === undefined ? {} : { oauth: { clientId } }) },
    { elicit: async () => ({ action: 'accept', content: {} }), authorize: logins.authorize },
  );
  try {
    await connection.connect().catch(async (error: unknown) => {
      if (connection.state().state !== 'needsAuthentication') throw error;
      await logins.signIn(connection.definition, new AbortController().signal);
      await connection.reconnect();
    });
    for (const tool of connection.catalog().tools)
      await connection.request('tools/call', { name: tool.name, arguments: someInput(tool) }, CallResult);
  } finally {
    await connection.dispose();
  }
}
