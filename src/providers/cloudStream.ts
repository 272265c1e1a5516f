// One request through a cloud's own client: what we decide about it, and what came back, as a stream or a failure.
import type { ClientOptions } from '@anthropic-ai/sdk';
import type { Fetch } from '../contracts/network.ts';
import type { Failure } from '../contracts/provider.ts';
import { hideValues, redact } from '../util/redact.ts';
import { failure, failureOfThrown } from './failures.ts';
import type { Opened } from './messagesApi.ts';
import { type MessagesClient, postMessages } from './postMessages.ts';
import { secretsIn, timeoutMs } from './requestHeaders.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What is the same for every cloud's client; the client adds address and credentials. */
export type SharedOptions = Required<Pick<ClientOptions, 'fetch' | 'maxRetries' | 'timeout' | 'logLevel'>> & {
  openTelemetry: false;
};
export type CloudRequest = {
  client(options: SharedOptions): MessagesClient;
  /** The body, as JSON. */
  text: string;
  /** Sent as they are; of what the client would send, only `fromClient` is kept. */
  headers: Headers;
  fromClient: readonly string[];
  fetch: Fetch;
  env: Env;
  signal: AbortSignal;
  /** A response that is no success, and what a connection threw, in the cloud's own terms. */
  refused(status: number, headers: Headers, text: string): Failure;
  unreachable(failed: Failure): Failure;
  /** Values beside those of the headers that no text may show. */
  secrets: readonly string[];
};

export async function openCloudStream(request: CloudRequest): Promise<Opened> {
  const { fetch, headers } = request;
  const secrets = [...secretsIn(headers), ...request.secrets];
  const hide = (text: string) => hideValues(text, secrets);
  const clean = (failed: Failure): Failure => ({ ...failed, detail: redact(failed.detail, secrets) });
  // What the client throws says less than the response, so it is kept.
  let refused: { status: number; headers: Headers; text: string } | undefined;
  const client = request.client({
    // A redirect is not followed: it would take the conversation to a host that nobody chose.
    fetch: async (url, init) => {
      const sent = new Headers(headers);
      const theirs = new Headers(init?.headers);
      for (const name of request.fromClient) {
        const value = theirs.get(name);
        if (value !== null && !sent.has(name)) sent.set(name, value);
      }
      const response = await fetch(url, { ...init, headers: sent, redirect: 'manual' });
      if (response.ok) return response;
      const { status, headers: found } = response;
      const text = hide(await response.text());
      refused = { status, headers: found, text };
      // The constructor takes no body with some of these, and nobody reads it.
      return new Response(null, { status: status >= 200 && status <= 599 ? status : 502 });
    },
    maxRetries: 0,
    timeout: timeoutMs(request.env),
    logLevel: 'off',
    openTelemetry: false,
  });
  try {
    const opened = await postMessages(client, { text: request.text, signal: request.signal, hide });
    return refused ? { failed: clean(failureOfRefusal(request, refused)) } : opened;
  } catch (error) {
    if (refused) return { failed: clean(failureOfRefusal(request, refused)) };
    // The client's own clock; what the network throws when it takes too long has a cause with a code.
    if (error instanceof Error && error.message === 'Request timed out.') {
      return { failed: failure('timeout', 'The service did not begin to answer in time.') };
    }
    return { failed: clean(request.unreachable(failureOfThrown(error, false))) };
  }
}

function failureOfRefusal(
  request: CloudRequest,
  { status, headers, text }: { status: number; headers: Headers; text: string },
): Failure {
  const elsewhere = status >= 300 && status < 400 ? headers.get('location') : null;
  if (elsewhere === null) return request.refused(status, headers, text);
  const to = URL.canParse(elsewhere) ? new URL(elsewhere).origin : elsewhere;
  const detail = `The service sends requests on to ${to}, which Assent does not follow.`;
  return request.unreachable(failure('network', detail, { status, retryable: false }));
}
