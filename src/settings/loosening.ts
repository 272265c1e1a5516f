// What a file of the repository would give it: each value by itself, with a fingerprint, so that a new one can be held.
import { createHash } from 'node:crypto';
import type { Loosening, LooseningKind } from '../contracts/trust.ts';
import { hideSecrets } from '../util/hideSecrets.ts';
import { isObject } from '../util/jsonValue.ts';
import { mayBeSet } from './env.ts';
import { HELPERS, OTHER_LOOSENING } from './keyRoles.ts';
import type { SettingsFile } from './settingsFile.ts';

/** `path` leads to the value from the top of the file; the entry of a list of texts is named by its text. */
export type Found = { loosening: Omit<Loosening, 'state'>; path: ReadonlyArray<string | number> };
type Parts = Pick<Loosening, 'kind' | 'name' | 'file'>;

/** The same value in the same place has the same; what it was made of cannot be read from it. */
export function fingerprint({ kind, name, file }: Parts, value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, name, file, sorted(value)]))
    .digest('hex');
}

/** The fingerprint of an allow rule as it stands in a file. */
export function ruleFingerprint(file: string, rule: string): string {
  return fingerprint({ kind: 'allow', name: rule, file }, rule);
}

/** A name or a key in another order is no other value. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // So that no list is taken for an object.
  return { object: entries.map(([key, entry]) => [key, sorted(entry)]) };
}

/** `realFolder` tells where a folder leads: a link that is turned round later is another folder. */
export function looseningOf(file: SettingsFile, realFolder: (folder: string) => string): Found[] {
  const of = (kind: LooseningKind, name: string, value: unknown, path: Found['path'], more: More = {}): Found =>
    foundAt({ kind, name, file: file.source.file }, value, path, { line: file.lineOf(path), ...more });
  const listed = (kind: LooseningKind, path: string[], entries: readonly string[], more: (entry: string) => More) =>
    entries.map((entry, index) => {
      const name = kind === 'directory' ? entry : path.join('.');
      return of(kind, name, entry, [...path, entry], { line: file.lineOf([...path, index]), ...more(entry) });
    });
  const { values, permissions, source } = file;
  return [
    ...file.rules
      .filter((rule) => rule.behavior === 'allow')
      .map(({ text, line }) => of('allow', text, text, ['permissions', 'allow', text], { line })),
    ...listed(
      'directory',
      ['permissions', 'additionalDirectories'],
      permissions.additionalDirectories ?? [],
      (folder) => ({
        printed: [folder, realFolder(folder)],
      }),
    ),
    ...Object.entries(values.env ?? {})
      .filter(
        ([name, value]) =>
          mayBeSet(name, source.scope, true) && (!mayBeSet(name, source.scope, false) || leadsToEditor(value)),
      )
      .map(([name, value]) => of('env', name, value, ['env', name])),
    ...hooksOf(values.hooks ?? {}).map(({ name, value, path, printed }) => of('hook', name, value, path, { printed })),
    ...HELPERS.filter((key) => values[key] !== undefined).map((key) => of('helper', key, values[key], [key])),
    ...OTHER_LOOSENING.flatMap((key): Found[] => {
      const value = values[key];
      // `false` takes nothing away, but where the key itself is what protects.
      if (value === undefined || (value === false && key !== 'disableAllHooks')) return [];
      return Array.isArray(value) ? listed('other', [key], value, () => ({})) : [of('other', key, value, [key])];
    }),
    ...(leadsToEditor(values.model) ? [of('other', 'model', values.model, ['model'])] : []),
    ...listed('other', ['fallbackModel'], values.fallbackModel ?? [], () => ({})).filter((_found, index) =>
      leadsToEditor(values.fallbackModel?.[index]),
    ),
    ...sandboxOf(values.sandbox ?? {}, ['sandbox']).map(({ path, value }) => of('other', path.join('.'), value, path)),
  ];
}

/** A model that another extension offers is reached through other hands than those the person chose. */
function leadsToEditor(model: unknown): boolean {
  return typeof model === 'string' && model.trim().startsWith('vscode:');
}

/** `printed` is what the fingerprint is taken of, where that is more than the value. */
type More = { line?: number | undefined; printed?: unknown };

export function foundAt(parts: Parts, value: unknown, path: Found['path'], { line, printed = value }: More): Found {
  const id = fingerprint(parts, printed);
  const inEnv = parts.kind === 'env' ? parts.name : '';
  const whole = { id, ...parts, value: shown(value, inEnv) };
  return { path, loosening: line === undefined ? whole : { ...whole, line } };
}

function shown(value: unknown, name: string): string {
  const safe = hideSecrets(value, name);
  return typeof safe === 'string' ? safe : JSON.stringify(safe);
}

type Hook = { name: string; value: unknown; printed: unknown; path: Found['path'] };

function hooksOf(hooks: Record<string, unknown>): Hook[] {
  return Object.entries(hooks).flatMap(([event, groups]): Hook[] => {
    if (!Array.isArray(groups)) return [{ name: event, value: groups, printed: groups, path: ['hooks', event] }];
    return groups.flatMap((group: unknown, at): Hook[] => {
      const { matcher, hooks: inner, ...rest } = isObject(group) ? group : { matcher: undefined, hooks: undefined };
      if (!Array.isArray(inner)) {
        return [{ name: event, value: group, printed: group, path: ['hooks', event, at] }];
      }
      const name = typeof matcher === 'string' && matcher !== '' ? `${event}(${matcher})` : event;
      return inner.map((hook: unknown, index) => ({
        name,
        value: isObject(hook) ? (hook['command'] ?? hook['url'] ?? hook) : hook,
        printed: [matcher, rest, hook],
        path: ['hooks', event, at, 'hooks', index],
      }));
    });
  });
}

/** Of the sandbox only what keeps it shut is no loosening. */
const SHUTS = /^(denyWrite|denyRead|deniedDomains|credentials|strictAllowlist|failIfUnavailable)$/;
const SHUTS_WHEN: Readonly<Record<string, boolean>> = {
  enabled: true,
  allowUnsandboxedCommands: false,
  autoAllowBashIfSandboxed: false,
};

function sandboxOf(object: Record<string, unknown>, path: string[]): Array<{ path: string[]; value: unknown }> {
  return Object.entries(object).flatMap(([key, value]) => {
    if (SHUTS.test(key) || SHUTS_WHEN[key] === value) return [];
    return isObject(value) ? sandboxOf(value, [...path, key]) : [{ path: [...path, key], value }];
  });
}
