// The list of models of a service that speaks the Messages API.
import * as z from 'zod/mini';
import type { Fetch } from '../contracts/network.ts';
import type { Credential } from '../contracts/provider.ts';
import { redact } from '../util/redact.ts';
import { credentialBetas, credentialHeaders } from './credentialHeaders.ts';
import { failureOfResponse } from './failures.ts';
import { requestHeaders } from './requestHeaders.ts';
import type { ListedModel } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

const List = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      display_name: z.nullish(z.string()),
      max_input_tokens: z.nullish(z.number()),
      max_tokens: z.nullish(z.number()),
    }),
  ),
});
const TIMEOUT_MS = 10_000;
/** Of one account; gateways that list more are cut. */
const MOST = 1000;

/** Rejects with a readable reason without secrets. */
export async function listedModels(
  credential: Credential,
  { fetch, baseUrl, env }: { fetch: Fetch; baseUrl: string; env: Env },
  signal: AbortSignal,
): Promise<ListedModel[]> {
  const headers = requestHeaders({
    credential: credentialHeaders(credential),
    betas: [],
    needed: credentialBetas(credential),
    env,
  });
  headers.set('accept', 'application/json');
  const response = await fetch(`${baseUrl}/v1/models?limit=${MOST}`, {
    headers,
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  if (!response.ok) {
    const { detail } = failureOfResponse(response.status, response.headers, await response.text(), 0);
    const secrets = [credential.apiKey, credential.authToken].flatMap((one) => (one ? [one] : []));
    throw new Error(redact(`The list of models was not given: ${detail}`, secrets));
  }
  const list = List.safeParse(await response.json());
  if (!list.success) throw new Error(`${new URL(baseUrl).host} answers with something that is no list of models.`);
  return list.data.data.slice(0, MOST).map((model) => ({
    id: model.id,
    ...(model.display_name ? { name: model.display_name } : {}),
    ...(model.max_input_tokens ? { contextWindow: model.max_input_tokens } : {}),
    ...(model.max_tokens ? { maxOutput: model.max_tokens } : {}),
  }));
}
