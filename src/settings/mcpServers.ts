// The servers that the repository's `.mcp.json` would start, for the list of what trust enables. Nothing is started here.
import path from 'node:path';
import { parseTree } from 'jsonc-parser';
import { nodesOf, plainValue } from './jsonNodes.ts';
import { type Found, foundAt, isObject } from './loosening.ts';
import { placesIn, tooDeepAt } from './places.ts';
import { settingsText } from './settingsText.ts';

export function mcpFile(root: string): string {
  return path.join(root, '.mcp.json');
}

/** The fingerprint is of the whole entry as it stands, variables not filled in (decisions 13). */
export async function mcpServersOf(root: string): Promise<Found[]> {
  const file = mcpFile(root);
  const text = await textOf(file);
  // What is not listed is never accepted, and so never started.
  if (text === undefined || tooDeepAt(text) !== undefined) return [];
  const tree = parseTree(text, [], { allowTrailingComma: true });
  if (tree === undefined) return [];
  const servers = plainValue(tree);
  const named = isObject(servers) ? servers['mcpServers'] : undefined;
  if (!isObject(named)) return [];
  const placeOf = placesIn(text);
  const nodeAt = nodesOf(tree);
  return Object.entries(named).map(([name, entry]) => {
    const path = ['mcpServers', name];
    const node = nodeAt(path);
    return foundAt({ kind: 'mcpServer', name, file }, entry, path, {
      line: node === undefined ? undefined : placeOf(node.offset).line,
    });
  });
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return (await settingsText(file))?.replace(/^\ufeff/, '');
  } catch {
    // Most repositories have none; one that cannot be read starts nothing either.
    return undefined;
  }
}
