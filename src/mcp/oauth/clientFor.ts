// As whom we ask: a client that the team registered, one described under an address, or one registered now (RFC 7591).
import type { Fetch } from '../../contracts/network.ts';
import type * as Sdk from '../connection/mcpSdk.ts';
import type { Issuer } from './discover.ts';
import type { Grant, OAuthClient } from './keptGrant.ts';
import { asOAuthFault, oauthFault } from './oauthFault.ts';

export type ClientParts = {
  server: string;
  issuer: Issuer;
  /** Registered by the team; the secret is not in any file. */
  registered: { id: string; secret?: string } | undefined;
  /** Where an organisation describes its client, if it does. */
  metadataUrl: string | undefined;
  /** Of before, if there is one. */
  kept: Grant | undefined;
  redirectUri: string;
  scopes: readonly string[];
  now(): number;
  fetch: Fetch;
  sdk: typeof Sdk;
};

/** Rejects with a `ServerFault`. */
export async function clientFor(parts: ClientParts): Promise<OAuthClient> {
  const { server, issuer, registered, metadataUrl, redirectUri, scopes, fetch, sdk } = parts;
  const { metadata } = issuer;
  if (registered !== undefined)
    return {
      client_id: registered.id,
      ...(registered.secret === undefined ? {} : { client_secret: registered.secret }),
    };
  if (metadataUrl !== undefined && metadata.client_id_metadata_document_supported === true)
    return { client_id: metadataUrl };
  const kept = reusable(parts);
  if (kept !== undefined) return kept;
  const { host } = new URL(metadata.token_endpoint);
  if (metadata.registration_endpoint === undefined) throw oauthFault('noClient', { server, host });
  try {
    return await sdk.registerClient(issuer.issuer, {
      metadata,
      clientMetadata: {
        client_name: 'Assent',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: authMethod(metadata.token_endpoint_auth_methods_supported),
        ...(redirectUri.startsWith('https:') ? {} : { application_type: 'native' }),
      },
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
      fetchFn: fetch,
    });
  } catch (error) {
    const fault = asOAuthFault(error, { server, host });
    const plain = fault.because.code === 'mcp.oauth.refused' || fault.because.code === 'mcp.oauth.badAnswer';
    throw plain ? oauthFault('notRegistered', { server, host, detail: fault.because.args['detail'] ?? '' }) : fault;
  }
}

/** Registered at the same issuer, for the address to which the browser comes back now, and for what is asked for. */
function reusable({ kept, issuer, redirectUri, scopes, now }: ClientParts): OAuthClient | undefined {
  if (kept?.issuer !== issuer.issuer || kept.client.redirect_uris?.includes(redirectUri) !== true) return undefined;
  const registered = kept.client.scope?.split(' ');
  if (registered !== undefined && !scopes.every((scope) => registered.includes(scope))) return undefined;
  const until = kept.client.client_secret_expires_at ?? 0;
  return until !== 0 && until * 1000 <= now() ? undefined : kept.client;
}

/** A program on a person's machine keeps no secret, unless it is given one. */
function authMethod(offered: readonly string[] | undefined): string {
  if (offered === undefined || offered.length === 0 || offered.includes('none')) return 'none';
  return ['client_secret_basic', 'client_secret_post'].find((method) => offered.includes(method)) ?? 'none';
}
