// A code that is entered on any device (RFC 8628): for machines to which no browser can come back.
import type { DeviceCode, LoginConfig } from '../contracts/login.ts';
import { showInvisible } from '../util/invisible.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { type Doing, failureOf } from './failureOf.ts';
import { type Issuer, isSafe, loadClient } from './issuer.ts';
import { type Answered, audienceOf, scopesOf } from './tokensOf.ts';
import { resourceOf } from './withBrowser.ts';

/** Nobody waits for longer, and a timer cannot. */
const LONGEST_MS = 24 * 60 * 60_000;

/** Asks as often as the other side permits, until the code is entered, refused or too old. Rejects with a `LoginFailure`. */
export async function withDeviceCode(
  config: LoginConfig,
  issuer: Issuer,
  show: (code: DeviceCode) => void,
  signal: AbortSignal,
): Promise<Answered> {
  const { host, metadata } = issuer;
  if (metadata.device_authorization_endpoint === undefined) throw new LoginFailure('noWay', { host });
  const oidc = await loadClient();
  const scopes = scopesOf(config, issuer);
  const doing: Doing = { what: 'deviceCode', host, issuer: config.issuer, client: config.clientId };
  const connection = await issuer.connect(signal);
  let expired: AbortSignal | undefined;
  try {
    const given = await oidc.initiateDeviceAuthorization(connection, {
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
      ...audienceOf(config),
    });
    doing.secrets = [given.device_code];
    const link = given.verification_uri_complete;
    if (!isLink(given.verification_uri) || (link !== undefined && !isLink(link)))
      throw new LoginFailure('badAnswer', { host, detail: 'its page is no https address' });
    const lifetimeMs = Math.min(given.expires_in * 1000, LONGEST_MS);
    expired = AbortSignal.timeout(lifetimeMs);
    show({
      code: showInvisible(given.user_code),
      address: given.verification_uri,
      ...(link === undefined ? {} : { link }),
      expiresAtMs: Date.now() + lifetimeMs,
    });
    return await oidc.pollDeviceAuthorizationGrant(connection, given, resourceOf(config), {
      signal: AbortSignal.any([signal, expired]),
    });
  } catch (error) {
    if (signal.aborted) throw new LoginFailure('cancelled');
    if (expired?.aborted) throw new LoginFailure('codeExpired');
    throw failureOf(error, doing);
  }
}

/** It is opened, so it must be a page. */
function isLink(address: string): boolean {
  return URL.canParse(address) && isSafe(new URL(address));
}
