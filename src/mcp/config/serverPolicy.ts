// The organisation's lists of servers: which are allowed, which are denied, by name, by command and by address.
import { posix } from 'node:path';
import { domainToASCII } from 'node:url';
import * as z from 'zod/mini';
import type { ServerTransport } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import type { Settings } from '../../contracts/settings.ts';
import { wildcard } from '../../util/wildcard.ts';
import { expandVariables } from './expandVariables.ts';

export type ServerPolicy = {
  /** Undefined: every server is. An empty list: none is. */
  allowed?: readonly unknown[];
  denied: readonly unknown[];
  /** That the entries of the lists are filled in from: what VS Code was started with, and what the organisation adds. */
  env: Readonly<Record<string, string | undefined>>;
};

/** What settings say of it, whoever reads them: one place, so that no way to a server knows another policy. */
export function serverPolicyOf(
  { values, managedEnv = {}, policy }: Pick<Settings, 'values' | 'managedEnv' | 'policy'>,
  startEnv: ServerPolicy['env'],
): ServerPolicy {
  const ofOrganisation = policy?.keys.includes('allowedMcpServers') === true;
  const counts = ofOrganisation || values['allowManagedMcpServersOnly'] !== true;
  const allowed = counts ? values['allowedMcpServers'] : undefined;
  const denied = values['deniedMcpServers'];
  return {
    ...(Array.isArray(allowed) ? { allowed } : {}),
    denied: Array.isArray(denied) ? denied : [],
    env: { ...startEnv, ...managedEnv },
  };
}

const Entry = z.union([
  z.strictObject({ serverName: z.string() }),
  z.strictObject({ serverCommand: z.array(z.string()).check(z.minLength(1)) }),
  z.strictObject({ serverUrl: z.string().check(z.minLength(1)) }),
]);
type Entry = z.infer<typeof Entry>;

/** Variables of the transport are filled in. Undefined when the server may be started. */
export function whyNotAllowed(name: string, transport: ServerTransport, policy: ServerPolicy): Because | undefined {
  const denied = entriesOf(policy.denied);
  if (denied.some((entry) => matches(entry, name, transport, policy.env, true)))
    return { code: 'mcp.config.denied', args: { server: name } };
  if (policy.allowed === undefined) return undefined;
  const allowed = entriesOf(policy.allowed);
  // A name is chosen by whoever writes the file: it counts only where the list says nothing better of such servers.
  const better = allowed.some((entry) => (transport.type === 'stdio' ? 'serverCommand' : 'serverUrl') in entry);
  const counting = allowed.filter((entry) => !better || !('serverName' in entry));
  return counting.some((entry) => matches(entry, name, transport, policy.env, false))
    ? undefined
    : { code: 'mcp.config.notAllowed', args: { server: name } };
}

/** An entry that says something else allows nothing and denies nothing; a list of such entries is an empty one. */
function entriesOf(list: readonly unknown[]): Entry[] {
  return list.flatMap((value) => {
    const found = Entry.safeParse(value);
    return found.success ? [found.data] : [];
  });
}

function matches(
  entry: Entry,
  name: string,
  transport: ServerTransport,
  env: ServerPolicy['env'],
  strict: boolean,
): boolean {
  if ('serverName' in entry) return entry.serverName === name;
  if ('serverCommand' in entry) {
    if (transport.type !== 'stdio') return false;
    const said = entry.serverCommand.map((text) => expandVariables(text, env).text);
    const used = [transport.command, ...transport.args];
    return said.length === used.length && said.every((text, index) => text === used[index]);
  }
  return transport.type !== 'stdio' && urlMatches(expandVariables(entry.serverUrl, env).text, transport.url, strict);
}

const PATTERN = /^(?:([^/:]*):\/\/)?(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::([\d*]+))?(\/.*)?$/;
const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' };

/** `strict`: nothing slips past a list of what is denied by a port, a question or another spelling of the path. */
function urlMatches(pattern: string, address: string, strict: boolean): boolean {
  const parts = PATTERN.exec(pattern);
  const url = parsed(address);
  if (parts === null || url === undefined) return false;
  const [, scheme, host = '', port, path] = parts;
  const usual = PORTS[url.protocol] ?? '';
  const its = url.port === '' ? usual : url.port;
  const portFits = port === undefined ? strict || its === usual : wildcard(port, its);
  return (
    (scheme === undefined || schemesOf(url, strict).some((one) => wildcard(scheme.toLowerCase(), one))) &&
    wildcard(plainHost(host), plainHost(url.hostname)) &&
    portFits &&
    (path === undefined || pathFits(path, url, strict))
  );
}

/** A socket is opened by a request: who denies the one way denies the other. */
function schemesOf({ protocol }: URL, strict: boolean): string[] {
  const scheme = protocol.slice(0, -1);
  return strict ? [scheme, scheme.replace(/^ws/, 'http'), scheme.replace(/^http/, 'ws')] : [scheme];
}

function pathFits(pattern: string, { pathname, search }: URL, strict: boolean): boolean {
  const plain = plainPath(pathname);
  // A server may read what is allowed once more, and so be led out of the folder that was meant.
  if (!strict) {
    const leads = /%(?:2e|2f|5c|25)/i.test(pathname) ? [pathname, plain] : [pathname];
    return leads.every((one) => wildcard(pattern, one + search));
  }
  const paths = [pathname, decoded(pathname), plain].flatMap((one) => [one, one.replace(/\/{2,}/g, '/')]);
  return paths.flatMap((one) => [one + search, one, one.replace(/\/$/, '')]).some((one) => wildcard(pattern, one));
}

/** As often as somebody may decode it, and without ways back. */
function plainPath(pathname: string): string {
  let text = pathname;
  for (let times = 0; times < 5; times++) text = decoded(text);
  return posix.normalize(text.replaceAll('\\', '/'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // As it is written.
    return text;
  }
}

/** As addresses have it: letters of other languages in their spelling for the network, numbers of the older kind as such. */
function plainHost(host: string): string {
  const lower = host.toLowerCase().replace(/\.$/, '');
  const plain = domainToASCII(lower) || lower;
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(plain) ?? [];
  if (high === undefined || low === undefined) return plain;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

function parsed(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    // What is no address is none that was meant.
    return undefined;
  }
}
