// Which credential a request is sent with: the first source that has one, as far as the organisation allows it.
import type { Because } from '../contracts/permission.ts';
import type { Credential, CredentialSource, StoredCredential } from '../contracts/provider.ts';
import { hostOf } from '../util/hostOf.ts';
import { readableError } from '../util/readableError.ts';
import type { ApiKeyHelper } from './apiKeyHelper.ts';
import { CredentialProblem } from './credentialProblem.ts';
import { whyRefused } from './forcedLogin.ts';
import type { ProfileTokens } from './profileTokens.ts';
import { bringsCredential } from './requestHeaders.ts';
import type { VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type CredentialParts = Pick<VendorParts, 'stored' | 'login' | 'loginBaseUrl' | 'helpers' | 'forced'>;
/** What fetches a credential when a request is about to be sent. */
export type Fetchers = { helper: ApiKeyHelper; profile: ProfileTokens };

/** `name`: the variable, the setting, or how the person called it. `baseUrl`: where requests go with it. */
export type FoundSource = {
  source: CredentialSource;
  name: string;
  baseUrl: string;
  stored?: StoredCredential;
  /** Of a login: a secret. */
  token?: string;
  /** Why it is not used. Another one is not used in its place: nobody chose that. */
  problem?: Because;
};

export const DEFAULT_BASE_URL = 'https://api.anthropic.com';

/** The first that is there, of the API and the gateways in front of it. Runs no helper. Rejects as `login` does. */
export async function findSource(
  parts: CredentialParts,
  env: Env,
  signal: AbortSignal,
): Promise<FoundSource | undefined> {
  const found = await firstSource(parts, env, signal);
  if (found === undefined) return undefined;
  const forced = parts.forced?.();
  // A header of settings goes before the credential, so it is looked at as one.
  const sent = bringsCredential(env)
    ? { ...found, source: 'authToken' as const, name: 'ANTHROPIC_CUSTOM_HEADERS' }
    : found;
  const problem = found.problem ?? whyRefused(forced, found) ?? whyRefused(forced, sent);
  return problem === undefined ? found : { ...found, problem };
}

async function firstSource(parts: CredentialParts, env: Env, signal: AbortSignal): Promise<FoundSource | undefined> {
  const baseUrl = baseUrlOf(env);
  // Asked for in one moment: settings may change, and a token goes nowhere but to its own address.
  const loginUrl = parts.loginBaseUrl?.() ?? baseUrl;
  const token = await parts.login?.(false, signal);
  if (token !== undefined) return { source: 'login', name: 'assent.login', baseUrl: loginUrl, token };
  const at = (source: CredentialSource, name: string): FoundSource => ({ source, name, baseUrl });
  if (filled(env, 'ANTHROPIC_AUTH_TOKEN')) return at('authToken', 'ANTHROPIC_AUTH_TOKEN');
  if (filled(env, 'ANTHROPIC_API_KEY')) return at('apiKey', 'ANTHROPIC_API_KEY');
  if (parts.helpers().apiKeyHelper) return at('helper', 'apiKeyHelper');
  if (filled(env, 'CLAUDE_CODE_OAUTH_TOKEN')) return at('oauthToken', 'CLAUDE_CODE_OAUTH_TOKEN');
  const profile = PROFILE.find((name) => filled(env, name));
  if (profile !== undefined) return at('profile', profile);
  const stored = await storedOrProblem(parts);
  if (stored === undefined) return undefined;
  if ('code' in stored) return { ...at('stored', ''), problem: stored };
  return { ...at('stored', stored.label), stored, ...elsewhere(stored, baseUrl) };
}

/** Rejects with a `CredentialProblem`, or with the signal's reason. */
export async function takeCredential(
  found: FoundSource,
  parts: CredentialParts,
  fetchers: Fetchers,
  env: Env,
  signal: AbortSignal,
): Promise<Credential> {
  const { source, name, problem } = found;
  if (problem !== undefined) throw new CredentialProblem(problem.code, problem.args);
  switch (source) {
    case 'login':
      return { source, authToken: found.token ?? '' };
    case 'helper': {
      const key = await fetchers.helper.key(parts.helpers().apiKeyHelper ?? '', env, signal);
      return { source, apiKey: key, authToken: key };
    }
    case 'profile':
      return { source, authToken: await fetchers.profile.token(env, found.baseUrl, signal) };
    case 'stored': {
      const { apiKey, authToken } = found.stored ?? {};
      return { source, ...(apiKey === undefined ? {} : { apiKey }), ...(authToken === undefined ? {} : { authToken }) };
    }
    case 'apiKey':
      return { source, apiKey: filled(env, name) ?? '' };
    default:
      return { source, authToken: filled(env, name) ?? '' };
  }
}

/** What to say when the service did not accept it. */
export function becauseRefused({ source, name }: FoundSource): Because {
  switch (source) {
    case 'login':
      return { code: 'credentials.refused.login', args: {} };
    case 'helper':
      return { code: 'credentials.helper.refused', args: {} };
    case 'stored':
      return { code: 'credentials.refused.stored', args: { label: name } };
    default:
      return { code: 'credentials.refused.variable', args: { name } };
  }
}

/** As it stands, without slashes at its end; it may be no address. */
export function baseUrlOf(env: Env): string {
  return (filled(env, 'ANTHROPIC_BASE_URL') ?? DEFAULT_BASE_URL).replace(/\/+$/, '');
}

/** Of two addresses the part that says who receives what is sent there. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

const PROFILE = ['ANTHROPIC_PROFILE', 'ANTHROPIC_FEDERATION_RULE_ID'] as const;

/** A value of blanks counts as none. */
function filled(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

async function storedOrProblem({ stored }: CredentialParts): Promise<StoredCredential | Because | undefined> {
  try {
    return await stored();
  } catch (error) {
    return { code: 'credentials.storeFailed', args: { reason: readableError(error) } };
  }
}

/** A key goes to whom it was given for: settings that send requests elsewhere do not take it with them. */
function elsewhere(stored: StoredCredential, baseUrl: string): { problem?: Because } {
  const now = originOf(baseUrl);
  if (stored.origin === now) return {};
  const args = { label: stored.label, host: hostOf(stored.origin), other: hostOf(now) };
  return { problem: { code: 'credentials.otherHost', args } };
}
