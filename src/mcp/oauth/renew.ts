// A new access token for an old one. Windows share what is kept, and a refresh token may be good for one use only.
import { setTimeout as wait } from 'node:timers/promises';
import type { Fetch } from '../../contracts/network.ts';
import type * as Sdk from '../connection/mcpSdk.ts';
import type { Grant, GrantTokens, KeptGrant } from './keptGrant.ts';
import { asOAuthFault, refusalOf } from './oauthFault.ts';
import { resourceOf } from './signIn.ts';
import { tokensOf } from './tokensOf.ts';

/** So long before its end a token is renewed, that a request does not arrive with one that has just ended. */
const BEFORE_END_MS = 60_000;
/** Another window that was quicker has its answer by then. */
const OTHER_WINDOW_MS = 2_000;
const STEP_MS = 100;
/** The issuer takes back what it gave, or no longer knows whom it gave it to. */
const ENDS = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client']);

export type RenewParts = {
  server: string;
  kept: KeptGrant;
  now(): number;
  /** Whether the person has cleared, or replaced, what was kept when this began. */
  gone(): boolean;
  /** A `limitedFetch`. */
  fetch: Fetch;
  hide(secret: string): void;
  sdk: typeof Sdk;
};

export function isFresh({ access: _, refresh, expiresAtMs }: GrantTokens, nowMs: number): boolean {
  return expiresAtMs === undefined || expiresAtMs - (refresh === undefined ? 0 : BEFORE_END_MS) > nowMs;
}

/**
 * `refused` is the access token that is no longer accepted. Resolves to what counts now, which another window may have
 * got; undefined when a person has to sign in again. Rejects with a `ServerFault` when that cannot be known now.
 */
export async function renew(refused: string | undefined, parts: RenewParts): Promise<GrantTokens | undefined> {
  const { server, kept, now, sdk } = parts;
  const serves = (tokens: GrantTokens) => tokens.access !== refused && isFresh(tokens, now());
  const before = await kept.read();
  if (before?.tokens === undefined) return undefined;
  if (serves(before.tokens)) return before.tokens;
  const { refresh } = before.tokens;
  if (refresh === undefined) return end(before, false, parts);

  const { host } = new URL(before.metadata.token_endpoint);
  const askedAtMs = now();
  let tokens: GrantTokens;
  let scopes: string[] | undefined;
  try {
    const answered = await sdk.refreshAuthorization(before.issuer, {
      metadata: before.metadata,
      clientInformation: before.client,
      refreshToken: refresh,
      ...resourceOf(before),
      fetchFn: parts.fetch,
    });
    tokens = tokensOf(answered, { server, host, askedAtMs });
    scopes = answered.scope?.split(/\s+/).filter(Boolean);
  } catch (error) {
    const refusal = refusalOf(error) ?? '';
    if (!ENDS.has(refusal))
      throw asOAuthFault(error, {
        server,
        host,
        secrets: [refresh, before.tokens.access, before.client.client_secret ?? ''],
      });
    const other = await fromOtherWindow(refresh, kept);
    if (other?.tokens === undefined) return undefined;
    if (other.tokens.refresh === refresh) return end(other, refusal !== 'invalid_grant', parts);
    return serves(other.tokens) ? other.tokens : renew(refused, parts);
  }
  parts.hide(tokens.access);
  if (tokens.refresh !== undefined) parts.hide(tokens.refresh);
  // Cleared while the answer was on its way, it must not come back; signed in anew, that counts.
  const meanwhile = (await kept.read())?.tokens;
  if (meanwhile?.refresh !== refresh || parts.gone()) return meanwhile;
  await kept.write({ ...before, tokens, ...(scopes === undefined ? {} : { scopes }) });
  return tokens;
}

/** What is kept once it has changed, or when it has not for a while. */
async function fromOtherWindow(refresh: string, kept: KeptGrant): Promise<Grant | undefined> {
  for (let waited = 0; ; waited += STEP_MS) {
    const found = await kept.read();
    if (found?.tokens?.refresh !== refresh || waited >= OTHER_WINDOW_MS) return found;
    await wait(STEP_MS);
  }
}

/** The client is kept for the next sign-in, unless it is the one that is not accepted. */
async function end(grant: Grant, forgetClient: boolean, { kept, gone }: RenewParts): Promise<undefined> {
  if (gone()) return undefined;
  const { tokens: _, ...rest } = grant;
  if (forgetClient) await kept.forget();
  else await kept.write(rest);
  return undefined;
}
