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
