// Microsoft Foundry's client, read on first use.
import { AnthropicFoundry } from '@anthropic-ai/foundry-sdk';
import type { SharedOptions } from './cloudStream.ts';
import type { MessagesClient } from './postMessages.ts';

/** The headers of a request are ours, whole, so the client is given no credential of its own. */
export function foundryClient(baseURL: string, shared: SharedOptions): MessagesClient {
  return new AnthropicFoundry({ ...shared, baseURL, resource: '', apiKey: 'set by the headers' });
}
