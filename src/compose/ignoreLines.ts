// Whether git would take the local settings file into a commit: asked when its use is offered, mended with a person's yes.
import type { Because, IgnoreLine } from '../contracts/permission.ts';
import { SettingsFault } from '../settings/fault.ts';
import { ignoreLineFor, ignoreLocalSettings } from '../settings/localFile.ts';

/** What can be offered beside a rule that goes to `file`. Never rejects: without an answer of git nothing is offered. */
export async function ignoreLineOf(
  file: string,
  home: string,
  log: { error(what: string, cause: unknown): void },
): Promise<IgnoreLine | undefined> {
  try {
    return await ignoreLineFor(file, home, process.env);
  } catch (cause) {
    log.error(`Git could not be asked about ${file}`, cause);
    return undefined;
  }
}

/** Resolves to why it could not be done. */
export async function addIgnoreLine(line: IgnoreLine): Promise<Because | undefined> {
  try {
    await ignoreLocalSettings(line);
    return undefined;
  } catch (error) {
    if (error instanceof SettingsFault) return error.because;
    throw error;
  }
}

export type IgnoreOfferParts = {
  home: string;
  /** Git is run in folders that are trusted, and in no other. */
  trusted(): boolean;
  ask(file: string, line: IgnoreLine): Promise<boolean>;
  tell(because: Because): void;
  log: { error(what: string, cause: unknown): void };
};

/** For a local settings file that was written without a question beside which to offer it: asked once for each file. */
export function createIgnoreOffer(parts: IgnoreOfferParts): (file: string) => Promise<void> {
  const asked = new Set<string>();
  return async (file) => {
    if (asked.has(file) || !parts.trusted()) return;
    const line = await ignoreLineOf(file, parts.home, parts.log);
    if (line === undefined || asked.has(file)) return;
    asked.add(file);
    if (!(await parts.ask(file, line))) return;
    const because = await addIgnoreLine(line);
    if (because !== undefined) parts.tell(because);
  };
}
