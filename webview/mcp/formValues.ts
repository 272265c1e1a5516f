// Between an entry and the texts of a form.
import type { ServerEntry } from '../../src/contracts/mcp.ts';

export type Values = {
  type: 'stdio' | 'http' | 'sse';
  command: string;
  args: string;
  env: string;
  url: string;
  headers: string;
};

export function valuesOf(entry: ServerEntry): Values {
  const { type, command, args, env, url, headers } = entry;
  return {
    type: type === 'sse' ? 'sse' : url !== undefined ? 'http' : 'stdio',
    command: text(command),
    args: Array.isArray(args) ? args.map(text).join('\n') : '',
    env: lines(env, '='),
    url: text(url),
    headers: lines(headers, ': '),
  };
}

/** What the form does not know of the entry stays; what belongs to the other kind of server goes. */
export function entryOf(before: ServerEntry, values: Values): ServerEntry {
  const { type: _type, command: _command, args: _args, env: _env, url: _url, headers: _headers, ...rest } = before;
  if (values.type === 'stdio') {
    const args = values.args.split('\n').filter((line) => line !== '');
    const env = pairs(values.env, /^([^=]+)=(.*)$/);
    const { headersHelper: _helper, oauth: _oauth, ...own } = rest;
    return {
      ...(before['type'] === 'stdio' ? { type: 'stdio' } : {}),
      command: values.command.trim(),
      ...(args.length === 0 ? {} : { args }),
      ...(Object.keys(env).length === 0 ? {} : { env }),
      ...own,
    };
  }
  const headers = pairs(values.headers, /^([^:]+):(.*)$/);
  const { cwd: _cwd, envFile: _envFile, ...own } = rest;
  return {
    type: values.type,
    url: values.url.trim(),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...own,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function lines(value: unknown, between: string): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, one]) => `${name}${between}${String(one)}`)
    .join('\n');
}

function pairs(value: string, form: RegExp): Record<string, string> {
  return Object.fromEntries(
    value.split('\n').flatMap((line): Array<[string, string]> => {
      const [, name, said] = form.exec(line) ?? [];
      return name === undefined || said === undefined ? [] : [[name.trim(), said.trim()]];
    }),
  );
}
