// How the levels come together for one key: the highest has its say, lists are joined, objects merged, the strict side kept.

import { isObject } from '../util/jsonValue.ts';
import { CLOSED_LISTS, STRICTER_WINS, WHOLE_LISTS } from './keyRoles.ts';
import { KEYS, type KeyName, type Values } from './schema.ts';
import type { SettingsFile } from './settingsFile.ts';

/** The value that holds; undefined when no file has one. `files` are highest first. */
export function mergedValue<K extends KeyName>(
  key: K,
  files: readonly SettingsFile[],
  isRepository: IsRepository,
): Values[K] | undefined {
  const strict = STRICTER_WINS[key];
  const found = files.filter((file) => file.values[key] !== undefined);
  if (strict !== undefined && found.some((file) => isStrict(file, key, strict))) return strict.value as Values[K];
  const values = (CLOSED_LISTS.has(key) ? nearest(found, isRepository) : found).map((file) => file.values[key]);
  if (WHOLE_LISTS.has(key)) return values[0];
  return values.reduce<unknown>(
    (higher, lower) => (higher === undefined ? lower : joined(higher, lower)),
    undefined,
  ) as Values[K];
}

type IsRepository = (file: SettingsFile) => boolean;

function isStrict(
  file: SettingsFile,
  key: KeyName,
  { value, from }: { value: boolean; from: readonly string[] },
): boolean {
  return file.values[key] === value && from.includes(file.source.scope);
}

/** The files that may say what alone is allowed: the organisation's, else the person's, else the repository's. */
function nearest(files: SettingsFile[], isRepository: IsRepository): SettingsFile[] {
  const managed = files.filter((file) => file.source.scope === 'managed');
  if (managed.length > 0) return managed;
  const own = files.filter((file) => !isRepository(file));
  return own.length > 0 ? own : files;
}

function joined(higher: unknown, lower: unknown): unknown {
  if (Array.isArray(higher) && Array.isArray(lower)) {
    const known = new Set(higher.map((entry) => JSON.stringify(entry)));
    return [...higher, ...lower.filter((entry) => !known.has(JSON.stringify(entry)))];
  }
  if (!isObject(higher) || !isObject(lower)) return higher;
  const merged: Record<string, unknown> = { ...lower };
  for (const [name, value] of Object.entries(higher)) {
    merged[name] = Object.hasOwn(lower, name) ? joined(value, lower[name]) : value;
  }
  return merged;
}

/** Every known key that some file sets, but those that have a shape of their own. */
export function mergedValues(files: readonly SettingsFile[], isRepository: IsRepository): Record<string, unknown> {
  const keys = Object.keys(KEYS).filter((key): key is KeyName => !['permissions', 'env', '$schema'].includes(key));
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = mergedValue(key, files, isRepository);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
