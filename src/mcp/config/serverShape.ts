// What an entry of a file says of its server: checked, variables not filled in.
import * as z from 'zod/mini';
import type { ServerDefinition, ServerOAuth, ServerScope, ServerTransport } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { hasInvisible } from '../../util/invisible.ts';
import { nameInTools } from '../approval.ts';

/** A transport whose variables are not filled in, and what else the entry says. */
export type ServerShape = (
  | (Extract<ServerTransport, { type: 'stdio' }> & { envFile?: string })
  | Exclude<ServerTransport, { type: 'stdio' }>
) &
  Pick<ServerDefinition, 'timeoutMs' | 'alwaysLoad'>;

export type ShapeFound = { warnings: Because[] } & (
  | { shape: ServerShape }
  | { standing: 'invalid' | 'notConfigured'; because: Because }
);

/** Of other programs' own servers, and of tools that are here by themselves. */
const RESERVED = ['workspace', 'claude-in-chrome', 'computer-use', 'Claude Preview', 'Claude Browser', 'ide', 'vscode'];

const texts = z.record(z.string(), z.string());
/** VS Code takes numbers as well, and null for a variable that is left out. */
const loose = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const OAuth = z.object({
  clientId: z.optional(z.string()),
  callbackPort: z.optional(z.int().check(z.minimum(1), z.maximum(65_535))),
  scopes: z.optional(z.string()),
  authServerMetadataUrl: z.optional(z.string().check(z.startsWith('https://'))),
});
const FIELDS = {
  type: z.enum(['stdio', 'http', 'streamable-http', 'sse', 'ws']),
  command: z.string(),
  args: z.array(z.string()),
  env: texts,
  cwd: z.string(),
  envFile: z.string(),
  url: z.string(),
  headers: texts,
  headersHelper: z.string(),
  oauth: OAuth,
  alwaysLoad: z.boolean(),
} as const;
type Field = keyof typeof FIELDS;
type Values = { [F in Field]?: z.infer<(typeof FIELDS)[F]> };

export function serverShape(name: string, scope: ServerScope, entry: unknown): ShapeFound {
  const warnings: Because[] = [];
  const invalid = (code: string, args: Record<string, string> = {}): ShapeFound => ({
    warnings,
    standing: 'invalid',
    because: { code: `mcp.config.${code}`, args: { server: name, ...args } },
  });
  if (RESERVED.some((one) => readsAs(name, one))) return invalid('reserved');
  if (name === '' || hasInvisible(name)) return invalid('hiddenName');
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return invalid('noObject');
  if (nameInTools(name) !== name && scope !== 'editor')
    warnings.push({ code: 'mcp.config.name', args: { server: name, part: nameInTools(name) } });

  const raw: Record<string, unknown> = { ...entry };
  if (scope === 'editor') {
    const env = loose.safeParse(raw['env']);
    if (env.success)
      raw['env'] = Object.fromEntries(
        Object.entries(env.data).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]])),
      );
    // VS Code knows by the address alone.
    if (raw['url'] !== undefined) raw['type'] ??= 'http';
  }
  const values: Values = {};
  for (const field of Object.keys(FIELDS) as Field[]) {
    if (raw[field] === undefined) continue;
    const found = FIELDS[field].safeParse(raw[field]);
    if (!found.success) return invalid(field === 'type' ? 'type' : `field.${field}`);
    Object.assign(values, { [field]: found.data });
  }
  const { type: said, url, command, args = [], env = {}, headers = {}, cwd, envFile, headersHelper, oauth } = values;
  if (url !== undefined && said === undefined) return invalid('noType');
  for (const [field, text] of textsOf(values)) {
    if (text !== text.trim()) warnings.push({ code: 'mcp.config.blank', args: { server: name, field } });
    if (hasInvisible(text)) warnings.push({ code: 'mcp.config.hidden', args: { server: name, field } });
  }
  const timeout = raw['timeout'];
  const timeoutMs = typeof timeout === 'number' && timeout >= 1000 ? timeout : undefined;
  if (timeout !== undefined && timeoutMs === undefined)
    warnings.push({ code: 'mcp.config.timeout', args: { server: name } });
  const common = { alwaysLoad: values.alwaysLoad ?? false, ...(timeoutMs === undefined ? {} : { timeoutMs }) };

  const type = said === 'streamable-http' ? 'http' : (said ?? 'stdio');
  if (type === 'stdio') {
    if (command === undefined || command.trim() === '') return invalid('noCommand');
    const places = { ...(cwd === undefined ? {} : { cwd }), ...(envFile === undefined ? {} : { envFile }) };
    return { warnings, shape: { type, command, args, env, ...places, ...common } };
  }
  if (url === undefined || url.trim() === '')
    return { warnings, standing: 'notConfigured', because: { code: 'mcp.config.noUrl', args: { server: name } } };
  if (type === 'sse') warnings.push({ code: 'mcp.config.sse', args: { server: name } });
  return {
    warnings,
    shape: {
      type,
      url,
      headers,
      ...(headersHelper === undefined ? {} : { headersHelper }),
      ...(oauth === undefined ? {} : { oauth: withoutUndefined(oauth) }),
      ...common,
    },
  };
}

/** A rule for all of the reserved one would hold for it, too: `a__b` beside `a`. */
function readsAs(name: string, reserved: string): boolean {
  return name === reserved || `${nameInTools(name)}__`.startsWith(`${nameInTools(reserved)}__`);
}

/** Every text that is used, with what it is called in the file. */
export function textsOf(values: Values): Array<[field: string, text: string]> {
  const { command, args = [], env = {}, url, headers = {}, cwd, headersHelper } = values;
  const single = { command, url, cwd, headersHelper };
  return [
    ...Object.entries(single).flatMap(
      ([field, text]): Array<[string, string]> => (text === undefined ? [] : [[field, text]]),
    ),
    ...args.map((text, index): [string, string] => [`args[${index}]`, text]),
    ...Object.entries(env).map(([key, text]): [string, string] => [`env.${key}`, text]),
    ...Object.entries(headers).map(([key, text]): [string, string] => [`headers.${key}`, text]),
  ];
}

function withoutUndefined({
  clientId,
  callbackPort,
  scopes,
  authServerMetadataUrl,
}: z.infer<typeof OAuth>): ServerOAuth {
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(callbackPort === undefined ? {} : { callbackPort }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(authServerMetadataUrl === undefined ? {} : { authServerMetadataUrl }),
  };
}
