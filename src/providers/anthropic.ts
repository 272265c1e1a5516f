// The Anthropic API, directly or through a gateway that speaks it.
import type { Because } from '../contracts/permission.ts';
import type { Credential, Failure } from '../contracts/provider.ts';
import { readableError } from '../util/readableError.ts';
import { hideValues, redact } from '../util/redact.ts';
import { createApiKeyHelper } from './apiKeyHelper.ts';
import { credentialBetas, credentialHeaders } from './credentialHeaders.ts';
import { becauseRefused, type FoundSource, findSource, takeCredential } from './credentials.ts';
import { withEagerTools } from './eagerTools.ts';
import { failure, failureOfResponse, failureOfThrown } from './failures.ts';
import { listModels } from './listModels.ts';
import type { Open } from './messagesApi.ts';
import { createOrganizationProof } from './organizationProof.ts';
import { postMessages } from './postMessages.ts';
import { createProfileTokens } from './profileTokens.ts';
import { RequestProblem, requestHeaders, secretsIn, timeoutMs, withExtraBody } from './requestHeaders.ts';
import type { OpenVendor, VendorParts } from './vendor.ts';

/** The vendor's client, loaded on first use; call it early to take that time out of the first request. */
export const loadClient = () => import('@anthropic-ai/sdk');

/** Opens streams with the credential that counts at the moment of each request. */
export function openAnthropic(parts: VendorParts): OpenVendor {
  const helper = createApiKeyHelper(parts);
  const profile = createProfileTokens(parts.fetch);
  const fetchers = { helper, profile };
  const prove = createOrganizationProof(parts);

  const send: Open = async ({ body, betas }, { session }, env, signal) => {
    let found: FoundSource | undefined;
    let credential: Credential;
    try {
      found = await findSource(parts, env, signal);
      if (found === undefined) return { failed: failure('noCredential', '') };
      if (!URL.canParse(found.baseUrl)) {
        const detail = redact(`ANTHROPIC_BASE_URL is not an address: ${found.baseUrl}`);
        return { failed: failure('network', detail, { retryable: false }) };
      }
      credential = await takeCredential(found, parts, fetchers, env, signal);
      const refused = await prove(found, credential, env, signal);
      if (refused !== undefined) return { failed: refused };
    } catch (error) {
      if (signal.aborted) throw error;
      return { failed: notCredible(error) };
    }
    const { baseUrl } = found;

    let headers: Headers;
    let text: string;
    try {
      const needed = credentialBetas(credential);
      headers = requestHeaders({ credential: credentialHeaders(credential), betas, needed, env, session });
      text = JSON.stringify(withExtraBody(withEagerTools(body, baseUrl, env), env));
    } catch (error) {
      if (error instanceof RequestProblem) return { failed: failure('badRequest', error.message) };
      throw error;
    }
    const secrets = secretsIn(headers);
    const hide = (text: string) => hideValues(text, secrets);
    const clean = (failed: Failure): Failure => ({ ...failed, detail: redact(failed.detail, secrets) });

    // Without the parts for every service there is: nothing but a request is sent with it.
    const { BaseAnthropic, APIError, APIConnectionTimeoutError } = await loadClient();
    const client = new BaseAnthropic({
      // The headers are ours, whole: the client would send keys as bearer tokens, and a version of its own.
      // A redirect is not followed: it would take the key and the conversation to a host that nobody chose.
      fetch: (url, init) => parts.fetch(url, { ...init, headers, redirect: 'manual' }),
      apiKey: 'set by the headers',
      baseURL: baseUrl,
      maxRetries: 0,
      timeout: timeoutMs(env),
      logLevel: 'off',
      openTelemetry: false,
    });
    try {
      return await postMessages(client, { text, signal, hide });
    } catch (error) {
      if (error instanceof APIConnectionTimeoutError) {
        return { failed: failure('timeout', 'The service did not begin to answer in time.') };
      }
      if (error instanceof APIError && error.status !== undefined && error.headers) {
        const elsewhere = error.status >= 300 && error.status < 400 ? error.headers.get('location') : null;
        if (elsewhere !== null) {
          const to = URL.canParse(elsewhere, baseUrl) ? new URL(elsewhere, baseUrl).origin : elsewhere;
          const detail = `${baseUrl} sends requests on to ${to}, which Assent does not follow. Set ANTHROPIC_BASE_URL to the address that answers.`;
          return { failed: clean(failure('network', detail, { status: error.status, retryable: false })) };
        }
        const detail = error.error ? JSON.stringify(error.error) : error.message.replace(/^\d+ /, '');
        const failed = clean(failureOfResponse(error.status, error.headers, hide(detail), Date.now()));
        if (failed.code !== 'authentication') return { failed };
        if (found.source === 'helper' && credential.apiKey !== undefined) helper.refused(credential.apiKey);
        if (found.source === 'profile') profile.forget();
        return { failed: { ...failed, because: becauseRefused(found) } };
      }
      return { failed: clean(failureOfThrown(error, false)) };
    }
  };

  return {
    send,
    refresh: async (failed, env, signal) => {
      if (failed.code !== 'authentication') return false;
      try {
        const found = await findSource(parts, env, signal);
        if (found === undefined || found.problem !== undefined) return false;
        switch (found.source) {
          case 'helper':
            return await helper.renew(parts.helpers().apiKeyHelper ?? '', env, signal);
          case 'login':
            return (await parts.login?.(true, signal)) !== undefined;
          // It was forgotten when it was refused, so the next try fetches another.
          case 'profile':
            return true;
          default:
            return false;
        }
      } catch {
        // The failure that led here is told; the next message meets the reason again, and says it.
        return false;
      }
    },
    listModels: async (env, signal) => {
      const found = await findSource(parts, env, signal);
      if (found === undefined) throw new Error('There is no account yet. Run “Assent: Sign In”.');
      const credential = await takeCredential(found, parts, fetchers, env, signal);
      const refused = await prove(found, credential, env, signal);
      if (refused !== undefined) throw new Error(refused.detail || refused.code);
      const needed = credentialBetas(credential);
      const headers = requestHeaders({ credential: credentialHeaders(credential), betas: [], needed, env });
      return listModels({ fetch: parts.fetch, baseUrl: found.baseUrl, headers }, signal);
    },
    forget: () => {
      helper.forget();
      profile.forget();
      prove.forget();
    },
  };
}

/** What stands in the way of a credential says so itself, with what to do. */
function notCredible(error: unknown): Failure {
  const because = isReason(error) ? error.because : undefined;
  const detail = error instanceof Error && 'detail' in error && typeof error.detail === 'string' ? error.detail : '';
  if (because !== undefined) return failure('noCredential', detail, { because });
  return failure('noCredential', redact(readableError(error)));
}

function isReason(error: unknown): error is Error & { because: Because } {
  return error instanceof Error && 'because' in error && typeof error.because === 'object' && error.because !== null;
}
