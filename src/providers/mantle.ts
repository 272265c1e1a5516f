// The Messages endpoint of Amazon Bedrock: AWS' addresses and signatures, and otherwise as at the vendor of the models.
import { isOn } from '../util/envValue.ts';
import { createAwsCredentials } from './awsCredentials.ts';
import { sendToAws } from './awsRequest.ts';
import { awsCredentialUse, loadBedrock, regionFor } from './bedrock.ts';
import { mantleModel } from './bedrockModels.ts';
import { failure } from './failures.ts';
import type { Open } from './messagesApi.ts';
import { RequestProblem, requestHeaders, withExtraBody } from './requestHeaders.ts';
import type { OpenVendor, VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

export function openMantle(parts: VendorParts): OpenVendor {
  const supply = createAwsCredentials(parts);
  const send: Open = async ({ body, betas }, request, env, signal) => {
    const region = regionFor(request, env);
    const model = request.sendAs ?? mantleModel(body.model);
    let headers: Headers;
    let text: string;
    try {
      headers = requestHeaders({ credential: {}, betas, env, session: request.session });
      text = JSON.stringify(withExtraBody({ ...body, model }, env));
    } catch (error) {
      if (error instanceof RequestProblem) return { failed: failure('badRequest', error.message) };
      throw error;
    }
    const { AnthropicBedrockMantle } = await loadBedrock();
    const opened = await sendToAws(
      {
        text,
        headers,
        model,
        region,
        baseURL: mantleUrl(region, env),
        variable: 'ANTHROPIC_BEDROCK_MANTLE_BASE_URL',
        skipAuth: isOn(env['CLAUDE_CODE_SKIP_MANTLE_AUTH']),
        client: (options) => new AnthropicBedrockMantle(options),
      },
      { supply, fetch: parts.fetch },
      env,
      signal,
    );
    return opened;
  };
  return { send, ...awsCredentialUse(supply), modelId: (id) => mantleModel(id) };
}

export function mantleUrl(region: string, env: Env): string {
  const own = env['ANTHROPIC_BEDROCK_MANTLE_BASE_URL']?.trim();
  return (own || `https://bedrock-mantle.${region}.api.aws/anthropic`).replace(/\/+$/, '');
}
