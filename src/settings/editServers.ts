// Writes what a person chose about servers: entries, approvals, switches. Everything else in the files stays as it stands.
import path from 'node:path';
import { type ParseError, parseTree } from 'jsonc-parser';
import type { ServerEntry } from '../contracts/mcp.ts';
import { isObject, stringsOf } from '../util/jsonValue.ts';
import { readableError } from '../util/readableError.ts';
import { SettingsFault } from './fault.ts';
import { plainValue } from './jsonNodes.ts';
import { fingerprint } from './loosening.ts';
import { projectKeys } from './mcpServers.ts';
import { placesIn } from './places.ts';
import { currentText, inTurn, mustLieIn, replaceText } from './remember.ts';
import { setInText } from './setInText.ts';

type Setting = { path: string[]; value: unknown };

/**
 * `change` sees what stands in the file and says what is set; undefined removes. Creates the file when it is missing.
 * Rejects with a `SettingsFault` when it is not valid or lies outside of `within` after links, and changes nothing then.
 */
export function editJson(
  file: string,
  change: (value: Record<string, unknown>) => Setting[],
  { within, comments = false }: { within?: string; comments?: boolean } = {},
): Promise<void> {
  return inTurn(file, async () => {
    if (within !== undefined) await mustLieIn(file, within);
    const text = await currentText(file);
    const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
    const body = text.slice(bom.length);
    const isEmpty = body.trim() === '';
    const errors: ParseError[] = [];
    const options = { disallowComments: !comments, allowTrailingComma: comments };
    const tree = isEmpty ? undefined : parseTree(body, errors, options);
    const value: unknown = isEmpty ? {} : tree && plainValue(tree);
    if (errors.length > 0 || !isObject(value)) {
      const { line, column } = placesIn(body)(errors[0]?.offset ?? 0);
      throw new SettingsFault({
        code: 'mcp.config.notJson',
        args: { file, line: String(line), column: String(column) },
      });
    }
    const start = isEmpty ? '{}\n' : body;
    const after = change(value).reduce((now, one) => setInText(now, one.path, one.value), start);
    if (after === body) return;
    try {
      await replaceText(file, bom + after);
    } catch (error) {
      throw new SettingsFault({ code: 'mcp.config.notWritten', args: { file, reason: readableError(error) } });
    }
  });
}

/** Where the entries of a scope stand in its file. */
export function entriesPath(scope: 'user' | 'local' | 'project' | 'editor', root: string, value: unknown): string[] {
  if (scope === 'editor') return ['servers'];
  return scope === 'local' ? ['projects', projectKey(root, value), 'mcpServers'] : ['mcpServers'];
}

function projectKey(root: string, value: unknown): string {
  const projects = isObject(value) ? value['projects'] : undefined;
  const keys = projectKeys(root);
  return keys.find((key) => isObject(projects) && isObject(projects[key])) ?? keys.at(-1) ?? root;
}

/** `entry` undefined: it is removed. `onlyNew` rejects when the name is taken. */
export function writeServer(
  {
    file,
    scope,
    name,
    root,
  }: { file: string; scope: 'user' | 'local' | 'project' | 'editor'; name: string; root: string },
  entry: ServerEntry | undefined,
  onlyNew = false,
): Promise<void> {
  const ofRepository = scope === 'project' || scope === 'editor';
  return editJson(
    file,
    (value) => {
      const at = entriesPath(scope, root, value);
      const entries = at.reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), value);
      if (onlyNew && isObject(entries) && Object.hasOwn(entries, name))
        throw new SettingsFault({ code: 'mcp.config.nameTaken', args: { server: name, file } });
      const old = isObject(entries) ? entries[name] : undefined;
      if (entry === undefined || !isObject(old)) return [{ path: [...at, name], value: entry }];
      return fieldsThatDiffer(old, entry).map((field) => ({ path: [...at, name, field], value: entry[field] }));
    },
    { comments: scope === 'editor', ...(ofRepository ? { within: root } : {}) },
  );
}

/** What is the same keeps its place, its layout and the remarks beside it. */
function fieldsThatDiffer(old: Readonly<Record<string, unknown>>, entry: ServerEntry): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(entry)])].filter(
    (field) => JSON.stringify(old[field]) !== JSON.stringify(entry[field]),
  );
}

export function localSettingsFile(root: string): string {
  return path.join(root, '.claude', 'settings.local.json');
}

/**
 * The person's word about a server of `.mcp.json`, in the local settings file of the folder. Resolves to the fingerprints of
 * what was written, which is accepted with that.
 */
export async function writeChoice(
  root: string,
  name: string,
  choice: 'approve' | 'approveAll' | 'reject',
): Promise<string[]> {
  const file = localSettingsFile(root);
  await editJson(
    file,
    (value) => {
      const enabled = stringsOf(value['enabledMcpjsonServers']);
      const disabled = stringsOf(value['disabledMcpjsonServers']);
      if (choice === 'reject')
        return [
          ...without('enabledMcpjsonServers', enabled, name),
          ...having('disabledMcpjsonServers', disabled, name),
        ];
      return [
        ...without('disabledMcpjsonServers', disabled, name),
        ...(choice === 'approveAll'
          ? [{ path: ['enableAllProjectMcpServers'], value: true }]
          : having('enabledMcpjsonServers', enabled, name)),
      ];
    },
    { within: root },
  );
  const id = (key: string, value: unknown) => fingerprint({ kind: 'other', name: key, file }, value);
  if (choice === 'reject') return [];
  return [choice === 'approve' ? id('enabledMcpjsonServers', name) : id('enableAllProjectMcpServers', true)];
}

/** Switches a server off or on for this folder and this person, in their own file. */
export function writeSwitch(file: string, root: string, name: string, on: boolean): Promise<void> {
  return editJson(file, (value) => {
    const at = ['projects', projectKey(root, value)];
    const project = at.reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), value);
    const listOf = (key: string) => stringsOf(isObject(project) ? project[key] : undefined);
    const disabled = listOf('disabledMcpServers');
    const settings = on
      ? without('disabledMcpServers', disabled, name)
      : [
          ...having('disabledMcpServers', disabled, name),
          // Other programs keep such a list beside it; a server does not stand in both.
          ...without('enabledMcpServers', listOf('enabledMcpServers'), name),
        ];
    return settings.map((one) => ({ ...one, path: [...at, ...one.path] }));
  });
}

function having(key: string, names: readonly string[], name: string): Setting[] {
  return names.includes(name) ? [] : [{ path: [key], value: [...names, name] }];
}

function without(key: string, names: readonly string[], name: string): Setting[] {
  return names.includes(name) ? [{ path: [key], value: names.filter((one) => one !== name) }] : [];
}
