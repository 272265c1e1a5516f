// What Vertex AI needs around the rehearsal model: a token service that verifies what it is given, the machine's metadata,
// and the model's own address. Checks are the service's own: `node:crypto`, not the code under test.
import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Front, type FrontAnswer, startFront } from './front.ts';

const PROJECT = 'team-project';
export const REFRESH_TOKEN = '1//refresh-token-of-a-person';
export const CLIENT_SECRET = 'GOCSPX-client-secret-of-gcloud';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

export const SERVICE_ACCOUNT = {
  type: 'service_account',
  project_id: PROJECT,
  private_key_id: 'key-1',
  private_key: PRIVATE_KEY,
  client_email: 'bot@team-project.iam.gserviceaccount.com',
  client_id: '1234567890',
  token_uri: 'https://oauth2.googleapis.com/token',
};
export const AUTHORIZED_USER = {
  type: 'authorized_user',
  client_id: 'gcloud.apps.googleusercontent.com',
  client_secret: CLIENT_SECRET,
  refresh_token: REFRESH_TOKEN,
  quota_project_id: 'quota-project',
};

export type GoogleCloud = {
  front: Front;
  /** The platform's `fetch`, but for Google's own hosts, which are here. */
  fetch: typeof fetch;
  /** What was asked of hosts other than the model's, as `host path`. */
  asked(): string[];
  /** Host and path of each request for a model, as it would have gone out. */
  sentTo(): string[];
  /** Tokens issued so far. */
  tokens(): string[];
  /** The token service answers so from now on; without an argument, as usual. */
  refuseTokens(answer?: FrontAnswer): void;
  /** The model's service answers the next request so. */
  refuseNext(answer: FrontAnswer): void;
  /** Whether the machine has a metadata service. Default: no. */
  onGoogle(yes: boolean): void;
  /** Issued tokens are not accepted any more. */
  withdraw(): void;
  reset(): void;
  close(): Promise<void>;
};

const METADATA = '169.254.169.254';

export async function startGoogleCloud(rehearsal: { url: string }): Promise<GoogleCloud> {
  let asked: string[] = [];
  let sentTo: string[] = [];
  let tokens: string[] = [];
  let valid = new Set<string>();
  let tokenAnswer: FrontAnswer | undefined;
  let next: FrontAnswer | undefined;
  let metadata = false;

  const issue = (): string => {
    const token = `ya29.token-${tokens.length + 1}-of-google`;
    tokens.push(token);
    valid.add(token);
    return token;
  };

  const issuer = createServer((request, response) => {
    serveTokens(request, response).catch((error: unknown) => {
      const text = JSON.stringify({ error: 'invalid_request', error_description: String(error) });
      response.writeHead(400, { 'content-type': 'application/json' }).end(text);
    });
  });
  async function serveTokens(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = String(request.headers['x-real-host']);
    asked.push(`${host} ${request.url}`);
    const json = (status: number, value: unknown, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    if (host === METADATA) {
      if (!metadata || request.headers['metadata-flavor'] !== 'Google') return void json(404, {});
      const flavor = { 'metadata-flavor': 'Google' };
      if (request.url?.endsWith('/project/project-id'))
        return void response.writeHead(200, flavor).end('machine-project');
      return void json(200, { access_token: issue(), expires_in: 3599, token_type: 'Bearer' }, flavor);
    }
    if (tokenAnswer) {
      response.writeHead(tokenAnswer.status, { 'content-type': 'application/json' }).end(tokenAnswer.body);
      return;
    }
    const form = new URLSearchParams(body);
    const token = { expires_in: 3599, token_type: 'Bearer' };
    if (host === 'sts.googleapis.com') {
      assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:token-exchange');
      assert.equal(form.get('subject_token'), 'token-of-another-identity-provider');
      return void json(200, { ...token, access_token: issue(), issued_token_type: 'access_token' });
    }
    assert.equal(host, 'oauth2.googleapis.com');
    if (form.get('grant_type') === 'refresh_token') {
      assert.equal(form.get('refresh_token'), REFRESH_TOKEN);
      assert.equal(form.get('client_secret'), CLIENT_SECRET);
    } else {
      assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
      verifyAssertion(form.get('assertion') ?? '');
    }
    json(200, { ...token, access_token: issue() });
  }
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  const issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;

  const front = await startFront(rehearsal, {
    receive: ({ method, path, headers, body }) => {
      if (next) {
        const answer = next;
        next = undefined;
        return { answer };
      }
      const place = /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/publishers\/anthropic\/models\/([^/]+):(\w+)$/.exec(
        path,
      );
      if (method !== 'POST' || !place) return { answer: googleError(404, 'NOT_FOUND', `No ${method} ${path}`) };
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
      if (!valid.has(token)) {
        const text = 'Request had invalid authentication credentials. Expected OAuth 2 access token.';
        return { answer: googleError(401, 'UNAUTHENTICATED', text) };
      }
      const parsed = JSON.parse(body) as Record<string, unknown>;
      const { anthropic_version: version, ...asked } = parsed;
      if (version !== 'vertex-2023-10-16') return { answer: googleError(400, 'INVALID_ARGUMENT', 'anthropic_version') };
      if ('model' in asked) return { answer: googleError(400, 'INVALID_ARGUMENT', 'model: Extra inputs') };
      if (place[4] !== 'streamRawPredict') return { answer: googleError(400, 'INVALID_ARGUMENT', 'no such method') };
      assert.equal(asked['stream'], true);
      assert.equal(headers['anthropic-version'], undefined, 'the version stands in the body');
      assert.equal(headers['x-api-key'], undefined, 'no key of another service');
      const { messages, ...head } = asked;
      return { ask: { ...head, model: decodeURIComponent(place[3] ?? ''), messages } };
    },
    // Some refusals are Google's, in a list as a streaming method says them; the others come through as the model's service says them.
    refuse: (answer) => {
      const status = GOOGLE_STATUS[answer.status];
      const { error } = JSON.parse(answer.body) as { error: { message: string; details?: unknown } };
      if (status === undefined || error.details !== undefined) return answer;
      return { ...answer, body: `[${googleError(answer.status, status, error.message).body}]` };
    },
  });

  const toGoogle: typeof fetch = (input, init) => {
    const url = new URL(String(input));
    if (url.hostname === METADATA || /^(oauth2|sts)\.googleapis\.com$/.test(url.hostname)) {
      const headers = new Headers(init?.headers);
      headers.set('x-real-host', url.hostname);
      return fetch(`${issuerUrl}${url.pathname}`, { ...init, headers });
    }
    sentTo.push(url.host + url.pathname);
    if (url.hostname.endsWith('.googleapis.com')) return fetch(`${front.url}${url.pathname}`, init);
    return fetch(input, init);
  };

  return {
    front,
    fetch: toGoogle,
    asked: () => asked,
    sentTo: () => sentTo,
    tokens: () => tokens,
    refuseTokens: (answer) => {
      tokenAnswer = answer;
    },
    refuseNext: (answer) => {
      next = answer;
    },
    onGoogle: (yes) => {
      metadata = yes;
    },
    withdraw: () => {
      valid = new Set();
    },
    reset: () => {
      asked = [];
      sentTo = [];
      tokens = [];
      tokenAnswer = undefined;
      next = undefined;
      metadata = false;
      front.reset();
    },
    close: async () => {
      issuer.closeAllConnections();
      await new Promise<void>((resolve) => issuer.close(() => resolve()));
      await front.close();
    },
  };
}

const GOOGLE_STATUS: Readonly<Record<number, string>> = {
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  504: 'DEADLINE_EXCEEDED',
};

export function googleError(status: number, name: string, message: string, reason?: string): FrontAnswer {
  const details =
    reason === undefined ? {} : { details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] };
  return { status, body: JSON.stringify({ error: { code: status, message, status: name, ...details } }) };
}

/** RFC 7523, as Google asks for it. */
function verifyAssertion(assertion: string): void {
  const [head = '', claims = '', signature = ''] = assertion.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  assert.equal(read(head)['alg'], 'RS256');
  const verified = createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url');
  assert.ok(verified, 'the assertion is not signed by the key of the file');
  const { iss, aud, scope, iat, exp } = read(claims);
  assert.equal(iss, SERVICE_ACCOUNT.client_email);
  assert.equal(aud, 'https://oauth2.googleapis.com/token');
  assert.equal(scope, 'https://www.googleapis.com/auth/cloud-platform');
  const now = Date.now() / 1000;
  assert.ok(
    Number(iat) <= now + 5 && Number(exp) > now && Number(exp) - Number(iat) <= 3600,
    'the times of the assertion',
  );
}
