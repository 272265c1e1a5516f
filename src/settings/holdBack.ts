// Takes out of the repository's files what is not in force: all that loosens before trust, and what came since after it.
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Loosening } from '../contracts/trust.ts';
import { isObject } from '../util/jsonValue.ts';
import { type Found, looseningOf } from './loosening.ts';
import type { SettingsFile } from './settingsFile.ts';

export type Trust = {
  trusted: boolean;
  /** Fingerprints that a person accepted; undefined: this folder is seen for the first time, and all is. */
  accepted: ReadonlySet<string> | undefined;
};

export type HeldBack = { files: SettingsFile[]; loosening: Loosening[] };

/** `others` are found in files that hold no settings. Files that are not of the repository go through as they are. */
export function holdBack(
  files: readonly SettingsFile[],
  others: readonly Found[],
  { trusted, accepted }: Trust,
  isRepository: (file: SettingsFile) => boolean,
  folderOf: (folder: string, file: SettingsFile) => string,
): HeldBack {
  const stateOf = ({ id, kind }: Pick<Loosening, 'id' | 'kind'>): Loosening['state'] => {
    if (!trusted) return 'waiting';
    // A server is approved by itself: to trust a folder is not to start what it names.
    const all = accepted === undefined && kind !== 'mcpServer';
    return all || accepted?.has(id) === true ? 'inForce' : 'held';
  };
  const listed = new Map<string, Loosening>();
  const list = (found: readonly Found[]) => {
    for (const { loosening } of found) listed.set(loosening.id, { ...loosening, state: stateOf(loosening) });
  };
  const rest = files.map((file) => {
    if (!isRepository(file)) return file;
    // To look where a folder leads may be to call another computer: not before trust.
    const whereTo = trusted ? realFolder : path.resolve;
    const found = looseningOf(file, (folder) => whereTo(folderOf(folder, file)));
    list(found);
    return without(
      file,
      found.filter(({ loosening }) => stateOf(loosening) !== 'inForce').map((one) => one.path),
    );
  });
  list(others);
  return { files: rest, loosening: [...listed.values()] };
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // Not there: once it is, it is this one.
    return path.resolve(folder);
  }
}

function without(file: SettingsFile, paths: ReadonlyArray<Found['path']>): SettingsFile {
  if (paths.length === 0) return file;
  const gone = new Set(paths.map((one) => JSON.stringify(one)));
  const isGone = (...one: Array<string | number>) => gone.has(JSON.stringify(one));
  const keep = (value: unknown, at: Array<string | number>): unknown => {
    if (Array.isArray(value)) {
      return value.flatMap((entry: unknown, index) => {
        if (isGone(...at, index) || (typeof entry === 'string' && isGone(...at, entry))) return [];
        return [keep(entry, [...at, index])];
      });
    }
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !isGone(...at, key))
        .map(([key, entry]) => [key, keep(entry, [...at, key])]),
    );
  };
  return {
    ...file,
    rules: file.rules.filter((rule) => rule.behavior !== 'allow' || !isGone('permissions', 'allow', rule.text)),
    values: keep(file.values, []) as SettingsFile['values'],
    permissions: keep(file.permissions, ['permissions']) as SettingsFile['permissions'],
  };
}
