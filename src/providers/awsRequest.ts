// One request to a service of AWS that has models: signed, with an API key, or as a gateway wants it.
import type { MiddlewareNext } from '@anthropic-ai/sdk';
import type { Fetch } from '../contracts/network.ts';
import type { Failure } from '../contracts/provider.ts';
import type { AwsCredentials } from './awsChain.ts';
import type { AwsCredentialSupply } from './awsCredentials.ts';
import { type Asked, bedrockFailure, explained } from './bedrockFailures.ts';
import { openCloudStream, type SharedOptions } from './cloudStream.ts';
import { CredentialProblem } from './credentialProblem.ts';
import { failure } from './failures.ts';
import type { Opened } from './messagesApi.ts';
import type { MessagesClient } from './postMessages.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What AWS' clients of the Messages API have in common. */
export type AwsClientOptions = SharedOptions & {
  awsRegion: string;
  baseURL: string;
  apiKey: null;
  skipAuth: boolean;
  providerChainResolver: () => Promise<() => Promise<AwsCredentials>>;
  middleware: Array<(request: Parameters<MiddlewareNext>[0], next: MiddlewareNext) => Promise<Response>>;
};
export type AwsRequest = {
  text: string;
  headers: Headers;
  model: string;
  region: string;
  /** Without a slash at the end; `variable` is what a person changes it with. */
  baseURL: string;
  variable: string;
  /** A gateway adds the credential. */
  skipAuth: boolean;
  client(options: AwsClientOptions): MessagesClient;
};

/** What the signature is made of, and what it is in. */
const FROM_SIGNER = ['authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'];
const PRINTABLE = /^[\x21-\x7e]+$/;
/** Faults of the way to a credential, where they are not the credential's own. */
const CODES: Readonly<Record<string, Failure['code']>> = {
  'bedrock.noCredential': 'noCredential',
  'bedrock.credentials.network': 'network',
  'bedrock.credentials.timeout': 'timeout',
};

export async function sendToAws(
  request: AwsRequest,
  { fetch, supply }: { fetch: Fetch; supply: AwsCredentialSupply },
  env: Env,
  signal: AbortSignal,
): Promise<Opened> {
  const { region, baseURL, model, variable } = request;
  if (!URL.canParse(baseURL)) {
    const because = { code: 'bedrock.address', args: { variable } };
    return { failed: failure('network', '', { retryable: false, because }) };
  }
  const proof = await findProof(request.skipAuth, supply, env, signal);
  if ('failed' in proof) return proof;
  const { key, credentials } = proof;
  const headers = new Headers(request.headers);
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  const asked: Asked = { host: new URL(baseURL).host, model, region, with: proof.with };
  return openCloudStream({
    client: (shared) =>
      request.client({
        ...shared,
        awsRegion: region,
        baseURL,
        apiKey: null,
        skipAuth: credentials === undefined,
        providerChainResolver: async () => async () => {
          if (credentials === undefined) throw new Error('A request is signed that was not to be.');
          return credentials;
        },
        // What is signed is what is sent, so our headers take the place of the client's before it signs.
        middleware: [(outgoing, next) => next({ ...outgoing, headers: new Headers(headers) })],
      }),
    text: request.text,
    headers,
    fromClient: FROM_SIGNER,
    fetch,
    env,
    signal,
    refused: (status, answered, text) => {
      const failed = bedrockFailure(asked, status, answered, text, Date.now());
      if (credentials && failed.because?.code === 'bedrock.expired') supply.refuse(credentials);
      return failed;
    },
    unreachable: (failed) => explained(failed, asked),
    secrets: secretsOf(proof),
  });
}

/** What shows AWS who asks. */
type Proof = { with: Asked['with']; key?: string; credentials?: AwsCredentials };

async function findProof(
  skipAuth: boolean,
  supply: AwsCredentialSupply,
  env: Env,
  signal: AbortSignal,
): Promise<Proof | { failed: Failure }> {
  if (skipAuth) return { with: 'nothing' };
  const key = env['AWS_BEARER_TOKEN_BEDROCK']?.trim();
  let proof: Proof;
  try {
    proof = key ? { with: 'key', key } : { with: 'signature', credentials: await supply.find(env, signal) };
  } catch (error) {
    if (error instanceof CredentialProblem) return { failed: failureOfCredentials(error) };
    throw error;
  }
  if (secretsOf(proof).every((secret) => PRINTABLE.test(secret))) return proof;
  // Whatever refused it on the way would say it.
  const because = { code: 'bedrock.credentials.invalid', args: {} };
  return { failed: failure('authentication', '', { because }) };
}

function secretsOf({ key, credentials }: Proof): string[] {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials ?? {};
  return [key, accessKeyId, secretAccessKey, sessionToken].filter((value) => value !== undefined);
}

function failureOfCredentials({ because, detail }: CredentialProblem): Failure {
  const code = CODES[because.code] ?? 'authentication';
  return failure(code, detail, { because, ...(code === 'timeout' ? { retryable: false } : {}) });
}
