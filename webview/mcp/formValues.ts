// Between an entry and the texts of a form. What a person does not touch comes back as it stood in the file.
import type { ServerEntry } from '../../src/contracts/mcp.ts';
import type { EditableScope } from '../../src/mcpProtocol.ts';
import { isObject } from '../../src/util/jsonValue.ts';

export const TYPES = ['stdio', 'http', 'sse', 'ws'] as const;
export type ServerType = (typeof TYPES)[number];
/** Lists hold one value a line; one that a line cannot hold as it is stands there as a JSON text, in quotes. */
export type Values = {
  type: ServerType;
  command: string;
  args: string;
  env: string;
  cwd: string;
  envFile: string;
  url: string;
  headers: string;
  headersHelper: string;
  clientId: string;
  callbackPort: string;
  scopes: string;
  authServerMetadataUrl: string;
  timeout: string;
  alwaysLoad: boolean;
};

/** Of each kind of server what the other knows nothing of. */
const OF_PROGRAMS = ['command', 'args', 'env', 'cwd', 'envFile'] as const;
const OF_ADDRESSES = ['url', 'headers', 'headersHelper', 'oauth'] as const;
const OAUTH = ['clientId', 'callbackPort', 'scopes', 'authServerMetadataUrl'] as const;

export function valuesOf(entry: ServerEntry): Values {
  const { type, url, args, env, headers, timeout, alwaysLoad } = entry;
  const oauth = isObject(entry['oauth']) ? entry['oauth'] : {};
  return {
    type: type === 'sse' || type === 'ws' ? type : url !== undefined ? 'http' : 'stdio',
    command: text(entry['command']),
    args: Array.isArray(args) ? args.map((one) => inLine(text(one))).join('\n') : '',
    env: lines(env, '='),
    cwd: text(entry['cwd']),
    envFile: text(entry['envFile']),
    url: text(url),
    headers: lines(headers, ': '),
    headersHelper: text(entry['headersHelper']),
    clientId: text(oauth['clientId']),
    callbackPort: text(oauth['callbackPort']),
    scopes: text(oauth['scopes']),
    authServerMetadataUrl: text(oauth['authServerMetadataUrl']),
    timeout: text(timeout),
    alwaysLoad: alwaysLoad === true,
  };
}

/** What the form does not know of the entry stays; what belongs to the other kind of server goes. */
export function entryOf(before: ServerEntry, values: Values, scope: EditableScope): ServerEntry {
  const was = valuesOf(before);
  const kept = (field: keyof Values & string, made: unknown) => (was[field] === values[field] ? before[field] : made);
  const single = (field: 'command' | 'cwd' | 'envFile' | 'url' | 'headersHelper') =>
    kept(field, values[field].trim() || undefined);
  const isProgram = values.type === 'stdio';
  const others: readonly string[] = isProgram ? OF_ADDRESSES : OF_PROGRAMS;
  const entry: Record<string, unknown> = {
    ...Object.fromEntries(Object.entries(before).filter(([field]) => !others.includes(field))),
    type: typeIn(before, values.type, scope),
    ...(isProgram
      ? {
          command: single('command'),
          args: kept('args', orNothing(linesOf(values.args))),
          env: kept('env', orNothing(pairsOf(values.env, '=', before['env']).pairs)),
          cwd: single('cwd'),
          envFile: single('envFile'),
        }
      : {
          url: single('url'),
          headers: kept('headers', orNothing(pairsOf(values.headers, ':', before['headers']).pairs)),
          headersHelper: single('headersHelper'),
          oauth: oauthOf(before, was, values),
        }),
    timeout: kept('timeout', values.timeout.trim() === '' ? undefined : Number(values.timeout)),
    alwaysLoad: kept('alwaysLoad', values.alwaysLoad || undefined),
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

/** A type that says the same in other words stays: `streamable-http`, or none where none is needed. */
function typeIn(before: ServerEntry, type: ServerType, scope: EditableScope): string | undefined {
  const { type: said, url } = before;
  if (type === 'stdio') return said === 'stdio' ? said : undefined;
  if (type === 'http' && said === 'streamable-http') return said;
  // VS Code knows by the address alone.
  if (type === 'http' && said === undefined && url !== undefined && scope === 'editor') return undefined;
  return type;
}

function oauthOf(before: ServerEntry, was: Values, values: Values): unknown {
  if (OAUTH.every((field) => was[field] === values[field])) return before['oauth'];
  const old = isObject(before['oauth']) ? before['oauth'] : {};
  const fresh = OAUTH.map((field): [string, unknown] => {
    if (was[field] === values[field]) return [field, old[field]];
    const said = values[field].trim();
    return [field, said === '' ? undefined : field === 'callbackPort' ? Number(said) : said];
  });
  return orNothing(
    Object.fromEntries(
      Object.entries({ ...old, ...Object.fromEntries(fresh) }).filter(([, value]) => value !== undefined),
    ),
  );
}

/** The values of lines; empty lines say nothing. */
function linesOf(value: string): string[] {
  return value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(unquoted);
}

/** `wrong`: the number of the first line that is no pair, or whose name was there before. A value as in `before` stays what it was. */
export function pairsOf(
  value: string,
  between: '=' | ':',
  before?: unknown,
): { pairs: Record<string, unknown>; wrong?: number } {
  const old = isObject(before) ? before : {};
  const pairs = new Map<string, unknown>();
  let wrong: number | undefined;
  for (const [index, line] of value.split('\n').entries()) {
    if (line.trim() === '') continue;
    const at = line.indexOf(between);
    const name = line.slice(0, Math.max(at, 0)).trim();
    const said = line.slice(at + 1).trim();
    if (name === '' || pairs.has(name)) wrong ??= index + 1;
    else pairs.set(name, Object.hasOwn(old, name) && inLine(text(old[name])) === said ? old[name] : unquoted(said));
  }
  return { pairs: Object.fromEntries(pairs), ...(wrong === undefined ? {} : { wrong }) };
}

function lines(value: unknown, between: string): string {
  if (!isObject(value)) return '';
  return Object.entries(value)
    .map(([name, one]) => `${name}${between}${inLine(text(one))}`)
    .join('\n');
}

function inLine(value: string): string {
  return value === '' || value !== value.trim() || value.includes('\n') || value.startsWith('"')
    ? JSON.stringify(value)
    : value;
}

function unquoted(line: string): string {
  if (!line.startsWith('"')) return line;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'string' ? value : line;
  } catch {
    // It only begins like one: it means itself.
    return line;
  }
}

function text(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function orNothing<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
