// After a rule went to the local settings file: whether git would take it into a commit, and if so, what to do about it.
import path from 'node:path';
import type * as vscode from 'vscode';
import { offerIgnore } from '../host/offerIgnore.ts';
import { SettingsFault } from '../settings/fault.ts';
import { type IgnoreLine, ignoreLineFor, ignoreLocalSettings } from '../settings/localFile.ts';

/** The function asks once for each file. Git runs, so call it in trusted folders only. */
export function createIgnoreOffer(home: string, state: vscode.Memento): (file: string) => Promise<void> {
  const asked = new Set<string>();
  return async (file) => {
    if (path.basename(file) !== 'settings.local.json' || asked.has(file)) return;
    asked.add(file);
    const wanted = await ignoreLineFor(file, home, process.env);
    if (wanted === undefined) return;
    await offerIgnore({ file, target: wanted.file, line: wanted.line }, () => write(wanted), state);
  };
}

async function write(wanted: IgnoreLine) {
  try {
    await ignoreLocalSettings(wanted);
    return undefined;
  } catch (error) {
    if (error instanceof SettingsFault) return error.because;
    throw error;
  }
}
