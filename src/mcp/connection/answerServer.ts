// What a server may ask of us: the folders, a person, a model; and what it tells us for the log.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { ClientCapabilities, CreateMessageRequest } from '@modelcontextprotocol/sdk/types.js';
import type { SampleBlock, SampleRequest } from '../../contracts/mcp.ts';
import { showInvisible } from '../../util/invisible.ts';
import { cutEnd } from '../../util/truncate.ts';
import type { ConnectionParts } from './connectionParts.ts';
import type * as Sdk from './mcpSdk.ts';

/** Questions of one server that are open side by side; more are cancelled. */
const MOST_OPEN = 4;
/** Lines of a server in the log: so many at once, then one a second. */
const LOG_LINES = 100;
/** What is secret in it is found before it is cut to what a line may have. */
const LOG_LENGTH = 4000;

export function capabilitiesOf({ elicit, sample }: ConnectionParts): ClientCapabilities {
  return {
    roots: { listChanged: true },
    ...(elicit === undefined ? {} : { elicitation: { form: { applyDefaults: true }, url: {} } }),
    ...(sample === undefined ? {} : { sampling: {} }),
  };
}

export function answerServer(client: Client, sdk: typeof Sdk, server: string, parts: ConnectionParts): void {
  const { elicit, sample, elicitationDone } = parts;
  client.setRequestHandler(sdk.ListRootsRequestSchema, () => ({
    roots: parts.roots().map((folder) => ({ uri: pathToFileURL(folder).href, name: path.basename(folder) })),
  }));
  const line = limitedLog(parts.log);
  client.setNotificationHandler(sdk.LoggingMessageNotificationSchema, ({ params }) => {
    const text = typeof params.data === 'string' ? params.data : JSON.stringify(params.data);
    line(`${server} ${params.level}: ${showInvisible(cutEnd(text ?? '', LOG_LENGTH))}`);
  });
  if (elicit !== undefined) {
    const asked = atMost(MOST_OPEN);
    client.setRequestHandler(sdk.ElicitRequestSchema, ({ params }, { signal }) =>
      asked(
        () =>
          params.mode === 'url'
            ? elicit(
                server,
                { mode: 'url', message: params.message, url: params.url, id: params.elicitationId },
                signal,
              )
            : elicit(server, { mode: 'form', message: params.message, schema: { ...params.requestedSchema } }, signal),
        () => ({ action: 'cancel' as const }),
      ),
    );
    client.setNotificationHandler(sdk.ElicitationCompleteNotificationSchema, ({ params }) =>
      elicitationDone?.(server, params.elicitationId),
    );
  }
  if (sample !== undefined) {
    const asked = atMost(MOST_OPEN);
    client.setRequestHandler(sdk.CreateMessageRequestSchema, ({ params }, { signal }) =>
      asked(
        async () => {
          const { model, text, stopReason } = await sample(server, sampleOf(params), signal);
          return {
            model,
            role: 'assistant' as const,
            content: { type: 'text' as const, text },
            stopReason,
          };
        },
        () => {
          throw new Error('Too many requests for an answer of the model are open.');
        },
      ),
    );
  }
}

function sampleOf(params: CreateMessageRequest['params']): SampleRequest {
  return {
    messages: params.messages.map(({ role, content }) => ({
      role,
      content: (Array.isArray(content) ? content : [content]).map(blockOf),
    })),
    ...(params.systemPrompt === undefined ? {} : { system: params.systemPrompt }),
    maxTokens: params.maxTokens,
    modelHints: (params.modelPreferences?.hints ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])),
  };
}

type SamplingBlock = Extract<CreateMessageRequest['params']['messages'][number]['content'], { type: string }>;

function blockOf(block: SamplingBlock): SampleBlock {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image':
    case 'audio':
      return { type: block.type, data: block.data, mimeType: block.mimeType };
    default:
      // Tools within sampling are not offered, so none was called.
      throw new Error(`A message with ${block.type} cannot be passed on.`);
  }
}

function atMost(most: number) {
  let open = 0;
  return async <T>(run: () => Promise<T>, refuse: () => T): Promise<T> => {
    if (open >= most) return refuse();
    open++;
    try {
      return await run();
    } finally {
      open--;
    }
  };
}

function limitedLog(log: (text: string) => void): (text: string) => void {
  let room = LOG_LINES;
  let filledAt = performance.now();
  return (text) => {
    const at = performance.now();
    room = Math.min(LOG_LINES, room + (at - filledAt) / 1000);
    filledAt = at;
    if (room < 1) return;
    room--;
    log(text);
  };
}
