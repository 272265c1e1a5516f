// Goes the way of a request step by step, with the same functions that requests use, and says what each step found.
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Hop, HopName, Network } from '../contracts/network.ts';
import type { Because } from '../contracts/permission.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { redact } from '../util/redact.ts';
import { askOnce } from './askOnce.ts';
import { dial } from './dial.ts';
import { encrypt } from './encrypt.ts';
import { AUTHORITIES, CLIENT_CERTIFICATE, NetworkError, PROXY_ADDRESS, PROXY_GATEWAY } from './networkError.ts';
import { authority, dialProxy, sayReason, speaksToProxy, targetOf, type Way, type Ways } from './openSocket.ts';
import type { ProxyServer } from './proxy.ts';
import type { Resolve } from './resolve.ts';
import { dayOf, isAboutOurs, lastIssuer, sayTlsFailure } from './sayTlsFailure.ts';
import { because as ofProxy, refusal, tunnel } from './tunnel.ts';
import { untilAborted } from './untilAborted.ts';

export type ProbeOptions = { ways: Ways; timeoutMs: number; resolve: Resolve; lookup: LookupFunction | undefined };

type Found = { state: 'ok' | 'skipped'; because: Because };
const ok = (code: string, args: Record<string, string> = {}): Found => ({ state: 'ok', because: hop(code, args) });
const skipped = (code: string, args: Record<string, string> = {}): Found => ({
  state: 'skipped',
  because: hop(code, args),
});
const hop = (code: string, args: Record<string, string>): Because => ({ code: `network.hop.${code}`, args });

const MOST_ADDRESSES = 4;
const SETUP: ReadonlyMap<string, HopName> = new Map([
  [PROXY_ADDRESS, 'proxy'],
  [AUTHORITIES, 'certificate'],
  [CLIENT_CERTIFICATE, 'clientCertificate'],
]);

export function createProbe(options: ProbeOptions): Network['probe'] {
  return async function* probe(url, signal) {
    const way = await wayTo(url, options.ways);
    if ('hop' in way) {
      yield way;
      return;
    }
    const journey = createJourney(url, way, { ...options, signal });
    try {
      for (const name of ['name', 'proxy', 'connection', 'certificate', 'clientCertificate'] as const) {
        const beganMs = performance.now();
        let step: Pick<Hop, 'state' | 'because'>;
        try {
          step = await journey[name]();
        } catch (error) {
          if (signal.aborted) return;
          step = { state: 'failed', because: whyFailed(error, url, way) };
        }
        yield { hop: name, ...step, durationMs: Math.round(performance.now() - beganMs) };
        if (step.state === 'failed') return;
      }
    } finally {
      journey.end();
    }
  };
}

/** What is set and cannot be used fails before anything is sent, as it does for a request. */
async function wayTo(url: URL, ways: Ways): Promise<Way | Hop> {
  try {
    return await ways.to(url);
  } catch (error) {
    const told = error instanceof NetworkError ? error : undefined;
    return {
      hop: SETUP.get(told?.code ?? '') ?? 'certificate',
      state: 'failed',
      because: told?.because ?? hop('broken', { host: url.host, reason: redact(readableError(error)) }),
      durationMs: 0,
    };
  }
}

/** The steps; each goes on from where the one before it has come to. */
function createJourney(
  url: URL,
  { proxy, material }: Way,
  { timeoutMs, resolve, lookup, signal }: ProbeOptions & { signal: AbortSignal },
) {
  const { host, port, secure } = targetOf(url);
  const bounds = { timeoutMs, signal, lookup };
  const { client } = material;
  const ours = {
    host,
    subject: client?.subject ?? '',
    file: client?.file ?? '',
    day: dayOf(client?.validTo.toISOString()),
  };
  let socket: Socket | undefined;
  let cannotReach: NetworkError | undefined;
  let refused: unknown;

  const toProxy = async (through: ProxyServer) => {
    socket = await dialProxy(through, { ...bounds, material });
    if (!secure) return;
    try {
      await tunnel(socket, through, authority(host, port), bounds);
    } catch (error) {
      // The proxy did its part; it is the next step that failed.
      if (!(error instanceof NetworkError) || error.code !== PROXY_GATEWAY) throw error;
      cannotReach = error;
    }
  };

  return {
    end: () => socket?.destroy(),
    async name(): Promise<Found> {
      if (proxy !== undefined) return skipped('nameByProxy', { host });
      if (isIP(host) !== 0) return skipped('nameAddress', { host });
      const found = (await untilAborted(resolve(host), signal)).map(({ address }) => address);
      if (found.length === 0) throw Object.assign(new Error(), { code: 'ENOTFOUND' });
      const more = found.length > MOST_ADDRESSES ? ', …' : '';
      return ok('name', { host, addresses: found.slice(0, MOST_ADDRESSES).join(', ') + more });
    },
    async proxy(): Promise<Found> {
      if (proxy === undefined) return skipped('noProxy', { host });
      await toProxy(proxy);
      return { state: 'ok', because: ofProxy('network.hop.proxy', proxy) };
    },
    async connection(): Promise<Found> {
      if (cannotReach !== undefined) throw cannotReach;
      if (proxy === undefined) {
        socket = await dial({ host, port }, bounds);
        return ok('connection', { host: authority(host, port), address: socket.remoteAddress ?? '?' });
      }
      if (speaksToProxy(url, proxy) && socket !== undefined) {
        const header = proxy.authorization === undefined ? {} : { 'Proxy-Authorization': proxy.authorization };
        const { status } = await askOnce(socket, { url, path: url.href, headers: header, ...bounds });
        if ([407, 502, 503, 504].includes(status)) throw refusal(proxy, url.host, status);
      }
      return ok('connectionByProxy', { host: authority(host, port) });
    },
    async certificate(): Promise<Found> {
      if (!secure || socket === undefined) return skipped('notEncrypted', { host });
      let encrypted: TLSSocket;
      try {
        encrypted = await encrypt(socket, host, { ...bounds, material });
      } catch (error) {
        const closed = client !== undefined && BROKEN_OFF.has(errorCode(error) ?? '');
        if (!isAboutOurs(error) && !closed) throw error;
        // Up to TLS 1.2 this comes in the middle of the handshake; it belongs to the next step all the same.
        refused = closed ? new NetworkError(hop('closedWith', ours), 'ECONNRESET') : error;
        return skipped('certificateUnread', { host });
      }
      socket = encrypted;
      const chain = encrypted.getPeerCertificate(true);
      return ok('certificate', { host, issuer: lastIssuer(chain), day: dayOf(chain.valid_to) });
    },
    async clientCertificate(): Promise<Found> {
      if (refused !== undefined) throw refused;
      if (!secure || !(socket instanceof TLSSocket)) return skipped('notEncrypted', { host });
      // Only with the first answer is it certain: the service looks at the certificate after the connection stands.
      const answer = await askOnce(socket, { url, path: url.pathname, headers: {}, ...bounds }).catch(
        (error: unknown) => {
          if (!BROKEN_OFF.has(errorCode(error) ?? '')) throw error;
          return undefined;
        },
      );
      const unwanted = answer !== undefined && isAboutCertificate(answer);
      if (answer === undefined || unwanted) {
        const phrase = client === undefined ? 'clientCertWanted' : 'clientCertRefused';
        throw new NetworkError(
          unwanted
            ? { code: `network.${phrase}`, args: { ...ours, code: String(answer?.status) } }
            : hop(client ? 'closedWith' : 'closedWithout', ours),
          'ECONNRESET',
        );
      }
      return client === undefined ? skipped('noClientCertificate', { host }) : ok('clientCertificate', ours);
    },
  } satisfies Record<string, () => unknown>;
}

const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** As web servers say it that look at the certificate themselves. */
function isAboutCertificate({ status, text }: { status: number; text: string }): boolean {
  return status === 495 || status === 496 || (status === 400 && /SSL certificate|client certificate/i.test(text));
}

function whyFailed(error: unknown, url: URL, { material }: Way): Because {
  const { host } = targetOf(url);
  const told = error instanceof NetworkError ? error : sayTlsFailure(error, { host, material });
  if (told !== undefined) return told.because;
  const code = errorCode(error) ?? '';
  const args = { host, reason: redact(sayReason(error, code)).replace(/\.$/, '') };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return hop('nameUnknown', args);
  return hop('broken', args);
}
