// A person signs in to a server in the browser: authorization code with PKCE, for this server alone.
import { randomBytes } from 'node:crypto';
import type { ReceiveRedirect, Redirect } from '../../contracts/login.ts';
import type { ServerOAuth as OAuthEntry, ServerSignIn } from '../../contracts/mcp.ts';
import type { Fetch } from '../../contracts/network.ts';
import type * as Sdk from '../connection/mcpSdk.ts';
import { ServerFault } from '../connection/serverFault.ts';
import { type ClientParts, clientFor } from './clientFor.ts';
import { type Challenge, discover, type Issuer } from './discover.ts';
import type { Grant } from './keptGrant.ts';
import { asOAuthFault, oauthFault, quoted, REFUSALS } from './oauthFault.ts';
import { isThisMachine } from './safeAddress.ts';
import { tokensOf } from './tokensOf.ts';

/** `web`: in a browser, so nothing listens on the person's machine. `remote`: VS Code carries ports over to that machine. */
export type WhereWeRun = 'desktop' | 'remote' | 'web';

export type SignInParts = {
  server: string;
  url: URL;
  oauth: OAuthEntry;
  challenge: Challenge;
  kept: Grant | undefined;
  /** Scopes that the server asks for besides those that were given. */
  added: readonly string[];
  registered: ClientParts['registered'];
  clientMetadataUrl: string | undefined;
  where: WhereWeRun;
  now(): number;
  receive: ReceiveRedirect;
  /** Shows where the person is about to be sent, and what for; false: they do not want to go. */
  confirm(request: ServerSignIn, signal: AbortSignal): Promise<boolean>;
  /** Brings the person to the page; the answer is waited for once it has resolved. */
  open(address: string, redirect: Redirect, signal: AbortSignal): Promise<void>;
  /** A `limitedFetch`. */
  fetch: Fetch;
  hide(secret: string): void;
  sdk: typeof Sdk;
  signal: AbortSignal;
};

/** Nothing of it is kept yet. Rejects with a `ServerFault`. */
export async function signIn(parts: SignInParts): Promise<Grant> {
  const { server, url, signal, sdk, hide } = parts;
  if (url.protocol !== 'https:' && !isThisMachine(url)) throw oauthFault('notEncrypted', { server });
  const issuer = await discover(parts);
  const page = new URL(issuer.metadata.authorization_endpoint);
  const scopes = scopesOf(parts, issuer);
  const { added } = parts;
  const request = { server, host: page.host, scopes, ...(added.length === 0 ? {} : { added: [...added] }) };
  if (!(await parts.confirm(request, signal))) throw new ServerFault({ code: 'login.cancelled', args: {} });

  const state = randomBytes(32).toString('base64url');
  const doing = { server, host: page.host, secrets: [] as string[] };
  let redirect: Redirect | undefined;
  try {
    redirect = await backFrom(parts, state);
    // Until the page is open nobody listens to it.
    redirect.result.catch(() => {});
    const { redirectUri } = redirect;
    const client = await clientFor({ ...parts, issuer, redirectUri, scopes, metadataUrl: parts.clientMetadataUrl });
    if (client.client_secret !== undefined) hide(client.client_secret);
    const { authorizationUrl, codeVerifier } = await sdk.startAuthorization(issuer.issuer, {
      metadata: issuer.metadata,
      clientInformation: client,
      redirectUrl: redirectUri,
      state,
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
      ...resourceOf(issuer),
    });
    doing.secrets.push(codeVerifier, client.client_secret ?? '');
    await parts.open(authorizationUrl.href, redirect, signal);
    const code = codeOf(await redirect.result, issuer, doing);
    doing.secrets.push(code);
    const askedAtMs = parts.now();
    const answered = await sdk.exchangeAuthorization(issuer.issuer, {
      metadata: issuer.metadata,
      clientInformation: client,
      authorizationCode: code,
      codeVerifier,
      redirectUri,
      ...resourceOf(issuer),
      fetchFn: parts.fetch,
    });
    return {
      issuer: issuer.issuer,
      metadata: issuer.metadata,
      ...(issuer.resource === undefined ? {} : { resource: issuer.resource }),
      client,
      scopes: answered.scope?.split(/\s+/).filter(Boolean) ?? scopes,
      tokens: tokensOf(answered, { server, host: page.host, askedAtMs }),
    };
  } catch (error) {
    if (signal.aborted) throw new ServerFault({ code: 'login.cancelled', args: {} });
    throw asOAuthFault(error, doing);
  } finally {
    redirect?.dispose();
  }
}

/** Those of the definition; otherwise what the refusal asked for, otherwise what the server knows. */
function scopesOf({ oauth, challenge, kept, added }: SignInParts, { scopes, metadata, issuer }: Issuer): string[] {
  const wanted = oauth.scopes?.split(/\s+/) ?? challenge.scope?.split(/\s+/) ?? scopes ?? [];
  const given = added.length > 0 && kept?.issuer === issuer ? kept.scopes : [];
  const all = new Set([...wanted, ...given, ...added].filter((scope) => scope !== ''));
  // Without it a person would have to sign in again and again.
  if (all.size > 0 && metadata.scopes_supported?.includes('offline_access') === true) all.add('offline_access');
  return [...all];
}

/** The address of before is taken again where it is free: it may be the only one that the client is registered for. */
async function backFrom({ oauth, kept, where, receive, signal }: SignInParts, state: string): Promise<Redirect> {
  const { callbackPort } = oauth;
  if (callbackPort !== undefined) return receive({ state, at: `http://localhost:${callbackPort}/callback`, signal });
  if (where === 'web') return receive({ state, signal });
  const before = kept?.client.redirect_uris?.find((one) => LOOPBACK.test(one));
  if (before !== undefined && oauth.clientId === undefined && where === 'desktop') {
    const again = await receive({ state, at: before, signal }).catch(() => undefined);
    if (again !== undefined) return again;
  }
  return receive({ state, at: 'http://localhost/callback', signal });
}
const LOOPBACK = /^http:\/\/localhost:\d+\//;

/** What came back belongs to this issuer (RFC 9207) and holds a code; `state` was compared before. */
function codeOf({ searchParams }: URL, { metadata }: Issuer, doing: { server: string; host: string }): string {
  const from = searchParams.get('iss');
  const promised = metadata['authorization_response_iss_parameter_supported'] === true;
  if (from === null ? promised : from !== metadata.issuer) throw oauthFault('otherAnswer', { server: doing.server });
  const error = searchParams.get('error');
  const code = searchParams.get('code');
  if (error === null && code !== null) return code;
  const detail = quoted(searchParams.get('error_description') ?? '');
  const { server, host } = doing;
  throw oauthFault(REFUSALS[error ?? ''] ?? 'refused', { server, host, error: quoted(error ?? ''), detail });
}

export function resourceOf({ resource }: { resource?: string | undefined }): { resource?: string } {
  return resource === undefined ? {} : { resource };
}
