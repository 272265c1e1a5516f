// Tools that other extensions offer in VS Code, as a server of the name `vscode`: the same rules, limits and marks.
import * as vscode from 'vscode';
import type { ServerCatalog, ServerDefinition, ServerTool } from '../contracts/mcp.ts';
import { EMPTY_CATALOG } from '../mcp/connection/catalog.ts';
import type { ServerConnection } from '../mcp/connection/serverConnection.ts';
import type { ServerToolParts } from '../mcp/tools/serverTool.ts';
import { createServerTools, type OfferedTool } from '../mcp/tools/serverTools.ts';

export const EDITOR_SERVER = 'vscode';

export type EditorTools = { toolsFor(parts: Pick<ServerToolParts, 'env' | 'save'>): () => readonly OfferedTool[] };

const DEFINITION: ServerDefinition = {
  name: EDITOR_SERVER,
  scope: 'editor',
  file: '',
  entry: {},
  fingerprint: '',
  transport: { type: 'stdio', command: '', args: [], env: {} },
  alwaysLoad: false,
};

export function createEditorTools(wanted: () => boolean): EditorTools {
  let catalog: ServerCatalog = EMPTY_CATALOG;
  let seen = '';
  const current = (): ServerCatalog => {
    const tools = wanted() ? vscode.lm.tools.map(described) : [];
    const now = JSON.stringify(tools);
    // The same lists stay the same object, as those of a server do.
    if (now !== seen) catalog = { ...EMPTY_CATALOG, tools };
    seen = now;
    return catalog;
  };
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
    request: async (_method, params, schema, options) => {
      const cancel = new vscode.CancellationTokenSource();
      const stop = () => cancel.cancel();
      options?.signal?.addEventListener('abort', stop, { once: true });
      try {
        const { name, arguments: input } = params as { name: string; arguments: object };
        const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, cancel.token);
        return schema.parse({ content: result.content.map(contentOf) });
      } finally {
        options?.signal?.removeEventListener('abort', stop);
        cancel.dispose();
      }
    },
  };
  return { toolsFor: (parts) => createServerTools({ all: () => [connection] }, parts).all };
}

function described({ name, description, inputSchema }: vscode.LanguageModelToolInformation): ServerTool {
  return { name, description, inputSchema: { type: 'object', ...inputSchema } };
}

function contentOf(part: unknown): Record<string, unknown> {
  if (part instanceof vscode.LanguageModelTextPart) return { type: 'text', text: part.value };
  // Newer versions of VS Code have a part for bytes.
  if (typeof part === 'object' && part !== null && 'data' in part && part.data instanceof Uint8Array) {
    const mimeType = 'mimeType' in part ? String(part.mimeType) : '';
    const bytes = Buffer.from(part.data);
    return mimeType.startsWith('image/')
      ? { type: 'image', data: bytes.toString('base64'), mimeType }
      : { type: 'text', text: bytes.toString('utf8') };
  }
  return { type: 'text', text: JSON.stringify(part) };
}
