// A real OpenID provider on loopback, and a browser that signs in there.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration, Provider } from 'oidc-provider';

export type IdentityProvider = {
  issuer: string;
  provider: Provider;
  /** What was asked of it: `POST /token` and the like, with the form that was sent. */
  requests: Array<{ path: string; form: URLSearchParams }>;
  /** Answers a request itself, when it says so by true. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  close(): Promise<void>;
};

export const CLIENT = 'assent-test';

/** `lifetimeS` is that of access tokens. A refresh token is good for one use; using it twice ends the session. */
export async function startIdentityProvider({
  lifetimeS = 3600,
  host = '127.0.0.1',
  more = {},
}: {
  lifetimeS?: number;
  /** An address of this machine. */
  host?: string;
  more?: Configuration;
} = {}): Promise<IdentityProvider> {
  const { default: Oidc } = await import('oidc-provider');
  const requests: IdentityProvider['requests'] = [];
  const server = createServer();
  const issuer = `http://${host}:${await listen(server, 0, host)}`;
  const provider = new Oidc(issuer, {
    clients: [
      {
        client_id: CLIENT,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: [
          'http://127.0.0.1/callback',
          'http://localhost/callback',
          'com.example.editor://assent.assent/oauth',
        ],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['for tests only'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    findAccount: (_context, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, email: `${id}@example.com`, preferred_username: `${id}@example.com` }),
    }),
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    ttl: { AccessToken: lifetimeS, Interaction: 600, Session: 600, Grant: 6000, IdToken: 3600, RefreshToken: 6000 },
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_context, resource) => ({
          scope: 'models',
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    ...more,
  });
  const answer = provider.callback();
  const found: IdentityProvider = {
    issuer,
    provider,
    requests,
    intercept: undefined,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const json = request.headers['content-type']?.startsWith('application/json') === true;
      const form = new URLSearchParams(json ? '' : body);
      requests.push({ path: `${request.method} ${request.url?.split('?')[0]}`, form });
      // The body was read, so it is handed on.
      if (request.method === 'POST')
        Object.assign(request, { body: json ? JSON.parse(body) : Object.fromEntries(form) });
      if (found.intercept?.(request, response) !== true) void answer(request, response);
    });
  });
  return found;
}

export function listen(server: Server, port = 0, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** It says again and again that it is not set up for the world. */
for (const name of ['info', 'warn'] as const) {
  const say = console[name];
  console[name] = (...said) => (String(said[0]).includes('oidc-provider') ? undefined : say(...said));
}

export type Person = { login: string; consents?: boolean };

/**
 * Opens a page and fills in what it asks, until the browser is sent to an address for which `isEnd` holds, or to a page
 * without a form. Resolves to that address, which is not visited, or to the text of the page.
 */
export async function browse(
  start: string,
  { login, consents = true }: Person,
  isEnd: (address: string) => boolean,
  form: Record<string, string> = {},
): Promise<string> {
  const jar = new Map<string, string>();
  const toEnter = new Map(Object.entries(form));
  let address = start;
  let body: URLSearchParams | undefined;
  for (let step = 0; step < 30; step += 1) {
    if (isEnd(address)) return address;
    const response = await fetch(address, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body }),
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), accept: 'text/html' },
      redirect: 'manual',
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location');
    const text = await response.text();
    body = undefined;
    if (location !== null) {
      address = new URL(location, address).href;
      continue;
    }
    const action = /<form[^>]*action="([^"]+)"/.exec(text)?.[1];
    if (action === undefined) return text;
    const fields = new URLSearchParams();
    for (const [input] of text.matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]+)"/.exec(input)?.[1];
      if (name !== undefined) fields.set(name, /value="([^"]*)"/.exec(input)?.[1] ?? '');
    }
    if (fields.get('prompt') === 'consent' && !consents) {
      address = new URL(/href="([^"]+\/abort)"/.exec(text)?.[1] ?? '', address).href;
      continue;
    }
    if (fields.has('login')) fields.set('login', login);
    if (fields.has('password')) fields.set('password', 'any');
    for (const [name, value] of toEnter) {
      if (fields.get(name) !== '') continue;
      fields.set(name, value);
      toEnter.delete(name);
    }
    // What was entered is asked for again: it was refused.
    if ([...fields.values()].includes('')) return text;
    body = fields;
    address = new URL(action, address).href;
  }
  throw new Error(`The browser went round in circles, last to ${address}`);
}
