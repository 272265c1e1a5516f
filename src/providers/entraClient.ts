// The credentials of Microsoft Entra, in the order of Microsoft's own default chain; read on first use.
import {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  AzurePowerShellCredential,
  ChainedTokenCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  type TokenCredentialOptions,
  WorkloadIdentityCredential,
} from '@azure/identity';
import type { Fetch } from '../contracts/network.ts';

type Env = Readonly<Record<string, string | undefined>>;
type HttpClient = NonNullable<TokenCredentialOptions['httpClient']>;
type HttpRequest = Parameters<HttpClient['sendRequest']>[0];
type HttpResponse = Awaited<ReturnType<HttpClient['sendRequest']>>;

const TOKEN_TIMEOUT_MS = 30_000;
/** Outside Microsoft's machines nobody answers there, and a person waits. */
const METADATA_TIMEOUT_MS = 2_000;
const METADATA_HOST = '169.254.169.254';
const PROGRAM_TIMEOUT_MS = 30_000;

/**
 * The environment is the given one, but for the address of a managed identity, which its machine sets for every process.
 * (The package also keeps the `fetch` that it was first given for that address.)
 * `mayStart`: whether `az`, `azd` and PowerShell may be asked.
 */
export function entraCredential(env: Env, fetch: Fetch, mayStart: boolean): TokenCredential {
  const said = (name: string) => env[name]?.trim() || undefined;
  const authorityHost = said('AZURE_AUTHORITY_HOST');
  const options: TokenCredentialOptions = {
    httpClient: throughFetch(fetch),
    // Whoever sends the request repeats it, and says so.
    retryOptions: { maxRetries: 0 },
    ...(authorityHost === undefined ? {} : { authorityHost }),
  };
  const tenantId = said('AZURE_TENANT_ID');
  const clientId = said('AZURE_CLIENT_ID');
  const clientSecret = said('AZURE_CLIENT_SECRET');
  const certificatePath = said('AZURE_CLIENT_CERTIFICATE_PATH');
  const certificatePassword = said('AZURE_CLIENT_CERTIFICATE_PASSWORD');
  const tokenFilePath = said('AZURE_FEDERATED_TOKEN_FILE');
  const chain: TokenCredential[] = [];
  if (tenantId && clientId && clientSecret) {
    chain.push(new ClientSecretCredential(tenantId, clientId, clientSecret, options));
  } else if (tenantId && clientId && certificatePath) {
    const certificate = { certificatePath, ...(certificatePassword === undefined ? {} : { certificatePassword }) };
    chain.push(new ClientCertificateCredential(tenantId, clientId, certificate, options));
  }
  if (tenantId && clientId && tokenFilePath) {
    chain.push(new WorkloadIdentityCredential({ ...options, tenantId, clientId, tokenFilePath }));
  }
  chain.push(new ManagedIdentityCredential({ ...options, ...(clientId === undefined ? {} : { clientId }) }));
  if (mayStart) {
    const program = { processTimeoutInMs: PROGRAM_TIMEOUT_MS, ...(tenantId === undefined ? {} : { tenantId }) };
    chain.push(
      new AzureCliCredential(program),
      new AzurePowerShellCredential(program),
      new AzureDeveloperCliCredential(program),
    );
  }
  return new ChainedTokenCredential(...chain);
}

/** The packages' requests go our way out. */
function throughFetch(fetch: Fetch): HttpClient {
  return {
    sendRequest: async (request) => {
      const local = new URL(request.url).hostname === METADATA_HOST;
      const limit = AbortSignal.timeout(local ? METADATA_TIMEOUT_MS : TOKEN_TIMEOUT_MS);
      const response = await fetch(request.url, {
        method: request.method,
        headers: [...request.headers],
        body: bodyOf(request),
        signal: request.abortSignal ? AbortSignal.any([platformSignal(request.abortSignal), limit]) : limit,
        redirect: 'manual',
      });
      const headers = headersOf(request.headers, response.headers);
      return { request, status: response.status, headers, bodyAsText: await response.text() };
    },
  };
}

/** Requests for tokens are forms, and so texts. */
function bodyOf({ body }: HttpRequest): string | null {
  // An empty one is none: a GET may have none at all.
  if (body === undefined || body === null || body === '') return null;
  if (typeof body === 'string') return body;
  throw new TypeError('A request for a token has a body that is no text.');
}

function platformSignal(signal: NonNullable<HttpRequest['abortSignal']>): AbortSignal {
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  signal.addEventListener('abort', () => controller.abort());
  return controller.signal;
}

function headersOf(like: HttpRequest['headers'], found: Headers): HttpResponse['headers'] {
  return {
    get: (name) => found.get(name) ?? undefined,
    has: (name) => found.has(name),
    set: (name, value) => found.set(name, String(value)),
    delete: (name) => found.delete(name),
    toJSON: () => Object.fromEntries(found),
    [Symbol.iterator]: () => found[Symbol.iterator](),
  } satisfies typeof like;
}
