// Organisation policy that the operating system keeps: managed preferences on macOS, the registry on Windows.
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { PolicyLabel } from '../contracts/settings.ts';
import { errorCode } from '../util/readableError.ts';
import { parseSettings, readSettingsFile } from './readFile.ts';
import { emptyFile, type FileSource, type SettingsFile, unreadable } from './settingsFile.ts';

/** What one source of the organisation's settings says. */
export type PolicyReading = {
  label: PolicyLabel;
  /** In the order in which they are merged: what comes later wins. A fault stands in its file. */
  files: SettingsFile[];
};

/** `status` is undefined when the program did not start or did not end in time. */
export type Ran = { status: number | undefined; output: string };
export type RunProgram = (program: string, args: string[]) => Promise<Ran>;

const TIMEOUT_MS = 10_000;
const OUTPUT_BYTES = 8 * 1024 * 1024;

export const runProgram: RunProgram = (program, args) =>
  new Promise((resolve) => {
    const options = {
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES,
      killSignal: 'SIGKILL' as const,
      windowsHide: true,
      // cmd.exe has quotes of its own.
      windowsVerbatimArguments: true,
    };
    execFile(program, args, options, (error, output) => {
      if (error === null) resolve({ status: 0, output });
      else resolve({ status: typeof error.code === 'number' ? error.code : undefined, output });
    });
  });

const DOMAIN = 'com.anthropic.claudecode.plist';

/** Preferences of this computer, then those of this person on it; both can be written by the administrator only. */
export async function macPolicy(run: RunProgram, folder = '/Library/Managed Preferences'): Promise<PolicyReading> {
  const files = [path.join(folder, DOMAIN), path.join(folder, userInfo().username, DOMAIN)];
  return { label: 'plist', files: await Promise.all(files.map((file) => readPlist(file, run))) };
}

async function readPlist(file: string, run: RunProgram): Promise<SettingsFile> {
  const source: FileSource = { scope: 'managed', file, anchor: '/' };
  try {
    await stat(file);
  } catch (error) {
    const code = errorCode(error);
    // What is not there is an empty file; what may not be seen is a fault, as of any other file.
    return code === 'ENOENT' || code === 'ENOTDIR' ? readSettingsFile(source) : cannotRead(source, String(code));
  }
  const { status, output } = await run('/usr/bin/plutil', ['-convert', 'json', '-o', '-', file]);
  return status === 0 ? parseSettings(output, source) : cannotRead(source, `plutil: ${status ?? 'no answer'}`);
}

/** Not by SystemRoot, which whoever starts VS Code can set. */
const SYSTEM = 'C:\\Windows\\System32';
const KEY = 'SOFTWARE\\Policies\\ClaudeCode';

export async function registryPolicy(hive: 'HKLM' | 'HKCU', run: RunProgram): Promise<PolicyReading> {
  const source: FileSource = { scope: 'managed', file: `${hive}\\${KEY}\\Settings`, anchor: '/' };
  return { label: hive, files: [await readRegistry(hive, source, run)] };
}

async function readRegistry(hive: string, source: FileSource, run: RunProgram): Promise<SettingsFile> {
  // The console's code page would spoil what is not ASCII.
  const query = `${SYSTEM}\\chcp.com 65001 >nul & ${SYSTEM}\\reg.exe query "${hive}\\${KEY}" /v Settings /reg:64`;
  const { status, output } = await run(`${SYSTEM}\\cmd.exe`, ['/d', '/s', '/c', `"${query}"`]);
  // reg.exe says 1 for a key that is not there.
  if (status === 1) return emptyFile(source);
  if (status !== 0) return cannotRead(source, `reg.exe: ${status ?? 'no answer'}`);
  const value = registryValue(output);
  if (value === undefined) return cannotRead(source, 'the value must be of the type REG_SZ or REG_EXPAND_SZ');
  if (value.includes('\ufffd')) return cannotRead(source, 'characters that are not ASCII must be written as \\uXXXX');
  return parseSettings(value, source);
}

/** The text of the value `Settings` in what `reg query … /v Settings` prints; it may run over several lines. */
export function registryValue(output: string): string | undefined {
  const found = /^ {4}Settings +REG_(?:EXPAND_)?SZ(?: {4}|$)/im.exec(output);
  return found === null ? undefined : output.slice(found.index + found[0].length).trim();
}

function cannotRead(source: FileSource, detail: string): SettingsFile {
  return unreadable(source, { code: 'settings.policyUnreadable', args: { file: source.file, detail } });
}
