// An authority, servers that show its certificates, and a network that finds them by their names.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Hop } from '../../../src/contracts/network.ts';
import { createNetwork, type NetworkOptions, type OpenedNetwork } from '../../../src/network/network.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { type Certificate, makeAuthority, makeCertificate } from '../../support/certificate.ts';

export const HOSTS = ['api.test', 'other.test'];
export const authority = makeAuthority('Authority of the test');
export const own = makeCertificate(HOSTS, { by: authority, name: 'api.test' });

export type TestServer = {
  port: number;
  requests: IncomingMessage[];
  /** Connections that were made, encrypted or not. */
  connections(): number;
  url(place?: string, host?: string): string;
  close(): Promise<void>;
};
type Answer = (request: IncomingMessage, response: ServerResponse) => void;
/** `ca`: a client certificate of this authority is wanted. */
export type ServerOptions = { certificate?: Certificate; ca?: string; refuse?: boolean; answer?: Answer };

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const { certificate = own, ca, refuse = true, answer } = options;
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const asked = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: refuse };
  const server = createServer({ ...certificate, ...asked }, (request, response) => {
    requests.push(request);
    if (answer) answer(request, response);
    else response.end(`${request.method} ${request.url}`);
  });
  server.on('connection', () => connections++);
  // Whoever cannot trust us hangs up.
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    requests,
    connections: () => connections,
    url: (place = '/', host = 'api.test') => `https://${host}:${port}${place}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type Folder = { file(name: string, text: string): Promise<string>; remove(): Promise<void> };

export async function temporaryFolder(): Promise<Folder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'network-'));
  return {
    file: async (name, text) => {
      const file = path.join(folder, name);
      await writeFile(file, text);
      return file;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Every name leads to this machine. */
export function networkWith(env: Record<string, string>, more: Partial<NetworkOptions> = {}): OpenedNetwork {
  return createNetwork({
    env: () => env,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    ...more,
  });
}

/** `name state: sentence`, one hop each. */
export async function walk(network: OpenedNetwork, url: string): Promise<string[]> {
  const hops: Hop[] = [];
  for await (const hop of network.probe(new URL(url), AbortSignal.timeout(20_000))) hops.push(hop);
  return hops.map(({ hop, state, because }) => `${hop} ${state}: ${sayInEnglish(because)}`);
}

/** All that an error says, its causes included. */
export function everything(error: unknown): string {
  let text = '';
  for (let one = error; one instanceof Error; one = one.cause) {
    text += `${one.name} ${one.message} ${one.stack} ${JSON.stringify(one, Object.getOwnPropertyNames(one))}\n`;
    if (one instanceof AggregateError) text += one.errors.map(everything).join('\n');
  }
  return text;
}

/** The innermost message, which is what people are shown. */
export function said(error: unknown): string {
  let message = '';
  for (let one = error; one instanceof Error; one = one.cause) message = one.message;
  return message;
}

/** What a request fails with; that it does not is a failure of the test. */
export async function failing(request: Promise<Response>): Promise<unknown> {
  let response: Response;
  try {
    response = await request;
  } catch (error) {
    return error;
  }
  throw new Error(`It was answered: ${response.status}`);
}
