// A WebSocket that takes the same way as every other request.
import type { Socket } from 'node:net';
import type { WebSocket } from 'undici';

export type SocketEvent = { data?: unknown; error?: unknown; code?: number };
type EventName = 'open' | 'message' | 'error' | 'close';

/** As the platform's, as far as messages of text need it. What fails is told as `error` (`SocketRefused` among them) and then as `close`, 1006. */
export type OpenedSocket = {
  send(text: string): void;
  /** Bytes that were not sent yet. */
  readonly bufferedAmount: number;
  close(): void;
  addEventListener(type: EventName, listener: (event: SocketEvent) => void): void;
};
/** An address of `ws:` or `wss:`; the headers stand in the request that opens it. */
export type OpenWebSocket = (
  url: URL,
  options: { headers: Readonly<Record<string, string>>; protocols: string[] },
) => OpenedSocket;

/** The service answered, and opened no socket. `code` is the status, `challenge` what it wants to be shown. */
export class SocketRefused extends Error {
  constructor(
    readonly code: number,
    readonly challenge: string | undefined,
  ) {
    super(`The service answered with status ${code}.`);
    this.name = 'SocketRefused';
  }
}

/** Of one message; a longer one ends the connection before it is there. */
export const MESSAGE_BYTES = 16 * 1024 * 1024;
/** What is read of one socket. */
const BYTES = { aSecond: 32 * 1024 * 1024, atOnce: 64 * 1024 * 1024 };

/** Of an open socket: who sends too much too fast has to wait. */
export function holdUp(wire: Pick<Socket, 'on' | 'pause' | 'resume'>): void {
  let room = BYTES.atOnce;
  let filledAt = performance.now();
  wire.on('data', ({ length }: Buffer) => {
    const at = performance.now();
    room = Math.min(BYTES.atOnce, room + ((at - filledAt) / 1000) * BYTES.aSecond) - length;
    filledAt = at;
    if (room >= 0) return;
    // Whoever reads the frames lets it go on as soon as these are read.
    setImmediate(() => wire.pause());
    setTimeout(() => wire.resume(), (-room / BYTES.aSecond) * 1000).unref();
  });
}

/**
 * `reason` is why it cannot be opened, which the client keeps to itself; `begun` is called once it is open, `end` once it is
 * closed.
 */
type Connected = { socket: WebSocket; reason(): Error | undefined; begun(): void; end(): void };

/** Is there at once, and open later; `connect` finds the way first. */
export function createWebSocket(connect: () => Promise<Connected>): OpenedSocket {
  const listeners: Array<{ type: EventName; listener(event: SocketEvent): void }> = [];
  const tell = (name: EventName, event: SocketEvent) => {
    for (const { type, listener } of listeners) if (type === name) listener(event);
  };
  let socket: WebSocket | undefined;
  let closed = false;
  connect().then(
    ({ socket: opened, reason, begun, end }) => {
      socket = opened;
      opened.addEventListener('open', () => {
        begun();
        tell('open', {});
      });
      opened.addEventListener('message', ({ data }) => tell('message', { data }));
      opened.addEventListener('error', ({ error }) => tell('error', { error: reason() ?? error }));
      opened.addEventListener('close', ({ code }) => {
        end();
        tell('close', { code });
      });
      if (closed) opened.close();
    },
    (error: unknown) => {
      tell('error', { error });
      tell('close', { code: 1006 });
    },
  );
  return {
    send(text) {
      if (socket === undefined) throw new Error('The connection is not open yet.');
      socket.send(text);
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0;
    },
    close() {
      closed = true;
      socket?.close();
    },
    addEventListener: (type, listener) => {
      listeners.push({ type, listener });
    },
  };
}
