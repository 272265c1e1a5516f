// Makes of what an entry says what is started: variables filled in, of the environment or of VS Code.
import path from 'node:path';
import type { ServerTransport } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { shownName } from '../shownName.ts';
import { expandVariables } from './expandVariables.ts';
import { type ServerShape, textsOf } from './serverShape.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** For entries of `.vscode/mcp.json`, which have variables of their own. */
export type EditorPlaces = {
  root: string;
  home: string;
  /** What a person typed in for `${input:…}`, by id. */
  inputs: Readonly<Record<string, string>>;
};
export type Filled = { transport: ServerTransport; missing: string[]; missingInputs: string[] };

/** `editor` is given for entries of VS Code's own file. */
export function fillIn(shape: ServerShape, env: Env, editor?: EditorPlaces): Filled {
  const missing = new Set<string>();
  const missingInputs = new Set<string>();
  const fill = (text: string): string => {
    if (editor !== undefined) return fillEditor(text, env, editor, missingInputs);
    const filled = expandVariables(text, env);
    for (const name of filled.missing) missing.add(name);
    return filled.text;
  };
  const all = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fill(value)]));
  const transport: ServerTransport =
    shape.type === 'stdio'
      ? {
          type: 'stdio',
          command: fill(shape.command),
          args: shape.args.map(fill),
          env: all(shape.env),
          ...(shape.cwd === undefined ? {} : { cwd: fill(shape.cwd) }),
        }
      : {
          type: shape.type,
          url: fill(shape.url),
          headers: all(shape.headers),
          ...(shape.headersHelper === undefined ? {} : { headersHelper: shape.headersHelper }),
          ...(shape.oauth === undefined ? {} : { oauth: shape.oauth }),
        };
  return { transport, missing: [...missing], missingInputs: [...missingInputs] };
}

/** As it stands: for a server that nobody has approved, of which no value of the person's may be looked at. */
export function asWritten(shape: ServerShape): ServerTransport {
  return fillIn(shape, {}, undefined).transport;
}

function fillEditor(text: string, env: Env, { root, home, inputs }: EditorPlaces, missing: Set<string>): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
    if (name.startsWith('input:')) {
      const id = name.slice('input:'.length);
      const value = Object.hasOwn(inputs, id) ? inputs[id] : undefined;
      if (value === undefined) missing.add(id);
      return value ?? whole;
    }
    // As VS Code does: a variable that is not set is an empty text.
    const variable = name.startsWith('env:') ? name.slice('env:'.length) : undefined;
    if (variable !== undefined) return (Object.hasOwn(env, variable) ? env[variable] : undefined) ?? '';
    switch (name) {
      case 'workspaceFolder':
        return root;
      case 'workspaceFolderBasename':
        return path.basename(root);
      case 'userHome':
        return home;
      case 'pathSeparator':
      case '/':
        return path.sep;
      default:
        return whole;
    }
  });
}

/** Faults that show only once everything is filled in. */
export function transportFault(server: string, transport: ServerTransport): Because | undefined {
  const fault = (code: string, args = {}) => ({ code: `mcp.config.${code}`, args: { server, ...args } });
  // The system refuses it, in words that quote the value.
  const cut = textsOf(transport).find(([field, text]) => `${field}${text}`.includes('\0'));
  if (cut !== undefined) return fault('nul', { field: shownName(cut[0]) });
  if (transport.type === 'stdio') return undefined;
  const schemes = transport.type === 'ws' ? ['ws:', 'wss:'] : ['http:', 'https:'];
  try {
    if (!schemes.includes(new URL(transport.url).protocol)) return fault('scheme', { schemes: schemes.join(' ') });
  } catch {
    return fault('url');
  }
  const odd = Object.entries(transport.headers).find(
    ([name, value]) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[\r\n\0]/.test(value),
  );
  return odd && fault('header', { header: odd[0] });
}

/** Lines `NAME=value` of a file for `envFile`. */
export function parseEnvFile(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, name, value = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    found[name] = /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value.replace(/\s+#.*$/, '');
  }
  return found;
}
