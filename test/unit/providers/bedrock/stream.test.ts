// AWS' event stream, as it comes from the wire: cut anywhere, damaged, and with the faults that it can report.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bedrockEvents } from '../../../../src/providers/bedrockStream.ts';
import { failureOfErrorEvent } from '../../../../src/providers/failures.ts';
import type { ServerEvent } from '../../../../src/providers/sse.ts';
import { MalformedStream } from '../../../../src/providers/sse.ts';
import { chunk, exception, frame } from '../../../support/aws/eventStream.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function eventsOf(bytes: Uint8Array, size = bytes.length): Promise<{ events: ServerEvent[]; touched: number }> {
  const events: ServerEvent[] = [];
  let touched = 0;
  const read = bedrockEvents(inPieces(bytes, Math.max(size, 1)));
  for await (const batch of read(() => touched++)) events.push(...batch);
  return { events, touched };
}

describe('the event stream of Bedrock', () => {
  const first = JSON.stringify({ type: 'content_block_delta', text: 'ä€😀' });
  const second = JSON.stringify({ type: 'message_stop' });
  const two = Buffer.concat([chunk(first), chunk(second)]);

  test('reads the same however the bytes are cut, and reports every arrival', async () => {
    for (const size of [1, 2, 3, 5, 7, 64, 1000, two.length]) {
      const { events, touched } = await eventsOf(two, size);
      assert.deepEqual(
        events.map((event) => event.data),
        [first, second],
      );
      assert.equal(touched, Math.ceil(two.length / size));
    }
  });

  test('what it does not know is left out', async () => {
    const strange = frame({ ':message-type': 'event', ':event-type': 'weather' }, '{"rain":true}');
    const { events } = await eventsOf(Buffer.concat([strange, chunk(second)]));
    assert.deepEqual(
      events.map((event) => event.data),
      [second],
    );
  });

  test('half a frame at the end is an end, not damage', async () => {
    const { events } = await eventsOf(two.subarray(0, two.length - 5));
    assert.equal(events.length, 1);
  });

  for (const [what, at] of [
    ['the length', 3],
    ['the checksum of the prelude', 9],
    ['a header', 20],
    ['the payload', 120],
    ['the checksum of the frame', -2],
  ] as const) {
    test(`a bit that fell over in ${what} is noticed`, async () => {
      const one = Buffer.from(chunk(first));
      const place = at < 0 ? one.length + at : at;
      one.writeUInt8(one.readUInt8(place) ^ 1, place);
      // A length that is too large would wait for more: there is more.
      const bytes = Buffer.concat([one, chunk(second), chunk(second)]);
      await assert.rejects(eventsOf(bytes), MalformedStream);
    });
  }

  test('text is no event stream', async () => {
    await assert.rejects(eventsOf(Buffer.from('<html>Please log in</html>')), MalformedStream);
  });

  test('a chunk without content is damage', async () => {
    const empty = frame({ ':message-type': 'event', ':event-type': 'chunk' }, '{}');
    await assert.rejects(eventsOf(empty), MalformedStream);
  });

  for (const [type, code, retryable] of [
    ['throttlingException', 'rateLimit', true],
    ['serviceUnavailableException', 'overloaded', true],
    ['modelStreamErrorException', 'server', true],
    ['internalServerException', 'server', true],
    ['modelTimeoutException', 'timeout', true],
    ['validationException', 'badRequest', false],
    ['accessDeniedException', 'permission', false],
    ['expiredTokenException', 'authentication', false],
    ['somethingNewException', 'server', true],
  ] as const) {
    test(`${type} is ${code}`, async () => {
      const { events } = await eventsOf(Buffer.concat([chunk(first), exception(type, 'because of it')]));
      const told = failureOfErrorEvent(JSON.parse(events.at(-1)?.data ?? ''));
      assert.deepEqual([told.code, told.retryable, told.detail], [code, retryable, 'because of it']);
    });
  }

  test('an error frame says its code and its message', async () => {
    const bytes = frame(
      { ':message-type': 'error', ':error-code': 'ThrottlingException', ':error-message': 'slow down' },
      '',
    );
    const { events } = await eventsOf(bytes);
    assert.deepEqual(JSON.parse(events[0]?.data ?? ''), {
      type: 'error',
      error: { type: 'rate_limit_error', message: 'slow down' },
    });
  });
});
