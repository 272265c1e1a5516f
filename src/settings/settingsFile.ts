// What one settings file says, whichever way it was read.
import type { Because, Rule, SettingsScope } from '../contracts/permission.ts';
import type { SettingsProblem } from '../contracts/settings.ts';
import type { PermissionValues, Values } from './schema.ts';

export type FileSource = {
  scope: SettingsScope;
  file: string /** Where `/path` rules of the file start. */;
  anchor: string;
};

export type SettingsFile = {
  source: FileSource;
  exists: boolean;
  rules: Rule[];
  values: Values;
  permissions: PermissionValues;
  /** The known keys that stand in it, `permissions.deny` with their object. */
  keys: string[];
  problems: SettingsProblem[];
  /** The line of a value, from 1; undefined where the file has none. */
  lineOf(path: ReadonlyArray<string | number>): number | undefined;
  /** 'syntax': not JSON; 'field': a key has a value it cannot have; 'unreadable': the system refused. */
  fault: 'syntax' | 'field' | 'unreadable' | undefined;
};

export function emptyFile(source: FileSource): SettingsFile {
  const nothing = { rules: [], values: {}, permissions: {}, keys: [], problems: [], lineOf: () => undefined };
  return { source, exists: false, fault: undefined, ...nothing };
}

/** A file of which nothing is known but that it is there. */
export function unreadable(source: FileSource, because: Because): SettingsFile {
  const problems = [{ file: source.file, scope: source.scope, because }];
  return { ...emptyFile(source), exists: true, problems, fault: 'unreadable' };
}
