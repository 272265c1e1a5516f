// Why a page could not be fetched, in words that say what to do about it.
import { errorCode, readableError } from '../util/readableError.ts';
import { redact } from '../util/redact.ts';
import { ConnectTimeout } from './connection.ts';
import { type FetchLimits, NotFetched } from './notFetched.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'has a host that is not known',
  EAI_AGAIN: 'has a host that could not be looked up now; check the connection to the internet',
  ECONNREFUSED: 'was refused by its host',
  ECONNRESET: 'broke off the connection',
  UND_ERR_SOCKET: 'broke off the connection',
  ENETUNREACH: 'cannot be reached from this network',
  EHOSTUNREACH: 'cannot be reached from this network',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate that is for another host',
  UND_ERR_HEADERS_OVERFLOW: 'sent headers that are too large',
};
const UNTRUSTED = new Set([
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_UNTRUSTED'],
]);

export function sayFetchFailure(error: unknown, url: string, limits: FetchLimits & { late: boolean }): string {
  return `${url} ${reason(error, limits)}.`;
}

function reason(error: unknown, limits: FetchLimits & { late: boolean }): string {
  if (error instanceof NotFetched) return error.message;
  if (limits.late) return `was not complete within ${limits.totalMs / 1000} seconds`;
  const code = errorCode(error) ?? '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || error instanceof ConnectTimeout)
    return `did not take the connection within ${limits.connectMs / 1000} seconds`;
  if (UNTRUSTED.has(code)) {
    return `has a certificate that is not trusted (${code}). If your organisation signs with its own, name its file in NODE_EXTRA_CA_CERTS`;
  }
  const known = REASONS[code];
  if (known !== undefined) return `${known} (${code})`;
  // A proxy may be named with its password.
  return `could not be fetched: ${redact(readableError(error)).replace(/\.$/, '')}`;
}

/** What the proxy refused, or that it is not there; undefined when it is the host's doing. */
export function proxyFailure(error: unknown, proxy: string): NotFetched | undefined {
  const code = errorCode(error) ?? '';
  const status = /Proxy response \((\d+)\)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (status === '407')
    return new NotFetched(`was refused by the proxy ${proxy}, which wants a name and password (407)`);
  if (status !== undefined) return new NotFetched(`was refused by the proxy ${proxy} (${status})`);
  if (!['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)) return undefined;
  return new NotFetched(`could not be fetched, because the proxy ${proxy} does not answer (${code})`);
}
