// One bare request on a connection that is there already, and the beginning of what is answered. Nothing secret is sent.
import type { Socket } from 'node:net';
import { ConnectTimeout, reasonOf } from './dial.ts';

export type Ask = {
  url: URL;
  path: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
};

const MOST = 8192;

/** `text` is the beginning of the answer, head included. Rejects with ECONNRESET when the connection ends without an answer. */
export function askOnce(socket: Socket, ask: Ask): Promise<{ status: number; text: string }> {
  const { url, path, headers, timeoutMs, signal } = ask;
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => fail(new ConnectTimeout(url.host, timeoutMs)), timeoutMs);
    const stop = () => fail(reasonOf(signal));
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', fail);
      socket.destroy();
    };
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    const answer = (status: number) => {
      settle();
      resolve({ status, text });
    };
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const status = statusOf(text);
      if (text.length > MOST) return status === undefined ? onEnd() : answer(status);
      // Only of a refusal the words matter too.
      if (status !== undefined && status !== 400 && text.includes('\r\n\r\n')) answer(status);
    };
    const onEnd = () => {
      const status = statusOf(text);
      if (status !== undefined) answer(status);
      else fail(Object.assign(new Error('The connection ended without an answer.'), { code: 'ECONNRESET' }));
    };
    if (signal?.aborted) {
      fail(reasonOf(signal));
      return;
    }
    signal?.addEventListener('abort', stop, { once: true });
    socket.on('data', onData).once('end', onEnd).once('close', onEnd).once('error', fail);
    const all = { Host: url.host, 'User-Agent': 'Assent', Accept: '*/*', ...headers, Connection: 'close' };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  });
}

function statusOf(text: string): number | undefined {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  return status === undefined ? undefined : Number(status);
}
