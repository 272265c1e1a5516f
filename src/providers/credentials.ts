// Which credential a request is sent with: the first source that has one.
import type { Credential } from '../contracts/provider.ts';

type Env = Readonly<Record<string, string | undefined>>;
export type CredentialSources = { env: Env; stored: () => Promise<string | undefined> };

/** The sources in order of precedence. An empty value counts as none; further ways to sign in are further rows. */
const SOURCES: ReadonlyArray<(sources: CredentialSources) => Promise<Credential | undefined>> = [
  async ({ env }) => withValue(env['ANTHROPIC_AUTH_TOKEN'], (authToken) => ({ source: 'authToken', authToken })),
  async ({ env }) => withValue(env['ANTHROPIC_API_KEY'], (apiKey) => ({ source: 'apiKey', apiKey })),
  async ({ stored }) => withValue(await stored(), (apiKey) => ({ source: 'stored', apiKey })),
];

/** Undefined when there is none. Rejects only if the store itself fails. */
export async function findCredential(sources: CredentialSources): Promise<Credential | undefined> {
  for (const source of SOURCES) {
    const credential = await source(sources);
    if (credential) return credential;
  }
  return undefined;
}

function withValue(value: string | undefined, make: (value: string) => Credential): Credential | undefined {
  const trimmed = value?.trim();
  return trimmed ? make(trimmed) : undefined;
}
