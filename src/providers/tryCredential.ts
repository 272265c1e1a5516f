// Asks the service whether it takes a credential, before anything is sent with it.
import type { Fetch } from '../contracts/network.ts';
import type { Credential, Trial } from '../contracts/provider.ts';
import { readableError } from '../util/readableError.ts';
import { redact } from '../util/redact.ts';
import { credentialBetas, credentialHeaders } from './credentialHeaders.ts';
import { failureOfResponse } from './failures.ts';
import { RequestProblem, requestHeaders } from './requestHeaders.ts';

type Env = Readonly<Record<string, string | undefined>>;

const TIMEOUT_MS = 10_000;

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
    return { state: 'untested', detail: clean(deepest(error)) };
  }
}

function deepest(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return readableError(at);
}
