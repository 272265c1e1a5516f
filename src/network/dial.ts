// A connection to a host and port, in bounds.
import { connect, type LookupFunction, type Socket } from 'node:net';

export type DialOptions = {
  timeoutMs: number;
  /** Default: the system's. */
  lookup?: LookupFunction | undefined;
  signal?: AbortSignal | undefined;
  /** Told the address that was reached, before a byte is sent; what it throws ends the connection. */
  check?(address: string | undefined): void;
};

/** The code is one of those that mean: too late. */
export class ConnectTimeout extends Error {
  readonly code = 'ETIMEDOUT';
  constructor(host: string, timeoutMs: number) {
    super(`${host} did not take the connection within ${timeoutMs / 1000} seconds.`);
  }
}

/** Of several addresses each has so long, then the next is tried beside it. The usual 250 ms are too short for far networks. */
const NEXT_ADDRESS_MS = 1000;

/** Rejects with the system's error, a `ConnectTimeout`, what `check` throws, or the reason of `signal`. */
export function dial(to: { host: string; port: number }, options: DialOptions): Promise<Socket> {
  const { timeoutMs, lookup, signal } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connect({
      ...to,
      ...(lookup === undefined ? {} : { lookup }),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
    });
    const timer = setTimeout(() => socket.destroy(new ConnectTimeout(to.host, timeoutMs)), timeoutMs);
    const stop = () => socket.destroy(reasonOf(signal));
    signal?.addEventListener('abort', stop, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
    // Stays: what happens to the connection later is told by whoever uses it.
    socket.on('error', (error) => {
      settle();
      reject(error);
    });
    socket.once('connect', () => {
      settle();
      try {
        options.check?.(socket.remoteAddress);
        resolve(socket);
      } catch (error) {
        socket.destroy();
        reject(error);
      }
    });
  });
}

export function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('Stopped.');
}
