// The identity provider: its published metadata, and requests to it through the network of this machine.
import type { Configuration, CustomFetch, ServerMetadata } from 'openid-client';
import type { LoginConfig } from '../contracts/login.ts';
import type { Fetch } from '../contracts/network.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { rootReason } from '../util/rootReason.ts';
import { failureOf } from './failureOf.ts';

/** Loaded when somebody signs in, or a token has to be renewed. */
export const loadClient = () => import('openid-client');

export type Issuer = {
  host: string;
  metadata: ServerMetadata;
  /** Speaks OpenID Connect, so it can say who signed in. */
  identifies: boolean;
  /** For requests of one step; `signal` ends them, `sent` sees a body before it is sent. */
  connect(signal: AbortSignal, sent?: (body: unknown) => void): Promise<Configuration>;
};

/** Clocks differ; more than this is a fault of one of them. */
const CLOCK_TOLERANCE_S = 120;
const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'device_authorization_endpoint',
  'revocation_endpoint',
] as const;

/** Rejects with a `LoginFailure`. */
export async function findIssuer(config: LoginConfig, fetch: Fetch, signal: AbortSignal): Promise<Issuer> {
  const oidc = await loadClient();
  const server = safeAddress(config.issuer, 'issuer');
  const { host } = server;
  if (config.baseUrl !== undefined) safeAddress(config.baseUrl, 'baseUrl');
  const local = isThisMachine(server);
  const discover = (algorithm: 'oidc' | 'oauth2') =>
    oidc.discovery(server, config.clientId, undefined, oidc.None(), {
      algorithm,
      [oidc.customFetch]: through(fetch, host, signal),
      ...(local ? { execute: [oidc.allowInsecureRequests] } : {}),
    });
  const doing = { what: 'metadata', host, issuer: config.issuer, client: config.clientId } as const;
  let identifies = true;
  let metadata: ServerMetadata;
  try {
    const found = await discover('oidc').catch((error: unknown) => {
      const failure = failureOf(error, doing);
      if (failure.because.code !== 'login.noMetadata') throw failure;
      identifies = false;
      return discover('oauth2');
    });
    metadata = found.serverMetadata();
  } catch (error) {
    throw failureOf(error, doing);
  }
  for (const name of ENDPOINTS) {
    const address = metadata[name];
    if (address === undefined) continue;
    if (!URL.canParse(address) || !isSafe(new URL(address)))
      throw new LoginFailure('badMetadata', { host, detail: `${name} is no https address` });
  }
  if (metadata.token_endpoint === undefined)
    throw new LoginFailure('badMetadata', { host, detail: 'token_endpoint is missing' });
  return {
    host,
    metadata,
    identifies,
    connect: async (ending, sent) => {
      const client = { [oidc.clockTolerance]: CLOCK_TOLERANCE_S };
      const configuration = new oidc.Configuration(metadata, config.clientId, client, oidc.None());
      configuration[oidc.customFetch] = through(fetch, host, ending, sent);
      if (local) oidc.allowInsecureRequests(configuration);
      return configuration;
    },
  };
}

/** Failures of the way there become ours at once: the library would take away what they were. */
function through(fetch: Fetch, host: string, signal: AbortSignal, sent?: (body: unknown) => void): CustomFetch {
  return async (url, options) => {
    sent?.(options.body);
    const ending = options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]);
    try {
      // The library sends forms only.
      const body = options.body instanceof URLSearchParams ? options.body : null;
      return await fetch(url, { ...options, body, signal: ending, redirect: 'manual' });
    } catch (error) {
      if (signal.aborted) throw new LoginFailure('cancelled');
      throw new LoginFailure('unreachable', { host, detail: rootReason(error) });
    }
  };
}

/** An address that tokens may be sent to: https, but for this machine itself. */
function safeAddress(value: string, name: string): URL {
  if (!URL.canParse(value) || !isSafe(new URL(value))) throw new LoginFailure('notAnAddress', { name });
  return new URL(value);
}

export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || isThisMachine(url);
}

function isThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}
