// A server of tools over HTTP that lets nobody in without a token of one issuer, made with the protocol library.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { type IdentityProvider, listen, startIdentityProvider } from '../identityProvider.ts';

export type ProtectedServer = {
  url: string;
  /** Each request to it: the token that came, and the status that went back. */
  requests: Array<{ path: string; token: string | undefined; status: number }>;
  /** Scope that is needed for `tools/call`. */
  callScope: string | undefined;
  /** Answers a request itself, when it says so by true. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  close(): Promise<void>;
};

/** Of the client `team`, which is registered already. */
export const SECRET = 'a-client-secret-of-the-team';

/** Tokens are strings that it looks up, so that a server can ask for each. */
export function startIssuer({
  registration = true,
  lifetimeS = 3600,
  host = '127.0.0.1',
} = {}): Promise<IdentityProvider> {
  return startIdentityProvider({
    lifetimeS,
    host,
    more: {
      scopes: ['openid', 'offline_access', 'read', 'write'],
      clients: [
        {
          client_id: 'team',
          client_secret: SECRET,
          application_type: 'native',
          redirect_uris: ['http://localhost/callback'],
          grant_types: ['authorization_code', 'refresh_token'],
        },
      ],
      features: {
        devInteractions: { enabled: true },
        deviceFlow: { enabled: false },
        revocation: { enabled: true },
        registration: { enabled: registration },
        resourceIndicators: {
          enabled: true,
          useGrantedResource: async () => true,
          getResourceServerInfo: async (_context, resource) => ({
            scope: 'read write',
            audience: resource,
            accessTokenFormat: 'opaque',
          }),
        },
      },
    },
  });
}

export async function startProtectedServer({ provider, issuer }: Pick<IdentityProvider, 'provider' | 'issuer'>) {
  const http = createServer((request, response) => {
    void answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  const origin = `http://127.0.0.1:${await listen(http)}`;
  const made: ProtectedServer = {
    url: `${origin}/mcp`,
    requests: [],
    callScope: undefined,
    intercept: undefined,
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '';
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    response.once('finish', () => made.requests.push({ path, token, status: response.statusCode }));
    if (made.intercept?.(request, response) === true) return;
    const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
    if (`${origin}${path}` === metadata) {
      const document = { resource: made.url, authorization_servers: [issuer], scopes_supported: ['read'] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
      return;
    }
    if (path !== '/mcp') return void response.writeHead(404).end();
    const refuse = (status: number, more: string) =>
      response.writeHead(status, { 'www-authenticate': `Bearer ${more}resource_metadata="${metadata}"` }).end(token);
    const known = token === undefined ? undefined : await provider.AccessToken.find(token);
    if (known?.isValid !== true || known.aud !== made.url) return void refuse(401, 'scope="read", ');
    let body: unknown;
    if (request.method === 'POST') {
      let text = '';
      for await (const chunk of request) text += chunk;
      body = JSON.parse(text);
    }
    const method = typeof body === 'object' && body !== null && 'method' in body ? body.method : '';
    if (method === 'tools/call' && made.callScope !== undefined && !known.scopes.has(made.callScope))
      return void refuse(403, `error="insufficient_scope", scope="${made.callScope}", `);

    const server = new Server({ name: 'protected', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: [{ name: 'whoami', inputSchema: { type: 'object' as const } }],
    }));
    server.setRequestHandler(CallToolRequestSchema, () => ({
      content: [{ type: 'text' as const, text: `I am ${known.accountId}` }],
    }));
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.once('close', () => void server.close());
    // Its optional fields may be undefined, which the interface does not say.
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    await transport.handleRequest(request, response, body);
  }
  return made;
}
