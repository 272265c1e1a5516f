// Connections that go only where they may: every address is checked when it is looked up, and the connection is made to it
// and no other. The client is a package of its own, since that of the editor may be led through other hands.
import { readFile } from 'node:fs/promises';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { FetchOptions } from '../contracts/fetch.ts';
import { bareHost, isInternalAddress, isInternalHost } from '../util/internalHost.ts';
import { readableError } from '../util/readableError.ts';
import { proxyFor } from './proxy.ts';

type Env = Readonly<Record<string, string | undefined>>;
export type Address = { address: string; family: number };
/** All addresses of a name, in the order in which they are to be tried. */
export type Resolve = (host: string) => Promise<Address[]>;

/** The host did not take the connection in time. */
export class ConnectTimeout extends Error {}

/** Thrown before anything is sent. */
export class InternalAddress extends Error {
  constructor(
    readonly host: string,
    readonly address: string,
  ) {
    super(`${host} leads to ${address}, an address of this machine or network.`);
  }
}

type Internal = FetchOptions['allowInternal'];
export type ConnectionOptions = { env: Env; resolve: Resolve; allowInternal: Internal; connectMs: number };
export type Connection = {
  dispatcher: Dispatcher;
  /** Only the proxy knows where it leads. */
  unchecked: boolean;
  /** The proxy it goes through, `host:port`. */
  through?: string;
};

/** Throws `InternalAddress`. The caller ends it by `dispatcher.destroy()`. */
export async function openConnection(url: URL, options: ConnectionOptions): Promise<Connection> {
  const { env, allowInternal, connectMs: timeout } = options;
  const host = bareHost(url.hostname);
  if (isInternalHost(host) && !mayReach(host, allowInternal)) throw new InternalAddress(host, host);
  const ca = await certificates(env);
  const secure = ca === undefined ? {} : { ca };
  const { Agent, buildConnector, ProxyAgent } = await import('undici');
  const proxy = proxyFor(url, env);
  if (proxy !== undefined) {
    const unchecked = !(await isKnownPublic(host, options));
    const tls = { ...secure, timeout };
    const dispatcher = new ProxyAgent({ uri: proxy, requestTls: tls, proxyTls: tls, connect: tls });
    return { dispatcher, unchecked, through: new URL(proxy).host };
  }
  const encrypt = buildConnector({ ...secure, timeout });
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const dispatcher = new Agent({
    connect: (target, callback) => {
      connectChecked({ host, port }, options).then(
        (socket) => {
          if (url.protocol === 'https:') encrypt({ ...target, httpSocket: socket }, callback);
          else callback(null, socket);
        },
        (error: Error) => callback(error, null),
      );
    },
  });
  return { dispatcher, unchecked: false };
}

/** Whatever led here, the address that was reached decides, before a byte is sent. */
function connectChecked(to: { host: string; port: number }, options: ConnectionOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, lookup: checkedLookup(options), timeout: options.connectMs });
    // Stays: what happens to the connection later is told by the client that uses it.
    socket.on('error', reject);
    socket.once('timeout', () => socket.destroy(new ConnectTimeout()));
    socket.once('connect', () => {
      const { remoteAddress: reached } = socket;
      if (reached === undefined || (isInternalAddress(reached) && !mayReach(reached, options.allowInternal))) {
        socket.destroy(new InternalAddress(to.host, reached ?? 'an unknown address'));
        return;
      }
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/** Stands in for the system's: one look-up, all of its addresses checked, and these used. */
function checkedLookup({ resolve, allowInternal }: ConnectionOptions): LookupFunction {
  return (name, { all }, callback) => {
    const fail = (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), '', 0);
    checkedAddresses(name, resolve, allowInternal).then((found) => {
      const [first] = found;
      if (first === undefined) fail(new Error(`${name} has no address.`));
      else if (all) callback(null, found);
      else callback(null, first.address, first.family);
    }, fail);
  };
}

/** A yes is for the address that was shown: the name may lead elsewhere by now. */
function mayReach(address: string, allowInternal: Internal): boolean {
  return allowInternal === true || allowInternal === address;
}

async function checkedAddresses(host: string, resolve: Resolve, allowInternal: Internal): Promise<Address[]> {
  const found = await resolve(host);
  const chosen = found.filter(({ address }) => address === allowInternal);
  if (chosen.length > 0) return chosen;
  const internal = found.find(({ address }) => isInternalAddress(address) && !mayReach(address, allowInternal));
  if (internal !== undefined) throw new InternalAddress(host, internal.address);
  return found;
}

/** Behind a proxy the name is looked up here as well where that is possible; throws when it leads to an internal address. */
async function isKnownPublic(host: string, options: ConnectionOptions): Promise<boolean> {
  if (isIP(host) !== 0 || options.allowInternal === true) return true;
  if (/^(1|true|yes|on)$/i.test(options.env['CLAUDE_CODE_PROXY_RESOLVES_HOSTS']?.trim() ?? '')) return false;
  try {
    return (await checkedAddresses(host, options.resolve, options.allowInternal)).length > 0;
  } catch (error) {
    if (error instanceof InternalAddress) throw error;
    // Names of the world are often known to the proxy alone.
    return false;
  }
}

/** Those that are known anyway and those of `NODE_EXTRA_CA_CERTS`; undefined: the known ones. */
async function certificates(env: Env): Promise<string[] | undefined> {
  const file = env['NODE_EXTRA_CA_CERTS']?.trim();
  if (!file) return undefined;
  try {
    return [...rootCertificates, await readFile(file, 'utf8')];
  } catch (error) {
    throw new Error(
      `NODE_EXTRA_CA_CERTS names ${file}, which cannot be read: ${readableError(error)}. Correct the variable.`,
    );
  }
}
