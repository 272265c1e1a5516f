// Server-sent events, wherever the chunks are cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MalformedStream, readServerEvents, type ServerEvent } from '../../../src/providers/sse.ts';

async function read(bytes: Uint8Array, chunk: number): Promise<ServerEvent[]> {
  async function* body() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const events: ServerEvent[] = [];
  for await (const batch of readServerEvents(body(), () => {})) events.push(...batch);
  return events;
}

test('what never ends is given up, whether it is one line or many', { timeout: 10_000 }, async () => {
  for (const piece of ['x'.repeat(65_536), `data: ${'x'.repeat(65_536)}\n`]) {
    let given = 0;
    async function* endless() {
      const bytes = Buffer.from(piece);
      for (; given < 1000; given++) yield bytes;
    }
    await assert.rejects(async () => {
      for await (const _events of readServerEvents(endless(), () => {}));
    }, MalformedStream);
    assert.ok(given < 600, `${given} pieces were taken`);
  }
});

test('an event of many pieces is whole', async () => {
  const data = JSON.stringify({ text: 'y'.repeat(3_000_000) });
  assert.deepEqual(await read(Buffer.from(`event: big\r\ndata: ${data}\r\n\r\n`), 1000), [{ name: 'big', data }]);
});

const EXPECTED = [
  { name: 'a', data: '{"x":"äö한글🙂"}' },
  { name: 'b', data: '{"two":\n"lines"}' },
  { name: '', data: '{"no":"name"}' },
];
for (const [name, ending] of [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
] as const) {
  const stream = [
    '\u{feff}: a comment',
    'event: a',
    'data: {"x":"äö한글🙂"}',
    '',
    '',
    'id: 7',
    'event:b',
    'data:{"two":',
    'data: "lines"}',
    '',
    'data: {"no":"name"}',
    '',
    '',
  ].join(ending);
  test(`lines that end with ${name}, in chunks of every size`, async () => {
    const bytes = new TextEncoder().encode(stream);
    for (let chunk = 1; chunk <= bytes.length; chunk++)
      assert.deepEqual(await read(bytes, chunk), EXPECTED, `chunks of ${chunk}`);
  });
}

test('an end without a blank line is accepted, an event that was cut off is not', async () => {
  const whole = new TextEncoder().encode('event: a\ndata: {"x":1}');
  assert.deepEqual(await read(whole, 5), [{ name: 'a', data: '{"x":1}' }]);
  const cut = new TextEncoder().encode('event: a\ndata: {"x":');
  assert.deepEqual(await read(cut, 5), []);
});

test('every chunk is noticed, comments and blanks too', async () => {
  async function* body() {
    yield new TextEncoder().encode(': still here\n');
    yield new TextEncoder().encode('\n');
  }
  let noticed = 0;
  for await (const batch of readServerEvents(body(), () => noticed++)) assert.equal(batch.length, 0);
  assert.equal(noticed, 2);
});
