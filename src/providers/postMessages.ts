// A request to the messages interface by a vendor's client, and the stream that it answers with.
import type { Opened } from './messagesApi.ts';

/** As much of a vendor's client as is used. */
export type MessagesClient = {
  post(
    path: string,
    options: { body: string; headers: Record<string, string>; stream: true; signal: AbortSignal },
  ): { asResponse(): Promise<Response> };
};

/** `text` is the body, as JSON. Rejects with what the client throws. */
export async function postMessages(
  client: MessagesClient,
  { text, signal, hide }: { text: string; signal: AbortSignal; hide(text: string): string },
): Promise<Opened> {
  const response = await client
    .post('/v1/messages', { body: text, headers: { 'content-type': 'application/json' }, stream: true, signal })
    .asResponse();
  const requestId = response.headers.get('request-id');
  return {
    body: response.body ?? noBytes(),
    contentType: response.headers.get('content-type') ?? '',
    status: response.status,
    hide,
    ...(requestId ? { requestId } : {}),
  };
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
