// The text of a settings file. A repository can hold a link to a device that never ends, or a file that fills the memory.
import { readFile, stat } from 'node:fs/promises';

const LARGEST_BYTES = 1024 * 1024;

/** Undefined for what is no such file: a device, a pipe, more than a megabyte. Rejects as the system does. */
export async function settingsText(file: string): Promise<string | undefined> {
  const facts = await stat(file);
  // Of a folder the system says by itself that it is none.
  const usual = facts.isFile() ? facts.size <= LARGEST_BYTES : facts.isDirectory();
  return usual ? readFile(file, 'utf8') : undefined;
}
