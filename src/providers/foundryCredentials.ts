// What a request to Microsoft Foundry is sent with: a token, a key, or a token of Microsoft Entra.
import type { TokenCredential } from '@azure/identity';
import type { Fetch } from '../contracts/network.ts';
import { isOn } from '../util/envValue.ts';
import { redact } from '../util/redact.ts';
import { CredentialProblem } from './credentialProblem.ts';
import type { VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SCOPE = 'https://ai.azure.com/.default';
/** A token that ends sooner than this is not used any more. */
const SPARE_MS = 120_000;
/** What the chain of credentials is made of. */
const CHAIN = [
  'AZURE_AUTHORITY_HOST',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_FEDERATED_TOKEN_FILE',
];
const SECRETS = ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PASSWORD'];

/** Its cause is what the connection threw. */
export class EntraUnreachable extends Error {
  constructor(cause: unknown) {
    super('', { cause });
  }
}

export function createFoundryCredentials({ fetch, mayStart }: Pick<VendorParts, 'fetch' | 'mayStart'>) {
  let chain: { key: string; credential: TokenCredential } | undefined;
  let forgotten = 0;
  let unreachable: unknown;
  /** Microsoft's packages tell less of a connection that fails than it says itself. */
  const watched: Fetch = async (url, init) => {
    try {
      return await fetch(url, init);
    } catch (error) {
      // The metadata of the machine: most are none of Microsoft's.
      if (!String(url).startsWith('http:')) unreachable = error;
      throw error;
    }
  };
  let token: { key: string; value: string; endsAtMs: number } | undefined;

  const fromEntra = async (env: Env, signal: AbortSignal): Promise<string> => {
    const programs = mayStart?.() ?? true;
    const key = JSON.stringify([programs, CHAIN.map((name) => env[name])]);
    if (token?.key === key && token.endsAtMs - SPARE_MS > Date.now()) return token.value;
    unreachable = undefined;
    const before = forgotten;
    const { entraCredential } = await import('./entraClient.ts');
    try {
      if (chain?.key !== key) chain = { key, credential: entraCredential(env, watched, programs) };
      const found = await chain.credential.getToken(SCOPE, { abortSignal: signal });
      if (!found?.token) throw new Error('Microsoft Entra answered without a token.');
      // Who forgot everything in the meantime does not find it again.
      if (before === forgotten) token = { key, value: found.token, endsAtMs: found.expiresOnTimestamp };
      return found.token;
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable === undefined ? problemOf(error, programs, env) : new EntraUnreachable(unreachable);
    }
  };

  return {
    /** The header of the credential that counts. Rejects with a `CredentialProblem`. */
    headers: async (env: Env, signal: AbortSignal): Promise<Record<string, string>> => {
      if (isOn(env['CLAUDE_CODE_SKIP_FOUNDRY_AUTH'])) return {};
      const given = env['ANTHROPIC_FOUNDRY_AUTH_TOKEN']?.trim();
      if (given) return { authorization: `Bearer ${given}` };
      const key = env['ANTHROPIC_FOUNDRY_API_KEY']?.trim();
      // Foundry takes either name; what stands in front of it may know one of them only.
      if (key) return { 'api-key': key, 'x-api-key': key };
      return { authorization: `Bearer ${await fromEntra(env, signal)}` };
    },
    /** The next request asks for a token anew. */
    forget: () => {
      forgotten += 1;
      token = undefined;
      chain = undefined;
    },
  };
}

/** None of the chain had anything, or one had and was refused. */
function problemOf(error: unknown, programs: boolean, env: Env): CredentialProblem {
  const name = error instanceof Error ? error.name : '';
  const reasons = error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [error];
  const refused = reasons.find(
    (one) => one instanceof Error && one.name !== 'CredentialUnavailableError' && one.name !== 'CredentialUnavailable',
  );
  if (name.startsWith('AggregateAuthentication') && refused === undefined) {
    return new CredentialProblem(programs ? 'foundry.noCredential' : 'foundry.noCredentialUntrusted');
  }
  const said = refused ?? error;
  const words = said instanceof Error ? said.message : String(said);
  const secrets = SECRETS.flatMap((one) => env[one]?.trim() || []);
  return new CredentialProblem('foundry.entraRefused', {}, redact(words, secrets));
}
