// A new access token for an old one. Windows share what is kept, and a refresh token may be good for one use only.
import { setTimeout as wait } from 'node:timers/promises';
import type { LoginConfig } from '../contracts/login.ts';
import { hostOf } from '../util/hostOf.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { failureOf, oauthError } from './failureOf.ts';
import { type Issuer, loadClient } from './issuer.ts';
import type { KeptTokens, Tokens } from './keptTokens.ts';
import { tokensOf } from './tokensOf.ts';
import { resourceOf } from './withBrowser.ts';

/** So long before its end a token is renewed, that a request does not arrive with one that has just ended. */
const BEFORE_END_MS = 60_000;
/** Another window that was quicker has its answer by then. */
const OTHER_WINDOW_MS = 2_000;
const STEP_MS = 100;

export type RenewParts = {
  config: LoginConfig;
  kept: KeptTokens;
  issuer(signal: AbortSignal): Promise<Issuer>;
  now(): number;
  /** Whether the account was signed out meanwhile, in this window. */
  gone(id: string): boolean;
};

export function isFresh(tokens: Tokens, nowMs: number): boolean {
  if (tokens.accessToken === undefined) return false;
  if (tokens.expiresAtMs === undefined) return true;
  const early = tokens.refreshToken === undefined ? 0 : BEFORE_END_MS;
  return tokens.expiresAtMs - early > nowMs;
}

/**
 * `refused` is the access token that is no longer accepted. Resolves to what counts now, which another window may have
 * got; undefined once the account is signed out. Rejects with a `LoginFailure`, `login.ended` when there is no more to
 * come: then the tokens are taken out of what is kept, and the account stays, so that nobody else's is used instead.
 */
export async function renew(
  id: string,
  refused: string | undefined,
  parts: RenewParts,
  signal: AbortSignal,
): Promise<Tokens | undefined> {
  const { config, kept, now } = parts;
  const serves = (tokens: Tokens) => tokens.accessToken !== refused && isFresh(tokens, now());
  const before = await kept.read(id);
  if (before === undefined) return undefined;
  if (serves(before)) return before;
  const { refreshToken } = before;
  const host = hostOf(config.issuer);
  if (refreshToken === undefined) {
    if (before.accessToken !== undefined) await end(before, parts);
    throw new LoginFailure('ended', { host });
  }

  const issuer = await parts.issuer(signal);
  const oidc = await loadClient();
  const atMs = now();
  let after: Tokens;
  try {
    const answered = await oidc.refreshTokenGrant(await issuer.connect(signal), refreshToken, resourceOf(config));
    after = tokensOf(answered, { scopes: before.scopes, atMs }, issuer, before);
  } catch (error) {
    if (oauthError(error)?.error !== 'invalid_grant') {
      const secrets = [refreshToken, before.accessToken ?? ''];
      throw failureOf(error, { what: 'refresh', host, issuer: config.issuer, client: config.clientId, secrets });
    }
    const other = await fromOtherWindow(id, refreshToken, kept);
    if (other === undefined) return undefined;
    if (other.refreshToken !== refreshToken) {
      if (serves(other)) return other;
      if (other.refreshToken !== undefined) return renew(id, refused, parts, signal);
    }
    await end(other, parts);
    throw new LoginFailure('ended', { host });
  }
  // Signed out while the answer was on its way: it must not come back.
  if ((await kept.read(id)) === undefined || parts.gone(id)) return undefined;
  await kept.write(after);
  return after;
}

/** What is kept once it has changed, or when it has not for a while. */
async function fromOtherWindow(id: string, refreshToken: string, kept: KeptTokens): Promise<Tokens | undefined> {
  for (let waited = 0; ; waited += STEP_MS) {
    const found = await kept.read(id);
    if (found?.refreshToken !== refreshToken || waited >= OTHER_WINDOW_MS) return found;
    await wait(STEP_MS);
  }
}

async function end({ id, label, scopes }: Tokens, { kept, gone }: RenewParts): Promise<void> {
  if (!gone(id)) await kept.write({ id, label, scopes });
}
