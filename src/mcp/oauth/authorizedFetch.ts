// `fetch` for one server that puts the person's token in, and renews it when it is refused.
import type { Fetch } from '../../contracts/network.ts';
import { redact } from '../../util/redact.ts';
import type * as Sdk from '../connection/mcpSdk.ts';
import { readText } from './limitedFetch.ts';

/** Of a refusal, as far as it is read. */
const BYTES = 64 * 1024;
const EMPTY = new Set([204, 205, 304]);

export type Refusal = { resourceMetadataUrl?: URL; scope?: string; error?: string };
export type AuthorizedFetchParts = {
  url: URL;
  fetch: Fetch;
  /** Undefined when nobody is signed in. Rejects with a `ServerFault`. */
  token(): Promise<string | undefined>;
  /** For a token that was refused; undefined when a person has to sign in. Rejects with a `ServerFault`. */
  renewed(refused: string): Promise<string | undefined>;
  /** A token that gives more, undefined where there is nothing more to ask for. Rejects with a `ServerFault`, when the person says no too. */
  stepUp(refusal: Refusal, signal: AbortSignal | undefined): Promise<string | undefined>;
  /** Nobody is signed in, or no longer: what the server says of how to. */
  unauthorized(refusal: Refusal): void;
  sdk(): Promise<typeof Sdk>;
};

/** A header of the definition or its helper counts, and no token stands beside it. */
export function authorizedFetch(parts: AuthorizedFetchParts): Fetch {
  const { url, fetch } = parts;
  return async (input, init) => {
    const to = new URL(input instanceof Request ? input.url : input);
    if (to.origin !== url.origin || new Headers(init?.headers).has('authorization')) return fetch(input, init);

    const send = async (token: string | undefined) => {
      if (token === undefined) return fetch(input, init);
      const headers = new Headers(init?.headers);
      headers.set('authorization', `Bearer ${token}`);
      return withoutToken(await fetch(input, { ...init, headers }), token);
    };
    const refusalOf = async (response: Response): Promise<Refusal> => {
      const { resourceMetadataUrl, scope, error } = (await parts.sdk()).extractWWWAuthenticateParams(response);
      return {
        ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
        ...(scope === undefined ? {} : { scope }),
        ...(error === undefined ? {} : { error }),
      };
    };

    let token = await parts.token();
    let response = await send(token);
    if (response.status === 401 && token !== undefined) {
      const next = await parts.renewed(token);
      if (next !== undefined) {
        await response.body?.cancel();
        token = next;
        response = await send(token);
      }
    }
    if (response.status === 401) parts.unauthorized(await refusalOf(response));
    if (response.status === 403 && token !== undefined) {
      const refusal = await refusalOf(response);
      const more =
        refusal.error === 'insufficient_scope' ? await parts.stepUp(refusal, init?.signal ?? undefined) : undefined;
      if (more !== undefined) {
        await response.body?.cancel();
        response = await send(more);
      }
    }
    return response;
  };
}

/** What a refusal says is shown and logged, and it may say what it was sent. */
async function withoutToken(response: Response, token: string): Promise<Response> {
  if (response.status < 400) return response;
  const { status, statusText, headers } = response;
  const { text } = await readText(response, BYTES);
  return new Response(EMPTY.has(status) ? null : redact(text, [token]), { status, statusText, headers });
}
