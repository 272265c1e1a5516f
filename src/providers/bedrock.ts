// Amazon Bedrock: the Messages API behind AWS' addresses, signatures and event streams.
import type { Failure, ModelRequest } from '../contracts/provider.ts';
import { isOn } from '../util/envValue.ts';
import { createAwsCredentials } from './awsCredentials.ts';
import { awsRegion, smallModelRegion } from './awsRegion.ts';
import { sendToAws } from './awsRequest.ts';
import { bedrockModel } from './bedrockModels.ts';
import { bedrockEvents } from './bedrockStream.ts';
import { CredentialProblem } from './credentialProblem.ts';
import { failure } from './failures.ts';
import type { Open, Opened } from './messagesApi.ts';
import { smallModel } from './models.ts';
import { RequestProblem, requestHeaders, withExtraBody } from './requestHeaders.ts';
import type { OpenVendor, VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

const API_VERSION = 'bedrock-2023-05-31';
const EVENT_STREAM = 'application/vnd.amazon.eventstream';

export function openBedrock(parts: VendorParts): OpenVendor {
  const supply = createAwsCredentials(parts);
  const send: Open = async ({ body, betas }, request, env, signal): Promise<Opened> => {
    const region = regionFor(request, env);
    const model = request.sendAs ?? bedrockModel(body.model, region, env);
    let headers: Headers;
    let text: string;
    try {
      headers = requestHeaders({ credential: {}, betas, env, session: request.session });
      text = JSON.stringify(bedrockBody(headers, withExtraBody({ ...body, model }, env)));
    } catch (error) {
      if (error instanceof RequestProblem) return { failed: failure('badRequest', error.message) };
      throw error;
    }
    headers.set('accept', EVENT_STREAM);
    const tier = env['ANTHROPIC_BEDROCK_SERVICE_TIER']?.trim();
    if (tier && /^[\w-]+$/.test(tier)) headers.set('x-amzn-bedrock-service-tier', tier);

    const { AnthropicBedrock } = await loadBedrock();
    let answer: Response | undefined;
    const opened = await sendToAws(
      {
        text,
        headers,
        model,
        region,
        baseURL: bedrockUrl(region, env),
        variable: 'ANTHROPIC_BEDROCK_BASE_URL',
        skipAuth: isOn(env['CLAUDE_CODE_SKIP_BEDROCK_AUTH']),
        client: (options) => new AnthropicBedrock(options),
      },
      {
        supply,
        // The client would turn the frames into text, and errors among them into words of its own.
        fetch: async (url, init) => {
          const response = await parts.fetch(url, init);
          if (!response.ok) return response;
          answer = response;
          return new Response(null, { status: response.status });
        },
      },
      env,
      signal,
    );
    return 'failed' in opened || !answer ? opened : await streamOf(answer, opened.hide);
  };
  return { send, ...awsCredentialUse(supply), modelId: (id, env) => bedrockModel(id, awsRegion(env), env) };
}

export const loadBedrock = () => import('@anthropic-ai/bedrock-sdk');

/** What the two services of AWS do alike when a credential was refused, or the person signs out. */
export function awsCredentialUse(supply: ReturnType<typeof createAwsCredentials>) {
  return {
    async refresh(failed: Failure, env: Env, signal: AbortSignal): Promise<boolean> {
      // Without a status nothing was refused: the search itself failed, and has done what it can.
      if (failed.because?.code !== 'bedrock.expired' || failed.status === undefined) return false;
      try {
        return await supply.renew(env, signal);
      } catch (error) {
        // The failure that led here is told; a reason of its own is told with the next request.
        if (error instanceof CredentialProblem || signal.aborted) return false;
        throw error;
      }
    },
    forget: supply.forget,
  };
}

/** For small work settings may name a region of its own. */
export function regionFor(request: Pick<ModelRequest, 'model'>, env: Env): string {
  const region = request.model === smallModel(env) ? smallModelRegion(env) : undefined;
  return region ?? awsRegion(env);
}

/** Version and betas stand in the body; the conversation stays last in it. The client takes model and stream out. */
function bedrockBody(headers: Headers, body: Record<string, unknown>): Record<string, unknown> {
  const betas = (headers.get('anthropic-beta') ?? '').split(',').map((beta) => beta.trim());
  headers.delete('anthropic-beta');
  headers.delete('anthropic-version');
  const asked = betas.filter((beta) => beta !== '');
  return { anthropic_version: API_VERSION, ...(asked.length > 0 ? { anthropic_beta: asked } : {}), ...body };
}

export function bedrockUrl(region: string, env: Env): string {
  const own = env['ANTHROPIC_BEDROCK_BASE_URL']?.trim();
  return (own || `https://bedrock-runtime.${region}.amazonaws.com`).replace(/\/+$/, '');
}

/** Anything but an event stream would be misread, and would come again. */
async function streamOf(response: Response, hide: (text: string) => string): Promise<Opened> {
  const { status, body, headers, url } = response;
  const requestId = headers.get('x-amzn-requestid') ?? undefined;
  const type = headers.get('content-type') ?? '';
  if (!body || type.split(';')[0]?.trim().toLowerCase() !== EVENT_STREAM) {
    await body?.cancel();
    const host = URL.canParse(url) ? new URL(url).host : 'Amazon Bedrock';
    const because = { code: 'bedrock.contentType', args: { host, type } };
    return {
      failed: failure('malformedStream', '', {
        status,
        retryable: false,
        because,
        ...(requestId ? { requestId } : {}),
      }),
    };
  }
  return { read: bedrockEvents(body), status, hide, ...(requestId ? { requestId } : {}) };
}
