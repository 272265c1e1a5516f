// Authorization code with PKCE: the person signs in in the browser, and what comes back is exchanged for tokens.
import type { BrowserSteps, LoginConfig } from '../contracts/login.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { type Doing, failureOf } from './failureOf.ts';
import { type Issuer, isSafe, loadClient } from './issuer.ts';
import { type Answered, audienceOf, scopesOf } from './tokensOf.ts';

/** Any port: such clients may register without one (RFC 8252). */
const REDIRECT = 'http://127.0.0.1/callback';
/** What makes the exchange safe is not for settings to change. */
const OURS: ReadonlySet<string> = new Set([
  ...['client_id', 'response_type', 'response_mode', 'redirect_uri', 'scope', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'request', 'request_uri'],
]);

/** `another`: somebody is signed in already, so the page should offer to choose. Rejects with a `LoginFailure`. */
export async function withBrowser(
  config: LoginConfig,
  issuer: Issuer,
  { receive, open }: BrowserSteps,
  { another, signal }: { another: boolean; signal: AbortSignal },
): Promise<Answered> {
  const oidc = await loadClient();
  const { host, metadata } = issuer;
  if (metadata.code_challenge_methods_supported?.includes('S256') === false)
    throw new LoginFailure('noPkce', { host, client: config.clientId });
  if (metadata.authorization_endpoint === undefined) throw new LoginFailure('noWay', { host });
  const wrong = Object.keys(config.parameters ?? {}).find((name) => OURS.has(name));
  if (wrong !== undefined) throw new LoginFailure('badParameter', { name: wrong });

  const state = oidc.randomState();
  const verifier = oidc.randomPKCECodeVerifier();
  const scopes = scopesOf(config, issuer);
  const nonce = scopes.includes('openid') ? oidc.randomNonce() : undefined;
  const doing: Doing = { what: 'answer', host, issuer: config.issuer, client: config.clientId, secrets: [verifier] };

  const redirect = await receive({ state, at: config.redirectUri ?? REDIRECT, signal });
  // Until the page is open nobody listens to it.
  redirect.result.catch(() => {});
  try {
    const address = oidc.buildAuthorizationUrl(await issuer.connect(signal), {
      redirect_uri: redirect.redirectUri,
      state,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
      ...(nonce === undefined ? {} : { nonce }),
      ...(another && offersChoice(metadata) ? { prompt: 'select_account' } : {}),
      ...audienceOf(config),
      ...config.parameters,
    });
    if (!isSafe(address)) throw new LoginFailure('notAnAddress', { name: 'issuer' });
    await open(address.href, redirect);
    const came = await redirect.result;

    let sent = false;
    const connection = await issuer.connect(signal, (body) => {
      sent = true;
      // The library leaves the query of a redirect address out, and VS Code’s own addresses have one.
      if (body instanceof URLSearchParams) body.set('redirect_uri', redirect.redirectUri);
    });
    const answer = new URL(redirect.redirectUri);
    answer.search = came.search;
    try {
      return await oidc.authorizationCodeGrant(
        connection,
        answer,
        {
          pkceCodeVerifier: verifier,
          expectedState: state,
          ...(nonce === undefined ? {} : { expectedNonce: nonce, idTokenExpected: true }),
        },
        resourceOf(config),
      );
    } catch (error) {
      const secrets = [verifier, came.searchParams.get('code') ?? ''];
      const failure = failureOf(error, { ...doing, secrets });
      // Before anything was sent, it was the answer of the browser that was wrong.
      throw !sent && failure.because.code === 'login.badAnswer' ? new LoginFailure('otherAnswer') : failure;
    }
  } catch (error) {
    throw failureOf(error, doing);
  } finally {
    redirect.dispose();
  }
}

/** Also wanted where codes and refresh tokens are exchanged (RFC 8707). */
export function resourceOf(config: LoginConfig): Record<string, string> {
  const { resource } = audienceOf(config);
  return resource === undefined ? {} : { resource };
}

function offersChoice(metadata: Issuer['metadata']): boolean {
  const offered = metadata['prompt_values_supported'];
  return Array.isArray(offered) && offered.includes('select_account');
}
