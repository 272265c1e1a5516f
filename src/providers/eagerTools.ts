// The input of a call arrives while it is being written, where the service does that: the vendor's own, by itself; a gateway
// in front of it only when it is told to be able to (`CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING`).
import { isOn } from '../util/envValue.ts';
import type { MessagesBody } from './messagesRequest.ts';
import { isVendorHost } from './vendorOf.ts';

type Env = Readonly<Record<string, string | undefined>>;

export function withEagerTools(body: MessagesBody, baseUrl: string, env: Env): MessagesBody {
  if (body.tools === undefined || !streamsEagerly(baseUrl, env)) return body;
  // The service's own tools have a type, and nothing to stream.
  const tools = body.tools.map((tool) => ('type' in tool ? tool : { ...tool, eager_input_streaming: true }));
  return { ...body, tools };
}

function streamsEagerly(baseUrl: string, env: Env): boolean {
  if (isOn(env['CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS'])) return false;
  return isVendorHost(baseUrl) || isOn(env['CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING']);
}
