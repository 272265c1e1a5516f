// Where the organisation's settings come from: a list of sources, of which the first that says anything counts.
import type { Policy } from '../contracts/settings.ts';
import { managedFiles } from './findFiles.ts';
import { macPolicy, type PolicyReading, type RunProgram, registryPolicy, runProgram } from './osPolicy.ts';
import { readSettingsFile } from './readFile.ts';
import type { Values } from './schema.ts';
import type { SettingsFile } from './settingsFile.ts';

/** A server of the organisation's would be one more of these. */
export type PolicySource = {
  read(): Promise<PolicyReading>;
  /** The person could have written it: it counts when no other source says anything, and adds to none. */
  ofThePerson?: true;
};

/** Highest first. Programs are started on macOS and Windows only, and there only the system's own. */
export function policySources(
  platform: NodeJS.Platform,
  managedDir: string,
  run: RunProgram = runProgram,
): PolicySource[] {
  const files: PolicySource = { read: () => fromFiles(managedDir) };
  if (platform === 'darwin') return [{ read: () => macPolicy(run) }, files];
  if (platform !== 'win32') return [files];
  return [
    { read: () => registryPolicy('HKLM', run) },
    files,
    { read: () => registryPolicy('HKCU', run), ofThePerson: true },
  ];
}

async function fromFiles(folder: string): Promise<PolicyReading> {
  const files = await Promise.all((await managedFiles(folder)).map(readSettingsFile));
  const [base, ...dropIns] = files.map((file) => file.exists);
  const both = base === true ? 'file + drop-ins' : 'drop-ins';
  return { label: dropIns.some(Boolean) ? both : 'file', files };
}

/** Keys of a source that is not the first one which count all the same. */
const ACROSS = [
  'env',
  'allowAllClaudeAiMcps',
  'attribution',
  'includeCoAuthoredBy',
  'forceRemoteSettingsRefresh',
] as const satisfies ReadonlyArray<keyof Values>;

export type ReadPolicy = {
  policy?: Policy;
  /** In the order in which they are merged: what comes later wins. */
  files: SettingsFile[];
};

export async function readPolicy(sources: readonly PolicySource[]): Promise<ReadPolicy> {
  const readings = await Promise.all(sources.map((source) => source.read()));
  const first = readings.findIndex(saysAnything);
  const chosen = readings[first];
  if (chosen === undefined) return { files: readings.flatMap((reading) => reading.files) };
  const others = readings.flatMap((reading, index) =>
    index === first ? [] : reading.files.map((file) => acrossSources(file, sources[index]?.ofThePerson === true)),
  );
  const keys = [...new Set(chosen.files.flatMap((file) => file.keys))];
  return { policy: { label: chosen.label, keys }, files: [...others, ...chosen.files] };
}

/** What cannot be read may have said something, so it is not passed over for the next source. */
function saysAnything({ files }: PolicyReading): boolean {
  return files.some((file) => file.fault !== undefined || file.keys.some((key) => key !== '$schema'));
}

function acrossSources(file: SettingsFile, ofThePerson: boolean): SettingsFile {
  const values: Values = {};
  if (!ofThePerson) {
    for (const key of ACROSS) if (file.values[key] !== undefined) Object.assign(values, { [key]: file.values[key] });
  }
  return { ...file, rules: [], permissions: {}, keys: [], values, fault: undefined };
}
