// Keeps the tools away from pipes and devices: reading one may wait or go on for ever.
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { errorCode } from '../util/readableError.ts';

/** The facts of the file that a path leads to; undefined when there is none. Throws for what is neither file nor folder. */
export async function regularFile(file: string): Promise<Stats | undefined> {
  let facts: Stats;
  try {
    facts = await stat(file);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  if (!facts.isFile() && !facts.isDirectory()) throw new Error(`${file} is a device, pipe or socket, not a file.`);
  return facts;
}
