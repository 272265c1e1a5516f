// Finds a secret in an entry that would be written into a file of the repository.
import type { ServerEntry } from '../../contracts/mcp.ts';
import { entryFields } from './entryFields.ts';

/** What the first of them is called in the entry; undefined when there is none. */
export function secretInEntry(entry: ServerEntry): string | undefined {
  return entryFields(entry).find(({ hidden }) => hidden !== undefined)?.name;
}
