// `fetch` for what belongs to a sign-in: small documents, from addresses that may be used.
import type { Fetch } from '../../contracts/network.ts';
import { rootReason } from '../../util/rootReason.ts';
import { ServerFault } from '../connection/serverFault.ts';
import { oauthFault, quoted } from './oauthFault.ts';
import { mayBeUsed } from './safeAddress.ts';

const BYTES = 256 * 1024;
const TIMEOUT_MS = 30_000;
const REDIRECTS = 3;
/** Answers that have no body. */
const EMPTY = new Set([204, 205, 304]);

export type LimitedFetchParts = { server: string; url: URL; fetch: Fetch; signal: AbortSignal };

/** A document may be at another address of the same origin; no other redirect is followed. Rejects with a `ServerFault`. */
export function limitedFetch({ server, url, fetch, signal }: LimitedFetchParts): Fetch {
  const once = async (to: URL, init: RequestInit | undefined): Promise<Response> => {
    if (!mayBeUsed(to, url)) throw oauthFault('unsafeAddress', { server, address: withoutQuery(to) });
    const { host } = to;
    try {
      const ending = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(to, { ...init, redirect: 'manual', signal: ending });
      const { text, cut } = await readText(response, BYTES);
      if (cut) throw oauthFault('tooLarge', { server, host });
      const { status, statusText, headers } = response;
      return new Response(EMPTY.has(status) ? null : text, { status, statusText, headers });
    } catch (error) {
      if (error instanceof ServerFault) throw error;
      if (signal.aborted) throw new ServerFault({ code: 'login.cancelled', args: {} });
      throw oauthFault('unreachable', { server, host, reason: quoted(rootReason(error)) }, 'again');
    }
  };
  return async (input, init) => {
    let to = new URL(input instanceof Request ? input.url : input);
    for (let followed = 0; ; followed++) {
      const response = await once(to, init);
      const location = response.headers.get('location');
      const reads = (init?.method ?? 'GET') === 'GET';
      if (!reads || response.status < 300 || response.status > 399 || location === null) return response;
      const next = URL.canParse(location, to) ? new URL(location, to) : undefined;
      if (next?.origin !== to.origin || followed === REDIRECTS) return response;
      to = next;
    }
  };
}

/** As much of a body as may be read; the rest is not waited for. */
export async function readText(response: Response, most: number): Promise<{ text: string; cut: boolean }> {
  if (response.body === null) return { text: '', cut: false };
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of response.body) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > most) break;
  }
  return { text: Buffer.concat(chunks).subarray(0, most).toString('utf8'), cut: size > most };
}

export function withoutQuery({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}
