// The answer of Amazon Bedrock: frames of AWS' binary event stream, each with an event of the Messages API inside.
import * as z from 'zod/mini';
import type { ReadEvents } from './messagesApi.ts';
import { MalformedStream, type ServerEvent } from './sse.ts';

/** What Bedrock calls the faults that end a stream, and what the Messages API calls them. */
const FAULTS: ReadonlyMap<string, string> = new Map([
  ['throttlingexception', 'rate_limit_error'],
  ['servicequotaexceededexception', 'rate_limit_error'],
  ['serviceunavailableexception', 'overloaded_error'],
  ['modelnotreadyexception', 'overloaded_error'],
  ['modeltimeoutexception', 'timeout_error'],
  ['modelstreamerrorexception', 'api_error'],
  ['internalserverexception', 'api_error'],
  ['validationexception', 'invalid_request_error'],
  ['resourcenotfoundexception', 'not_found_error'],
  ['accessdeniedexception', 'permission_error'],
  ['expiredtokenexception', 'authentication_error'],
  ['unrecognizedclientexception', 'authentication_error'],
]);
const PRELUDE_BYTES = 4;
const LEAST_BYTES = 16;
/** The most that AWS allows for a frame, headers included. */
const MOST_BYTES = 24 * 1024 * 1024;

const Chunk = z.object({ bytes: z.string() });
const Fault = z.object({ message: z.optional(z.string()), Message: z.optional(z.string()) });

/** Ends without an error when the connection ends in the middle of a frame, as a stream of text does. */
export function bedrockEvents(body: AsyncIterable<Uint8Array>): ReadEvents {
  return async function* (onBytes) {
    const { EventStreamCodec } = await import('@smithy/core/event-streams');
    const codec = new EventStreamCodec(textOf, (text) => new TextEncoder().encode(text));
    let pending: Uint8Array = new Uint8Array();
    for await (const bytes of body) {
      onBytes();
      pending = pending.length === 0 ? bytes : joined(pending, bytes);
      const events: ServerEvent[] = [];
      for (let length = frameLength(pending); length !== undefined; length = frameLength(pending)) {
        const event = eventOf(decoded(codec, pending.slice(0, length)));
        pending = pending.subarray(length);
        if (event) events.push(event);
      }
      if (events.length > 0) yield events;
    }
  };
}

type Codec = { decode(frame: Uint8Array): { headers: Record<string, { value: unknown }>; body: Uint8Array } };
type Frame = { header(name: string): string; body: string };

function decoded(codec: Codec, bytes: Uint8Array): Frame {
  try {
    const { headers, body } = codec.decode(bytes);
    return { header: (name) => String(headers[name]?.value ?? ''), body: textOf(body) };
  } catch (error) {
    throw new MalformedStream(
      `The event stream is damaged: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

function eventOf(frame: Frame): ServerEvent | undefined {
  const kind = frame.header(':message-type');
  if (kind === 'exception') return faultEvent(frame.header(':exception-type'), messageIn(frame.body));
  if (kind === 'error') return faultEvent(frame.header(':error-code'), frame.header(':error-message'));
  if (frame.header(':event-type') !== 'chunk') return undefined;
  const chunk = Chunk.safeParse(parsed(frame.body));
  if (!chunk.success) throw new MalformedStream('The event stream has a chunk without content.');
  return { name: 'chunk', data: Buffer.from(chunk.data.bytes, 'base64').toString('utf8') };
}

function faultEvent(type: string, message: string): ServerEvent {
  const error = { type: FAULTS.get(type.toLowerCase()) ?? 'api_error', message: message || type };
  return { name: 'error', data: JSON.stringify({ type: 'error', error }) };
}

function messageIn(body: string): string {
  const fault = Fault.safeParse(parsed(body));
  return (fault.success && (fault.data.message ?? fault.data.Message)) || '';
}

/** Undefined while the frame at the beginning of `bytes` is not whole. */
function frameLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < PRELUDE_BYTES) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length < LEAST_BYTES || length > MOST_BYTES) {
    throw new MalformedStream('What arrived is not an event stream of AWS.');
  }
  return bytes.length < length ? undefined : length;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema of the caller says that something is missing.
    return undefined;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
