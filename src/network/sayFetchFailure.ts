// Why a page could not be fetched, in words that say what to do about it.
import { errorCode, readableError } from '../util/readableError.ts';
import { redact } from '../util/redact.ts';
import { ConnectTimeout } from './dial.ts';
import { networkErrorIn } from './networkError.ts';
import { type FetchLimits, NotFetched } from './notFetched.ts';
import { UNTRUSTED } from './sayTlsFailure.ts';

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
/** These quote the certificate, which is anybody's text; the answer goes to the model. */
const QUOTES = new Set(
  ['untrusted', 'untrustedNoStore', 'expired', 'notYetValid', 'otherHost'].map((code) => `network.${code}`),
);

export function sayFetchFailure(error: unknown, url: string, limits: FetchLimits & { late: boolean }): string {
  return `${url} ${reason(error, limits)}.`;
}

function reason(error: unknown, limits: FetchLimits & { late: boolean }): string {
  if (error instanceof NotFetched) return error.message;
  if (limits.late) return `was not complete within ${limits.totalMs / 1000} seconds`;
  const told = networkErrorIn(error);
  if (told !== undefined && !QUOTES.has(told.because.code))
    return `could not be fetched. ${told.message.replace(/\.$/, '')}`;
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
