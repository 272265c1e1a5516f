// An entry as people see it: value by value, secrets by their length alone; and how two of them differ.
import * as z from 'zod/mini';
import type { EntryField, EntryFile, ServerEntry } from '../../contracts/mcp.ts';
import { hideSecrets } from '../../util/hideSecrets.ts';
import { variablesIn } from './expandVariables.ts';

/** Only names of variables, with at most the word that stands before a token. */
const REFERENCE = /^(?:(?:Bearer|Basic|Token)\s+)?(?:\$\{[\w:]+\}\s*)+$/i;

/** Instead of a secret. The entry that is kept to show what changed is made of this. `shown`: the text around it. */
const Hidden = z.strictObject({ hiddenCharacters: z.number(), shown: z.optional(z.string()) });
type Hidden = z.infer<typeof Hidden>;

/** The same entry, with the length of each secret in its place. */
export function withoutSecrets(entry: ServerEntry): ServerEntry {
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, mask(value, name, name)]));
}

function mask(value: unknown, name: string, field: string, before?: unknown): unknown {
  if (typeof value === 'string') return maskText(value, name, field, before);
  if (isHidden(value)) return value;
  if (Array.isArray(value)) return value.map((one, index) => mask(one, name, field, value[index - 1]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mask(inner, key === ISSUER ? '' : key, field)]),
  );
}

function maskText(value: string, name: string, field: string, before: unknown): string | Hidden {
  if (value === '' || REFERENCE.test(value)) return value;
  const option = typeof before === 'string' && /^--?[\w-]+$/.test(before) ? before : name;
  // Whoever writes the entry chooses what looks like a secret: nothing that acts is put out of sight by that.
  const shown = [option, '']
    .map((one) => String(hideSecrets(value, one)))
    .find((text) => saysEnough(value, text, field));
  if (shown === undefined) return { hiddenCharacters: 0, shown: value };
  if (shown === value && hideSecrets(value, option) === value) return value;
  const hidden = value.length - shown.replaceAll(MASK, '').length;
  return shown === MASK
    ? { hiddenCharacters: value.length }
    : { hiddenCharacters: shown === value ? 0 : hidden, shown };
}

/** Called like a secret; it says who is asked for tokens. */
const ISSUER = 'authServerMetadataUrl';
const MASK = '[hidden]';
const RUNS = /[`|;&<>()\s]/g;

/** What could run is seen of a command, and of an address where it leads. */
function saysEnough(value: string, shown: string, field: string): boolean {
  if (field === 'command') return shown === value;
  const count = (text: string) => text.match(RUNS)?.length ?? 0;
  if (field === 'args' || field === 'headersHelper') return count(shown) === count(value);
  const host = field === 'url' ? /^\s*\w+:[\\/]*(?:[^\s\\/?#]*@)?([^\\/?#]*)/.exec(value)?.[1] : undefined;
  return host === undefined || shown.includes(host);
}

/** In an order of our own, so that two entries can be laid side by side. */
export function entryFields(entry: ServerEntry): EntryField[] {
  const fields = new Map<string, EntryField>();
  const add = (name: string, value: unknown) => {
    if (isHidden(value)) fields.set(name, { name, text: value.shown ?? '', hidden: value.hiddenCharacters });
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
  return Hidden.safeParse(value).success;
}

/** What the entry takes from the environment of whoever starts it. */
export function variablesOf(entry: ServerEntry): string[] {
  return variablesIn(JSON.stringify(entry)).sort();
}
