// What the identity provider answered, as it is kept.
import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import type { LoginConfig } from '../contracts/login.ts';
import { showInvisible } from '../util/invisible.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { cutEnd } from '../util/truncate.ts';
import type { Issuer } from './issuer.ts';
import type { Tokens } from './keptTokens.ts';

export type Answered = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** What goes into a header, and no more of it than a header holds. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;
const LONGEST_LABEL = 100;

/** `before`: whose tokens are renewed. Throws a `LoginFailure`. */
export function tokensOf(answered: Answered, asked: Asked, { host }: Issuer, before?: Tokens): Tokens {
  const wrong = (detail: string) => new LoginFailure('badAnswer', { host, detail });
  if (answered.token_type.toLowerCase() !== 'bearer') throw wrong('its type is not Bearer');
  if (!TOKEN.test(answered.access_token)) throw wrong('it does not fit into a header');
  const claims = answered.claims();
  if (before !== undefined && claims !== undefined && before.id !== claims.sub) throw wrong('it is of another account');
  const id = before?.id ?? claims?.sub ?? '';
  const refreshToken = answered.refresh_token ?? before?.refreshToken;
  return {
    id,
    label: before?.label ?? labelOf(claims) ?? host,
    scopes: answered.scope?.split(' ').filter((one) => one !== '') ?? before?.scopes ?? [...asked.scopes],
    accessToken: answered.access_token,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(answered.expires_in === undefined ? {} : { expiresAtMs: asked.atMs + answered.expires_in * 1000 }),
  };
}

/** `atMs`: from when on its life is counted. */
export type Asked = { scopes: readonly string[]; atMs: number };

function labelOf(claims: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const names = [claims?.['preferred_username'], claims?.['email'], claims?.['name'], claims?.['sub']];
  const name = names.find((one): one is string => typeof one === 'string' && one.trim() !== '');
  return name === undefined ? undefined : cutEnd(showInvisible(name.trim()), LONGEST_LABEL);
}

/** Those of the settings; otherwise what identifies a person and lets the session last, as far as it is offered. */
export function scopesOf({ scopes }: LoginConfig, { metadata, identifies }: Issuer): string[] {
  if (scopes !== undefined) return scopes;
  if (!identifies) return [];
  const offered = metadata.scopes_supported;
  return ['openid', 'profile', 'email', 'offline_access'].filter((scope) => offered?.includes(scope) ?? true);
}

/** For whom the token is to be, in the words of both conventions. */
export function audienceOf({ audience }: LoginConfig): Record<string, string> {
  if (audience === undefined) return {};
  return { audience, ...(URL.canParse(audience) ? { resource: audience } : {}) };
}
