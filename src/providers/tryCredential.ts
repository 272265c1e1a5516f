// Asks the service whether it takes a credential, before anything is sent with it.

import * as z from 'zod/mini';
import type { Fetch } from '../contracts/network.ts';
import type { Because } from '../contracts/permission.ts';
import type { Credential, Trial } from '../contracts/provider.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';
import { redact } from '../util/redact.ts';
import { rootReason } from '../util/rootReason.ts';
import { credentialBetas, credentialHeaders } from './credentialHeaders.ts';
import { failureOfResponse } from './failures.ts';
import { RequestProblem, requestHeaders } from './requestHeaders.ts';

type Env = Readonly<Record<string, string | undefined>>;

const TIMEOUT_MS = 10_000;
const Said = z.object({ code: z.string(), args: z.record(z.string(), z.string()) });

/** Asks for one line of the list of models: it costs nothing. Never rejects, but for a `signal` that is aborted. */
export async function tryCredential(
  credential: Credential,
  { fetch, baseUrl, env }: { fetch: Fetch; baseUrl: string; env: Env },
  signal: AbortSignal,
): Promise<Trial> {
  const { apiKey, authToken } = credential;
  const secrets = [apiKey, authToken].flatMap((one) => (one !== undefined && one.length >= 4 ? [one] : []));
  const clean = (text: string) => redact(text, secrets).slice(0, 300);
  try {
    const headers = requestHeaders({
      credential: credentialHeaders(credential),
      betas: [],
      needed: credentialBetas(credential),
      env,
    });
    headers.set('accept', 'application/json');
    headers.delete('content-type');
    const response = await fetch(`${baseUrl}/v1/models?limit=1`, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const organization = response.headers.get('anthropic-organization-id');
    const text = await response.text();
    if (response.ok) return { state: 'accepted', ...(organization ? { organization } : {}) };
    const detail = clean(failureOfResponse(response.status, response.headers, text, 0).detail);
    return { state: response.status === 401 ? 'refused' : 'untested', detail };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RequestProblem) return { state: 'refused', detail: error.message };
    const because = whyUnreached(error, new URL(baseUrl).host);
    if (because !== undefined) return { state: 'untested', detail: clean(sayInEnglish(because)), because };
    return { state: 'untested', detail: clean(deepest(error)) };
  }
}

/** What the system says in words of its own. */
const UNREACHED: Readonly<Record<string, string>> = {
  ENOTFOUND: 'unknownHost',
  EAI_AGAIN: 'notLookedUp',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'brokenOff',
  UND_ERR_SOCKET: 'brokenOff',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ETIMEDOUT: 'late',
  UND_ERR_CONNECT_TIMEOUT: 'late',
};

/** What the way out says of itself goes before what the system says: the code may be of the proxy. */
function whyUnreached(error: unknown, host: string): Because | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const said = 'because' in at ? Said.safeParse(at.because) : undefined;
    if (said?.success) return said.data;
  }
  const code = rootReason(error);
  const known = Object.hasOwn(UNREACHED, code) ? UNREACHED[code] : undefined;
  return known === undefined ? undefined : { code: `credentials.trial.${known}`, args: { host, code } };
}

function deepest(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return readableError(at);
}
