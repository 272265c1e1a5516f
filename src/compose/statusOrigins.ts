// Where something that is in use was set: in which settings file, in the environment of VS Code, or in its own settings.
import type { Because } from '../contracts/permission.ts';
import type { Settings, SettingsSource } from '../contracts/settings.ts';
import { readSettingsFile } from '../settings/readFile.ts';
import type { SettingsFile } from '../settings/settingsFile.ts';

type Env = Readonly<Record<string, string | undefined>>;
export type Origin = { from: Because; file?: string; line?: number };
/** Of a variable, or with `helper` of a key of the settings; undefined when it is set nowhere. */
export type OriginOf = (name: string, kind?: 'variable' | 'setting') => Origin | undefined;

/** Reads the files anew; values that are not in force are passed over. */
export async function readOrigins(settings: Settings, processEnv: Env): Promise<OriginOf> {
  const { sources, policy } = settings;
  // A key of the registry is no file.
  const files = await Promise.all(
    sources.filter(({ exists }) => exists).map((source) => readSettingsFile(asFile(source))),
  );
  const inFile = (name: string, path: readonly string[], { source, lineOf }: SettingsFile): Origin => {
    const line = lineOf(path);
    const from: Because =
      source.scope === 'managed' && policy !== undefined
        ? { code: 'status.from.policy', args: { name, file: source.file, label: policy.label } }
        : { code: 'status.from.file', args: { name, file: source.file } };
    return { from, file: source.file, ...(line === undefined ? {} : { line }) };
  };
  return (name, kind = 'variable') => {
    if (kind === 'setting') {
      const file = files.find(({ keys }) => keys.includes(name));
      return file && inFile(name, [name], file);
    }
    const value = settings.env[name];
    if (value === undefined) {
      const outside = processEnv[name]?.trim();
      return outside ? { from: { code: 'status.from.environment', args: { name } } } : undefined;
    }
    for (const file of files) {
      const own = Object.entries(file.values.env ?? {}).find(
        ([key, text]) => key.toUpperCase() === name.toUpperCase() && text === value,
      );
      if (own !== undefined) return inFile(own[0], ['env', own[0]], file);
    }
    return undefined;
  };
}

function asFile({ scope, file }: SettingsSource) {
  return { scope, file, anchor: '/' };
}
