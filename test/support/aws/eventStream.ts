// AWS' binary event stream, written by its description: what the product reads with AWS' own codec.
import { crc32 } from 'node:zlib';

const STRING = 7;

/** One frame: total length, length of the headers, checksum of both; headers; payload; checksum of all before. */
export function frame(headers: Record<string, string>, payload: string | Uint8Array): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const text = Buffer.from(value);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(text.length);
      return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([STRING]), length, text]);
    }),
  );
  const body = Buffer.from(payload);
  const whole = Buffer.alloc(12 + head.length + body.length + 4);
  whole.writeUInt32BE(whole.length, 0);
  whole.writeUInt32BE(head.length, 4);
  whole.writeUInt32BE(crc32(whole.subarray(0, 8)), 8);
  head.copy(whole, 12);
  body.copy(whole, 12 + head.length);
  whole.writeUInt32BE(crc32(whole.subarray(0, whole.length - 4)), whole.length - 4);
  return whole;
}

/** As Bedrock wraps an event of the Messages API. */
export function chunk(data: string): Buffer {
  const payload = { bytes: Buffer.from(data).toString('base64'), p: 'abcdefgh' };
  return frame(
    { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' },
    JSON.stringify(payload),
  );
}

export function exception(type: string, message: string): Buffer {
  return frame(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    JSON.stringify({ message }),
  );
}

const EXCEPTIONS: Record<string, string> = {
  overloaded_error: 'serviceUnavailableException',
  rate_limit_error: 'throttlingException',
  api_error: 'internalServerException',
  timeout_error: 'modelTimeoutException',
  invalid_request_error: 'validationException',
};

/** Server-sent events as frames. What is no event goes through as it is; half an event becomes half a frame. */
export async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const bytes of chunks) {
    pending += decoder.decode(bytes, { stream: true });
    const parts = pending.split('\n\n');
    pending = parts.pop() ?? '';
    for (const part of parts) yield frameOf(part);
  }
  if (pending !== '') {
    const cut = frameOf(pending);
    yield cut.subarray(0, Math.floor(cut.length / 2));
  }
}

function frameOf(event: string): Buffer {
  const data = /^data: (.*)$/m.exec(event)?.[1];
  if (data === undefined) return Buffer.from(`${event}\n\n`);
  const fault = /^event: error$/m.test(event)
    ? (JSON.parse(data) as { error: { type: string; message?: string } })
    : null;
  return fault
    ? exception(EXCEPTIONS[fault.error.type] ?? 'modelStreamErrorException', fault.error.message ?? '')
    : chunk(data);
}
