// What a failed check of certificates means, and what to change.
import type { DetailedPeerCertificate } from 'node:tls';
import { errorCode } from '../util/readableError.ts';
import { NetworkError } from './networkError.ts';
import type { TlsMaterial } from './tlsMaterial.ts';

type Facts = { host: string; material: TlsMaterial; chain?: DetailedPeerCertificate | undefined };

export const UNTRUSTED: ReadonlySet<string> = new Set([
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_UNTRUSTED', 'INVALID_CA'],
]);
const ABOUT_OURS =
  /^ERR_SSL_.*(CERTIFICATE_(REQUIRED|UNKNOWN|EXPIRED|REVOKED)|(BAD|UNSUPPORTED)_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/;

/** The service ends the handshake because of our certificate, or because there is none. */
export function isAboutOurs(error: unknown): boolean {
  return ABOUT_OURS.test(errorCode(error) ?? '');
}

/** Undefined for what has nothing to do with certificates. */
export function sayTlsFailure(error: unknown, facts: Facts): NetworkError | undefined {
  const code = errorCode(error) ?? '';
  const { host, material, chain } = facts;
  const say = (phrase: string, args: Record<string, string> = {}) =>
    new NetworkError({ code: `network.${phrase}`, args: { host, code, ...args } }, code);
  if (UNTRUSTED.has(code)) {
    const issuer = lastIssuer(chain);
    if (material.storeFault !== undefined) return say('untrustedNoStore', { issuer, reason: material.storeFault });
    return say('untrusted', { issuer });
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const bad = firstInvalid(chain, code);
    const phrase = code === 'CERT_HAS_EXPIRED' ? 'expired' : 'notYetValid';
    const day = dayOf(phrase === 'expired' ? bad?.valid_to : bad?.valid_from);
    return say(phrase, { subject: nameOf(bad?.subject), day, today: dayOf(new Date().toISOString()) });
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return say('otherHost', { names: namesOf(chain) });
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return say('notEncrypted');
  if (isAboutOurs(error)) {
    const { client } = material;
    // That one says no more than that they could not agree.
    if (client === undefined) return say(code.endsWith('HANDSHAKE_FAILURE') ? 'handshakeRefused' : 'clientCertWanted');
    const { subject, file, validTo } = client;
    return say('clientCertRefused', { subject, file, day: dayOf(validTo.toISOString()) });
  }
  return undefined;
}

/** `2026-11-23`, or a question mark where it is not known. */
export function dayOf(time: string | undefined): string {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? '?' : date.toISOString().slice(0, 10);
}

/** Who issued the last certificate that was sent: the authority that has to be trusted. */
export function lastIssuer(chain: DetailedPeerCertificate | undefined): string {
  return nameOf(chainOf(chain).at(-1)?.issuer);
}

/** From the host's own up, as far as it was sent or is known. */
function chainOf(leaf: DetailedPeerCertificate | undefined): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  // The last one names itself as its issuer.
  for (
    let one = leaf;
    one?.subject !== undefined && !chain.includes(one) && chain.length < 16;
    one = one.issuerCertificate
  )
    chain.push(one);
  return chain;
}

function firstInvalid(chain: DetailedPeerCertificate | undefined, code: string) {
  const now = Date.now();
  const all = chainOf(chain);
  return all.find((one) =>
    code === 'CERT_HAS_EXPIRED' ? Date.parse(one.valid_to) < now : Date.parse(one.valid_from) > now,
  );
}

/** Text of a certificate is anybody's: one line of printable characters, cut. */
function nameOf(name: object | undefined): string {
  const fields = new Map(Object.entries(name ?? {}));
  const value = [fields.get('CN') ?? fields.get('O') ?? fields.get('OU')].flat()[0];
  return typeof value === 'string' ? plain(value) : '?';
}

function namesOf(chain: DetailedPeerCertificate | undefined): string {
  const names = (chain?.subjectaltname ?? '').split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));
  const most = 5;
  const said = names.filter((name) => name !== '').slice(0, most);
  if (said.length === 0) return nameOf(chain?.subject);
  return plain(said.join(', ')) + (names.length > most ? ', …' : '');
}

function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '').slice(0, 120);
}
