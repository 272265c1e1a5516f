// What servers offer to the person beside tools: prompts with completion, and resources.
import * as z from 'zod/mini';
import type { ResourceContent } from '../../contracts/mcp.ts';
import type { Media, Text } from '../../contracts/message.ts';
import { MOST_IMAGES, shownImage } from '../shownImage.ts';
import { endedBy } from './endedBy.ts';
import type { ServerConnection } from './serverConnection.ts';

const TEXT = z.optional(z.string());
const Content = z.looseObject({
  type: z.string(),
  text: TEXT,
  data: TEXT,
  uri: TEXT,
  resource: z.optional(z.looseObject({ uri: z.string(), mimeType: TEXT, text: TEXT, blob: TEXT })),
});
const Prompt = z.looseObject({
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: Content })),
});
const Completion = z.looseObject({
  completion: z.looseObject({ values: z.array(z.string()), hasMore: z.optional(z.boolean()) }),
});
const Resource = z.looseObject({
  contents: z.array(z.looseObject({ uri: z.string(), mimeType: TEXT, text: TEXT, blob: TEXT })),
});
const Nothing = z.looseObject({});

/** Values of a completion that are looked at. */
const MOST_VALUES = 100;
/** Of one prompt. */
const MOST_MESSAGES = 1000;

export type PromptMessage = { role: 'user' | 'assistant'; blocks: Array<Text | Media> };
/** What is being completed: an argument of a prompt, or a variable of a template. */
export type Completed = { prompt: string } | { template: string };

/** Messages as the server made them of the arguments; the words are the server's. Rejects as `request` does. */
export async function getPrompt(
  connection: ServerConnection,
  name: string,
  args: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<PromptMessage[]> {
  const { messages } = await connection.request('prompts/get', { name, arguments: args }, Prompt, within(signal));
  let images = 0;
  return messages.slice(0, MOST_MESSAGES).map(({ role, content }) => {
    const block = blockOf(content, images < MOST_IMAGES);
    if (block.type === 'image') images++;
    return { role, blocks: [block] };
  });
}

/** Values for what is typed; `known` are the other arguments. Empty when the server completes nothing. */
export async function complete(
  connection: ServerConnection,
  what: Completed,
  argument: { name: string; value: string },
  known: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<string[]> {
  signal?.throwIfAborted();
  await endedBy(signal, connection.connect());
  if (connection.info()?.capabilities['completions'] === undefined) return [];
  const ref =
    'prompt' in what ? { type: 'ref/prompt', name: what.prompt } : { type: 'ref/resource', uri: what.template };
  const params = { ref, argument, context: { arguments: known } };
  const { completion } = await connection.request('completion/complete', params, Completion, within(signal));
  return completion.values.slice(0, MOST_VALUES);
}

/** A resource may hold several contents, as a folder does. Rejects as `request` does. */
export async function readResource(
  connection: ServerConnection,
  uri: string,
  signal?: AbortSignal,
): Promise<ResourceContent[]> {
  const { contents } = await connection.request('resources/read', { uri }, Resource, within(signal));
  return contents.flatMap(({ uri: own, mimeType, text, blob }): ResourceContent[] => {
    const base = { uri: own, ...(mimeType === undefined ? {} : { mimeType }) };
    if (text !== undefined) return [{ ...base, text }];
    return blob === undefined ? [] : [{ ...base, blob }];
  });
}

/** Changes come as events `updated` until `unsubscribe`. False: the server tells of no changes. */
export async function subscribe(connection: ServerConnection, uri: string): Promise<boolean> {
  await connection.connect();
  const resources = connection.info()?.capabilities['resources'];
  if (typeof resources !== 'object' || resources === null || !('subscribe' in resources) || !resources.subscribe)
    return false;
  await connection.request('resources/subscribe', { uri }, Nothing);
  return true;
}

export async function unsubscribe(connection: ServerConnection, uri: string): Promise<void> {
  await connection.request('resources/unsubscribe', { uri }, Nothing);
}

const within = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

function blockOf({ type, text, data, uri, resource }: z.infer<typeof Content>, withImages: boolean): Text | Media {
  const picture = type === 'image' ? data : resource?.mimeType?.startsWith('image/') ? resource.blob : undefined;
  const image = picture === undefined || !withImages ? undefined : shownImage(picture);
  if (image !== undefined) return image;
  if (picture !== undefined) return { type: 'text', text: '[A picture that cannot be shown]' };
  if (text !== undefined) return { type: 'text', text };
  if (resource?.text !== undefined) return { type: 'text', text: `${resource.uri}:\n${resource.text}` };
  const address = uri ?? resource?.uri;
  return { type: 'text', text: `[${type}${address === undefined ? '' : ` ${address}`}]` };
}
