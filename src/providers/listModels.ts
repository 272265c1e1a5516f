// Asks a service that speaks the Messages API which models it has, page by page.
import * as z from 'zod/mini';
import type { Fetch } from '../contracts/network.ts';
import { hideValues, redact } from '../util/redact.ts';
import { failureOfResponse } from './failures.ts';
import { secretsIn } from './requestHeaders.ts';
import type { ListedModel } from './vendor.ts';

const tokens = z.nullish(z.number());
const Page = z.object({
  data: z.array(
    z.object({
      id: z.string().check(z.minLength(1), z.maxLength(200)),
      display_name: z.nullish(z.string()),
      max_input_tokens: tokens,
      max_tokens: tokens,
    }),
  ),
  has_more: z.nullish(z.boolean()),
  last_id: z.nullish(z.string()),
});

const MOST_PAGES = 10;
const TIMEOUT_MS = 15_000;

/** `headers` are those of a request. Rejects with a readable reason, in which no secret of them stands. */
export async function listModels(
  service: { fetch: Fetch; baseUrl: string; headers: Headers },
  signal: AbortSignal,
): Promise<ListedModel[]> {
  const headers = new Headers(service.headers);
  headers.set('accept', 'application/json');
  headers.delete('content-type');
  const found: ListedModel[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const url = new URL(`${service.baseUrl.replace(/\/+$/, '')}/v1/models`);
    url.searchParams.set('limit', '1000');
    if (after !== undefined) url.searchParams.set('after_id', after);
    const response = await service.fetch(url.href, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = hideValues(await response.text(), secretsIn(headers));
    if (!response.ok) {
      const { detail } = failureOfResponse(response.status, response.headers, text, Date.now());
      throw new Error(redact(`The list of models was not given: ${detail}`, secretsIn(headers)));
    }
    const parsed = Page.safeParse(parseJson(text));
    if (!parsed.success) throw new Error(`${url.host} answers with something that is no list of models.`);
    for (const { id, display_name, max_input_tokens, max_tokens } of parsed.data.data) {
      found.push({
        id,
        ...(display_name ? { name: display_name } : {}),
        ...(max_input_tokens ? { contextWindow: max_input_tokens } : {}),
        ...(max_tokens ? { maxOutput: max_tokens } : {}),
      });
    }
    after = parsed.data.last_id ?? undefined;
    if (parsed.data.has_more !== true || after === undefined) return found;
  }
  return found;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A gateway's page, say: the schema refuses it.
    return undefined;
  }
}
