// An entry as people see it: value by value, secrets by their length alone; and how two of them differ.
import type { EntryField, EntryFile, ServerEntry } from '../../contracts/mcp.ts';
import { hideSecrets } from '../../util/hideSecrets.ts';
import { variablesIn } from './expandVariables.ts';

/** Only names of variables, with at most the word that stands before a token. */
const REFERENCE = /^(?:(?:Bearer|Basic|Token)\s+)?(?:\$\{[\w:]+\}\s*)+$/i;

/** Instead of a secret. The entry that is kept to show what changed is made of this. */
type Hidden = { hiddenCharacters: number };

/** The same entry, with the length of each secret in its place. */
export function withoutSecrets(entry: ServerEntry): ServerEntry {
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, mask(value, name)]));
}

function mask(value: unknown, name: string, before?: unknown): unknown {
  if (typeof value === 'string') {
    if (isHiddenAfter(value, name, before)) return { hiddenCharacters: value.length } satisfies Hidden;
    return value;
  }
  if (Array.isArray(value)) return value.map((one, index) => mask(one, name, value[index - 1]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mask(inner, key)]));
}

function isHiddenAfter(value: string, name: string, before: unknown): boolean {
  if (value === '' || REFERENCE.test(value)) return false;
  const option = typeof before === 'string' && /^--?[\w-]+$/.test(before) ? before : name;
  return hideSecrets(value, option) !== value;
}

/** In an order of our own, so that two entries can be laid side by side. */
export function entryFields(entry: ServerEntry): EntryField[] {
  const fields = new Map<string, EntryField>();
  const add = (name: string, value: unknown) => {
    if (isHidden(value)) fields.set(name, { name, text: '', hidden: value.hiddenCharacters });
    else fields.set(name, { name, text: typeof value === 'string' ? value : JSON.stringify(value) });
  };
  const shown = withoutSecrets(entry);
  const { command, args, url, env, headers, ...rest } = shown;
  if (rest['type'] !== undefined) add('type', rest['type']);
  if (command !== undefined) add('command', command);
  if (Array.isArray(args)) for (const [index, one] of args.entries()) add(`args[${index}]`, one);
  else if (args !== undefined) add('args', args);
  if (url !== undefined) add('url', url);
  for (const [group, values] of Object.entries({ env, headers })) {
    if (values === undefined) continue;
    if (typeof values !== 'object' || values === null) add(group, values);
    else for (const key of Object.keys(values).sort()) add(`${group}.${key}`, (values as Record<string, unknown>)[key]);
  }
  for (const key of Object.keys(rest).sort()) if (key !== 'type') add(key, rest[key]);
  return [...fields.values()];
}

/** Files that a start names, beside the entry. */
export function fileFields(files: readonly EntryFile[]): EntryField[] {
  return files.map(({ path, version }) => ({
    name: `file ${path}`,
    text: version.replace(/^(sha256:[0-9a-f]{16})[0-9a-f]+$/, '$1…'),
  }));
}

function isHidden(value: unknown): value is Hidden {
  return (
    typeof value === 'object' &&
    value !== null &&
    'hiddenCharacters' in value &&
    typeof value.hiddenCharacters === 'number'
  );
}

/** What the entry takes from the environment of whoever starts it. */
export function variablesOf(entry: ServerEntry): string[] {
  return variablesIn(JSON.stringify(entry)).sort();
}
