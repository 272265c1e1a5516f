// What callers hand to `fetch`, in the form in which our client takes it: its classes are others than the platform's.
import type { RequestInit as UndiciInit } from 'undici';
import type { Fetch } from '../contracts/network.ts';
import type { Undici } from './dispatcher.ts';

type Input = Parameters<Fetch>[0];
type Init = Parameters<Fetch>[1];

/** `rest` is asked once the client is loaded. The body of a `Request` is read whole first, so that its length can be sent. */
export async function asUndiciRequest(
  input: Input,
  init: Init,
): Promise<{ url: URL; rest(undici: Undici): UndiciInit }> {
  if (!(input instanceof Request)) {
    const url = new URL(input);
    return { url, rest: (undici) => forUndici(undici, init ?? {}) };
  }
  const { method, redirect, signal } = input;
  const body = init?.body === undefined && input.body !== null ? await input.arrayBuffer() : undefined;
  const own: RequestInit = {
    method,
    headers: [...input.headers],
    signal,
    // 'follow' is what a Request says when nothing was said.
    ...(redirect === 'follow' ? {} : { redirect }),
    ...(body === undefined ? {} : { body }),
  };
  return { url: new URL(input.url), rest: (undici) => forUndici(undici, { ...own, ...init }) };
}

function forUndici(undici: Undici, init: RequestInit): UndiciInit {
  const { body, headers, ...rest } = init;
  const converted = {
    ...rest,
    ...(headers === undefined ? {} : { headers: headers instanceof Headers ? [...headers] : headers }),
    ...(body === undefined ? {} : { body: body instanceof FormData ? form(undici, body) : body }),
    // A stream says nothing of its length; the platform wants to hear that this is meant.
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  };
  // The members are the same; only the names of the types differ.
  return converted as unknown as UndiciInit;
}

function form(undici: Undici, from: FormData) {
  const to = new undici.FormData();
  for (const [name, value] of from) {
    if (typeof value === 'string') to.append(name, value);
    else to.append(name, value, value.name);
  }
  return to;
}
