// Tools that other extensions offer in VS Code: which there are, and calling one of them.
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { ServerTool } from '../contracts/mcp.ts';
import { readableError } from '../util/readableError.ts';
import { editorToolContent } from './editorToolContent.ts';

/** `cancelled`: the extension asked the person itself and heard a no, or gave up. Otherwise as a server would answer. */
export type EditorToolResult = 'cancelled' | { content: Array<Record<string, unknown>>; isError: boolean };

/**
 * By name; the same list as long as it says the same. Of extensions that were installed, and not of ours: what VS Code
 * brings itself edits files and starts agents past our reviews, and its servers are not those that a team approved.
 */
export function createEditorToolList(ownId: string): () => readonly ServerTool[] {
  let seen: readonly vscode.LanguageModelToolInformation[] = [];
  let text = '[]';
  let tools: readonly ServerTool[] = [];
  return () => {
    // Editors that are like VS Code may have none of this.
    const now = vscode.lm?.tools ?? [];
    if (now.length === seen.length && now.every((one, at) => one === seen[at])) return tools;
    seen = now;
    const others = ownersOfTools(ownId);
    const fresh = now.filter(({ name }) => others.has(name)).map(described);
    fresh.sort((a, b) => (a.name < b.name ? -1 : 1));
    const said = JSON.stringify(fresh);
    if (said !== text) tools = fresh;
    text = said;
    return tools;
  };
}

/** Ends with the signal as far as the extension lets it. Never rejects with the words of the extension. */
export async function callEditorTool(name: string, input: object, signal: AbortSignal): Promise<EditorToolResult> {
  const cancel = new vscode.CancellationTokenSource();
  const stop = () => cancel.cancel();
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    // Tokens come with requests to VS Code's own chat. Without one its confirmations are dialogs of the window.
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, cancel.token);
    return { content: content.map(editorToolContent), isError: false };
  } catch (error) {
    if (error instanceof Error && error.name === 'Canceled') return 'cancelled';
    return { content: [{ type: 'text', text: readableError(error) }], isError: true };
  } finally {
    signal.removeEventListener('abort', stop);
    cancel.dispose();
  }
}

const Manifest = z.object({
  isBuiltin: z.optional(z.boolean()),
  displayName: z.catch(z.string(), ''),
  contributes: z.object({ languageModelTools: z.array(z.catch(z.object({ name: z.string() }), { name: '' })) }),
});

/** What the extension of each tool is called, by the tool's name. */
export function ownersOfTools(ownId: string): Map<string, string> {
  const owners = vscode.extensions.all.flatMap(({ id, packageJSON }): Array<[string, string]> => {
    const { data } = Manifest.safeParse(packageJSON);
    if (data === undefined || data.isBuiltin === true || id === ownId) return [];
    return data.contributes.languageModelTools.map(({ name }) => [name, data.displayName || id]);
  });
  return new Map(owners);
}

function described({ name, description, inputSchema }: vscode.LanguageModelToolInformation): ServerTool {
  return { name, description, inputSchema: { type: 'object', ...inputSchema } };
}
