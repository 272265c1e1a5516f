// The Anthropic API, directly or through a gateway that speaks it.
import type { Credential, Failure } from '../contracts/provider.ts';
import { numberFrom } from '../util/envValue.ts';
import { redact } from '../util/redact.ts';
import { findCredential } from './credentials.ts';
import { failure, failureOfResponse, failureOfThrown } from './failures.ts';
import type { Open } from './messagesApi.ts';
import { RequestProblem, requestHeaders, withExtraBody } from './requestHeaders.ts';
import type { VendorParts } from './vendor.ts';

export const DEFAULT_BASE_URL = 'https://api.anthropic.com';
const PLAIN_HEADERS = new Set(['accept', 'content-type', 'anthropic-version', 'anthropic-beta', 'user-agent']);
const DEFAULT_TIMEOUT_MS = 600_000;

/** The vendor's client, loaded on first use; call it early to take that time out of the first request. */
export const loadClient = () => import('@anthropic-ai/sdk');

/** Opens streams with the credential that counts at the moment of each request. */
export function openAnthropic({ stored, fetch }: Pick<VendorParts, 'stored' | 'fetch'>): Open {
  return async ({ body, betas }, _request, env, signal) => {
    let credential: Credential | undefined;
    try {
      credential = await findCredential({ env, stored });
    } catch (error) {
      return { failed: failure('noCredential', `The stored key could not be read: ${String(error)}`) };
    }
    if (!credential) return { failed: failure('noCredential', '') };

    let headers: Headers;
    let text: string;
    try {
      headers = requestHeaders({ credential: credentialHeaders(credential), betas, env });
      text = JSON.stringify(withExtraBody(body, env));
    } catch (error) {
      if (error instanceof RequestProblem) return { failed: failure('badRequest', error.message) };
      throw error;
    }
    const clean = (failed: Failure): Failure => ({ ...failed, detail: redact(failed.detail, secretsIn(headers)) });
    const baseURL = (env['ANTHROPIC_BASE_URL']?.trim() || DEFAULT_BASE_URL).replace(/\/+$/, '');
    if (!URL.canParse(baseURL)) {
      const detail = redact(`ANTHROPIC_BASE_URL is not an address: ${baseURL}`);
      return { failed: failure('network', detail, { retryable: false }) };
    }

    const { Anthropic, APIError, APIConnectionTimeoutError } = await loadClient();
    const client = new Anthropic({
      // The headers are ours, whole: the client would send keys as bearer tokens, and a version of its own.
      // A redirect is not followed: it would take the key and the conversation to a host that nobody chose.
      fetch: (url, init) => fetch(url, { ...init, headers, redirect: 'manual' }),
      apiKey: 'set by the headers',
      baseURL,
      maxRetries: 0,
      timeout: timeoutMs(env['API_TIMEOUT_MS']),
      logLevel: 'off',
      openTelemetry: false,
    });
    try {
      const response = await client
        .post('/v1/messages', { body: text, headers: { 'content-type': 'application/json' }, stream: true, signal })
        .asResponse();
      const requestId = response.headers.get('request-id');
      return {
        body: response.body ?? noBytes(),
        contentType: response.headers.get('content-type') ?? '',
        status: response.status,
        ...(requestId ? { requestId } : {}),
      };
    } catch (error) {
      if (error instanceof APIConnectionTimeoutError) {
        return { failed: failure('timeout', 'The service did not begin to answer in time.') };
      }
      if (error instanceof APIError && error.status !== undefined && error.headers) {
        const elsewhere = error.status >= 300 && error.status < 400 ? error.headers.get('location') : null;
        if (elsewhere !== null) {
          const to = URL.canParse(elsewhere, baseURL) ? new URL(elsewhere, baseURL).origin : elsewhere;
          const detail = `${baseURL} sends requests on to ${to}, which Assent does not follow. Set ANTHROPIC_BASE_URL to the address that answers.`;
          return { failed: clean(failure('network', detail, { status: error.status, retryable: false })) };
        }
        const detail = error.error ? JSON.stringify(error.error) : error.message.replace(/^\d+ /, '');
        return { failed: clean(failureOfResponse(error.status, error.headers, detail, Date.now())) };
      }
      return { failed: clean(failureOfThrown(error, false)) };
    }
  };
}

function credentialHeaders(credential: Credential): Record<string, string> {
  return credential.authToken !== undefined
    ? { authorization: `Bearer ${credential.authToken}` }
    : { 'x-api-key': credential.apiKey ?? '' };
}

/** Every value that is not one of the plain headers: keys, and what a gateway may want as a secret. */
function secretsIn(headers: Headers): string[] {
  const values = [...headers].filter(([name]) => !PLAIN_HEADERS.has(name)).map(([, value]) => value);
  return values.map((value) => value.replace(/^Bearer /, '')).filter((value) => value.length >= 8);
}

function timeoutMs(value: string | undefined): number {
  const ms = numberFrom(value);
  return ms !== undefined && Number.isInteger(ms) && ms > 0 ? ms : DEFAULT_TIMEOUT_MS;
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
