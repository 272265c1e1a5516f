// `fetch` for one server: with a time for the first byte, and answers that are measured while they are read.
import type { Fetch } from '../../contracts/network.ts';
import { endedBy } from './endedBy.ts';
import type { Limits } from './limits.ts';
import { createNestingScan } from './nesting.ts';
import { ServerFault } from './serverFault.ts';
import { createThrottle, throttled } from './throttle.ts';

const CR = 0x0d;
const LF = 0x0a;
/** What was read last is made a message of first. */
const SETTLE_MS = 50;
/** Opened one after another; from then on one a second. */
const STREAMS_AT_ONCE = 10;
/** A line of a stream costs as much work as so many bytes of a long one. */
const LINE_BYTES = 512;

export type GuardedFetchParts = {
  server: string;
  fetch: Fetch;
  /** Puts the person's token in. It may send twice and ask the person: neither counts as waiting for the server. */
  authorize?(fetch: Fetch): Fetch;
  limits: Limits;
  firstByteMs: number;
  /** Status and challenge of a refusal, 401 or 403. */
  refused(status: number, challenge: string | null): void;
  /** What was to bring the answer to request `id` ended, and cannot be taken up again. */
  streamEnded(id: number): void;
  /** A stream that belongs to no request broke a limit. */
  broken(fault: ServerFault): void;
};

export function guardedFetch(parts: GuardedFetchParts): Fetch {
  const { server, fetch, firstByteMs } = parts;
  // A server names the time after which a stream is taken up again, and may say: at once, and for ever.
  const pace = createThrottle({ bytesASecond: 1, bytesAtOnce: STREAMS_AT_ONCE }, () => performance.now());
  const timed: Fetch = async (url, init) => {
    const slow = new AbortController();
    const timer = setTimeout(() => {
      const seconds = String(Math.round(firstByteMs / 1000));
      slow.abort(new ServerFault({ code: 'mcp.connection.noAnswer', args: { server, seconds } }, 'again'));
    }, firstByteMs);
    try {
      const signals = init?.signal ? [init.signal, slow.signal] : [slow.signal];
      return await fetch(url, { ...init, signal: AbortSignal.any(signals) });
    } catch (error) {
      // What the platform makes of our reason may hide it.
      throw slow.signal.aborted ? slow.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  };
  const send = parts.authorize?.(timed) ?? timed;
  return async (url, init) => {
    if (init?.method === 'GET') await endedBy(init.signal ?? undefined, throttled(pace, 1));
    const response = await send(url, init);
    if (response.status === 401 || response.status === 403)
      parts.refused(response.status, response.headers.get('www-authenticate'));
    return response.body === null || response.status < 200 ? response : measured(response, response.body, init, parts);
  };
}

function measured(
  response: Response,
  body: ReadableStream<Uint8Array>,
  init: RequestInit | undefined,
  { server, limits, streamEnded, broken }: GuardedFetchParts,
): Response {
  const type = response.headers.get('content-type') ?? '';
  const stream = /^text\/event-stream\b/i.test(type);
  const throttle = createThrottle(limits, () => performance.now());
  const check = createCheck(server, limits, stream);
  const plain = stream ? createLineEnds() : (bytes: Uint8Array) => bytes;
  // One that answers another request leaves this one without an answer, too.
  const id = stream || (response.ok && /^application\/json\b/i.test(type)) ? requestId(init?.body) : undefined;
  const reader = body.getReader();
  const ended = () => {
    if (id !== undefined && !check.resumable()) streamEnded(id);
  };
  const passed = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          setTimeout(ended, SETTLE_MS);
          return;
        }
        const bytes = plain(value);
        const lines = check.read(bytes);
        await throttled(throttle, value.length + lines * LINE_BYTES);
        controller.enqueue(bytes);
      } catch (error) {
        controller.error(error);
        setTimeout(ended, SETTLE_MS);
        if (stream && id === undefined && error instanceof ServerFault) broken(error);
        await reader.cancel(error).catch(() => {
          // It is broken already, and the reader was told why.
        });
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(passed, { status, statusText, headers });
}

/** A line break counts in all three forms; of those with a return the reading of events looks through the rest for each. */
function createLineEnds(): (bytes: Uint8Array) => Uint8Array {
  let returned = false;
  return (bytes) => {
    if (!returned && !bytes.includes(CR)) return bytes;
    const plain = new Uint8Array(bytes.length);
    let length = 0;
    for (const byte of bytes) {
      const half = returned && byte === LF;
      returned = byte === CR;
      if (!half) plain[length++] = returned ? LF : byte;
    }
    return plain.subarray(0, length);
  };
}

/** Throws when a message is too large or too deep: there is no reading on in such a stream. */
function createCheck(server: string, limits: Limits, stream: boolean) {
  const scan = createNestingScan(limits.nesting);
  let size = 0;
  let lineStart = true;
  let line = '';
  let resumable = false;
  const tooMuch = (code: string) => new ServerFault({ code, args: { server } }, 'again');
  const count = (bytes: Uint8Array) => {
    size += bytes.length;
    if (size > limits.messageBytes) throw tooMuch('mcp.connection.tooLarge');
    if (!scan.read(bytes)) throw tooMuch('mcp.connection.tooDeep');
  };
  return {
    /** Events have names of their own, so that the rest can be asked for. */
    resumable: () => resumable,
    /** How many lines of a stream ended. */
    read(bytes: Uint8Array): number {
      if (!stream) {
        count(bytes);
        return 0;
      }
      // An event ends with an empty line.
      let lines = 0;
      let from = 0;
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at];
        if (byte !== LF) {
          if (lineStart || line.length < 4) line = (lineStart ? '' : line) + String.fromCharCode(byte ?? 0);
          lineStart = false;
          continue;
        }
        lines++;
        if (lineStart) {
          count(bytes.subarray(from, at));
          from = at;
          size = 0;
          scan.reset();
        }
        if (!lineStart && /^id:/.test(line)) resumable = true;
        lineStart = true;
      }
      count(bytes.subarray(from));
      return lines;
    },
  };
}

/** Of the one request that a body holds. */
function requestId(body: unknown): number | undefined {
  const found = typeof body === 'string' ? /"id":(\d+)\}?$/.exec(body) : null;
  return found?.[1] === undefined ? undefined : Number(found[1]);
}
