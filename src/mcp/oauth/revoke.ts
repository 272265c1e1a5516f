// Gives tokens back (RFC 7009).
import type { Fetch } from '../../contracts/network.ts';
import type * as Sdk from '../connection/mcpSdk.ts';
import type { Grant, OAuthClient } from './keptGrant.ts';

/** False when the issuer could not be told: what is kept here is gone either way. `fetch` is a `limitedFetch`. */
export async function revoke(grant: Grant, { fetch, sdk }: { fetch: Fetch; sdk: typeof Sdk }): Promise<boolean> {
  const { tokens, client, metadata } = grant;
  if (tokens === undefined) return true;
  if (metadata.revocation_endpoint === undefined) return false;
  const method = sdk.selectClientAuthMethod(client, metadata.token_endpoint_auth_methods_supported ?? []);
  const given = [
    { token: tokens.refresh, hint: 'refresh_token' },
    { token: tokens.access, hint: 'access_token' },
  ];
  try {
    for (const { token, hint } of given) {
      if (token === undefined) continue;
      const body = new URLSearchParams({ token, token_type_hint: hint });
      const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' });
      identify(client, method, headers, body);
      const response = await fetch(metadata.revocation_endpoint, { method: 'POST', headers, body });
      if (!response.ok) return false;
    }
    return true;
  } catch {
    // Told by the answer.
    return false;
  }
}

function identify(client: OAuthClient, method: string, headers: Headers, body: URLSearchParams): void {
  const { client_id: id, client_secret: secret } = client;
  if (method === 'client_secret_basic' && secret !== undefined) {
    headers.set('authorization', `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`);
    return;
  }
  body.set('client_id', id);
  if (secret !== undefined && method === 'client_secret_post') body.set('client_secret', secret);
}
