// Tokens as they are kept, from an answer of the issuer.
import type { OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { GrantTokens } from './keptGrant.ts';
import { oauthFault } from './oauthFault.ts';

/** More is as good as never, and 0 says nothing: such a token counts until it is refused. */
const MOST_SECONDS = 1e10;

export type Asked = { server: string; host: string; askedAtMs: number };

/** Throws a `ServerFault` for a token that cannot stand in a header. */
export function tokensOf(answered: OAuthTokens, { server, host, askedAtMs }: Asked): GrantTokens {
  const { access_token: access, refresh_token: refresh, expires_in: seconds, token_type: type } = answered;
  if (type.toLowerCase() !== 'bearer' || !/^[\x21-\x7e]+$/.test(access))
    throw oauthFault('badAnswer', { server, host, detail: 'it is no bearer token' });
  return {
    access,
    ...(refresh === undefined ? {} : { refresh }),
    ...(seconds !== undefined && seconds > 0 && seconds < MOST_SECONDS
      ? { expiresAtMs: askedAtMs + seconds * 1000 }
      : {}),
  };
}
