// Microsoft Foundry's client, read on first use.
import { AnthropicFoundry } from '@anthropic-ai/foundry-sdk';
import type { CloudClient, SharedOptions } from './cloudStream.ts';

/** The headers of a request are ours, whole, so the client is given no credential of its own. */
export function foundryClient(baseURL: string, shared: SharedOptions): CloudClient {
  return new AnthropicFoundry({ ...shared, baseURL, resource: '', apiKey: 'set by the headers' });
}
