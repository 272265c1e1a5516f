// Google Vertex AI: the Messages API behind Google's addresses and credentials.
import * as z from 'zod/mini';
import type { Because } from '../contracts/permission.ts';
import type { Failure } from '../contracts/provider.ts';
import { isOn } from '../util/envValue.ts';
import { redact } from '../util/redact.ts';
import { openCloudStream } from './cloudStream.ts';
import { CredentialProblem } from './credentialProblem.ts';
import { failure, failureOfResponse, failureOfThrown } from './failures.ts';
import type { Open, Opened } from './messagesApi.ts';
import { RequestProblem, requestHeaders, withExtraBody } from './requestHeaders.ts';
import type { OpenVendor, VendorParts } from './vendor.ts';
import { createGoogleCredentials, loadGoogle } from './vertexCredentials.ts';
import { vertexBaseUrl, vertexModelId, vertexProject, vertexRegion } from './vertexPlace.ts';
import { createGcpRefresh } from './vertexRefresh.ts';

type Place = { project: string; region: string; model: string; host: string };

const API_VERSION = 'vertex-2023-10-16';
const MOST_BYTES = 30_000_000;
/** Of what the client adds: whose request it is, and who pays for it. */
const FROM_CLIENT = ['authorization', 'x-goog-user-project'];
/** The answer of a token service that wants a person to sign in again. */
const WITHDRAWN = /invalid_grant|invalid_rapt|reauth|invalid_client|unauthorized_client|account.*(disabled|deleted)/i;

/** Also as the only element of a list, which is how a streaming method says it. */
const GoogleError = z.object({
  error: z.object({
    message: z.string(),
    status: z.string(),
    details: z.optional(z.array(z.looseObject({ reason: z.optional(z.string()) }))),
  }),
});

export function openVertex(parts: VendorParts): OpenVendor {
  const google = createGoogleCredentials(parts);
  const refresh = createGcpRefresh(parts, google.forget);
  return { send: sender(parts, google), refresh, forget: google.forget, modelId: vertexModelId };
}

function sender({ fetch }: VendorParts, google: ReturnType<typeof createGoogleCredentials>): Open {
  return async ({ body, betas }, request, env, signal): Promise<Opened> => {
    const model = request.sendAs ?? vertexModelId(body.model);
    const region = vertexRegion(request.model, env);
    const baseURL = vertexBaseUrl(region, env);
    if (!URL.canParse(baseURL)) {
      return { failed: failure('network', '', { retryable: false, because: said('vertex.badAddress') }) };
    }
    let headers: Headers;
    let text: string;
    try {
      headers = requestHeaders({ credential: {}, betas, env, session: request.session });
      // The version goes into the body, and the conversation stays last in it.
      headers.delete('anthropic-version');
      text = JSON.stringify({ anthropic_version: API_VERSION, ...withExtraBody({ ...body, model }, env) });
    } catch (error) {
      if (error instanceof RequestProblem) return { failed: failure('badRequest', error.message) };
      throw error;
    }
    const size = Buffer.byteLength(text);
    if (size > MOST_BYTES) {
      const because = said('vertex.tooLarge', { size: (size / 1_000_000).toFixed(1) });
      return { failed: failure('tooLarge', '', { because }) };
    }

    const { vertexClient, withoutCredentials } = await loadGoogle();
    if (isOn(env['CLAUDE_CODE_SKIP_VERTEX_AUTH'])) {
      const project = vertexProject(env, {});
      if (project === undefined) return { failed: noProject() };
      return send(withoutCredentials(), project, []);
    }
    let secrets: readonly string[] = [];
    try {
      const found = await google.find(env);
      secrets = found.secrets;
      const project = vertexProject(
        env,
        found.named ? { fromKeyFile: found.project } : { fromElsewhere: found.project },
      );
      if (project === undefined) return { failed: noProject() };
      const sent = await unlessAborted(found.client.getRequestHeaders(), signal);
      const token = sent.get('authorization')?.replace(/^Bearer /, '');
      return await send(found.client, project, [...found.secrets, ...(token ? [token] : [])]);
    } catch (error) {
      return { failed: failureOfCredentials(error, secrets) };
    }

    function send(client: Parameters<typeof vertexClient>[1], projectId: string, secrets: string[]) {
      const place = { project: projectId, region, model, host: new URL(baseURL).host };
      return openCloudStream({
        client: (shared) => vertexClient({ baseURL, region, projectId }, client, shared),
        text,
        headers,
        fromClient: FROM_CLIENT,
        fetch,
        env,
        signal,
        refused: (status, found, answer) => failureOfGoogle(status, found, answer, place),
        unreachable: (failed) =>
          failed.code === 'network' ? { ...failed, because: said('vertex.network', { host: place.host }) } : failed,
        secrets,
      });
    }
  };
}

/** Google's own way to say what is wrong, or else that of the model's service behind it. */
export function failureOfGoogle(status: number, headers: Headers, text: string, place: Place): Failure {
  const error = googleError(text);
  const told = error === undefined ? text : JSON.stringify({ error: { message: error.message } });
  const failed = failureOfResponse(status, headers, told, Date.now());
  const reasons = (error?.details ?? []).map(({ reason }) => reason);
  const { project, region, model } = place;
  if (reasons.includes('SERVICE_DISABLED')) {
    return { ...failed, code: 'permission', because: said('vertex.apiDisabled', { project }) };
  }
  if (reasons.includes('BILLING_DISABLED')) {
    return { ...failed, code: 'billing', because: said('vertex.billing', { project }) };
  }
  switch (failed.code) {
    case 'authentication':
      return { ...failed, because: said('vertex.authentication') };
    case 'permission':
      return { ...failed, because: said('vertex.permission', { project }) };
    case 'notFound':
      return { ...failed, because: said('vertex.notFound', { model, project, region }) };
    default:
      return failed;
  }
}

function googleError(text: string): z.infer<typeof GoogleError>['error'] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // A page of something in between: its text is the message.
    return undefined;
  }
  return GoogleError.safeParse(Array.isArray(json) ? json[0] : json).data?.error;
}

/** `secrets`: a token service may repeat what it was sent. */
function failureOfCredentials(error: unknown, secrets: readonly string[]): Failure {
  if (error instanceof CredentialProblem) {
    return failure('noCredential', error.detail, { because: error.because });
  }
  const refusal = tokenRefusal(error);
  if (refusal === undefined) {
    const failed = failureOfThrown(error, false);
    return failed.code === 'network' ? { ...failed, because: said('vertex.tokenNetwork') } : failed;
  }
  const { status } = refusal;
  const detail = redact(refusal.detail, secrets);
  if (status >= 500) return failure('server', detail, { status });
  const because = said(WITHDRAWN.test(detail) ? 'vertex.expired' : 'vertex.authentication');
  return failure('authentication', detail, { because });
}

const TokenRefusal = z.object({
  response: z.object({
    status: z.number(),
    data: z.optional(z.unknown()),
  }),
});
const TokenError = z.object({ error: z.string(), error_description: z.optional(z.string()) });

/** What the token service answered; its request, which the error holds too, has secrets. */
function tokenRefusal(error: unknown): { status: number; detail: string } | undefined {
  const found = TokenRefusal.safeParse(error).data?.response;
  if (found === undefined) return undefined;
  const told = TokenError.safeParse(found.data).data;
  const google = GoogleError.safeParse(found.data).data?.error.message;
  const detail = told ? [told.error, told.error_description].filter(Boolean).join(': ') : google;
  return { status: found.status, detail: detail ?? `HTTP status ${found.status}` };
}

function noProject(): Failure {
  return failure('noCredential', '', { because: said('vertex.noProject') });
}

function said(code: string, args: Record<string, string> = {}): Because {
  return { code, args };
}

/** The client knows no signal; what it asked for is useful to the next request. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
