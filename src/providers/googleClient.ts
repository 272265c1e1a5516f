// The packages for Vertex AI, read together on first use so that what they share is there once.
import { AnthropicVertex } from '@anthropic-ai/vertex-sdk';
import {
  type AuthClient,
  ExternalAccountAuthorizedUserClient,
  ExternalAccountClient,
  Impersonated,
  JWT,
  OAuth2Client,
  PassThroughClient,
  UserRefreshClient,
} from 'google-auth-library';
import * as z from 'zod/mini';
import type { Fetch } from '../contracts/network.ts';
import type { SharedOptions } from './cloudStream.ts';
import type { MessagesClient } from './postMessages.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** A token service that says nothing is given up after so long. */
const TOKEN_TIMEOUT_MS = 30_000;

const Impersonation = z.object({
  service_account_impersonation_url: z.string(),
  source_credentials: z.record(z.string(), z.unknown()),
  delegates: z.optional(z.array(z.string())),
});

// What else these need is checked by the package, which throws.
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const ExternalFile = z.custom<Parameters<typeof ExternalAccountClient.fromJSON>[0]>(isObject);
const ExternalUserFile = z.custom<ConstructorParameters<typeof ExternalAccountAuthorizedUserClient>[0]>(isObject);

export type GoogleClient = AuthClient;

export function vertexClient(
  place: { baseURL: string; region: string; projectId: string },
  authClient: GoogleClient,
  shared: SharedOptions,
): MessagesClient {
  return new AnthropicVertex({ ...shared, ...place, authClient });
}

/** Whoever answers adds the credentials. */
export function withoutCredentials(): GoogleClient {
  return new PassThroughClient();
}

/** For tokens that are fetched in some other way. */
export function withTokens(next: () => Promise<{ token: string; expiresAtMs: number }>): GoogleClient {
  const client = new OAuth2Client();
  client.refreshHandler = async () => {
    const { token, expiresAtMs } = await next();
    return { access_token: token, expiry_date: expiresAtMs };
  };
  return client;
}

/** Undefined for a kind of credentials that is not known. Throws for one that lacks something. */
export function googleClient(file: Record<string, unknown>, fetch: Fetch): GoogleClient | undefined {
  const options = transport(fetch);
  switch (file['type']) {
    case 'service_account': {
      const client = new JWT({ ...options, scopes: [SCOPE] });
      client.fromJSON(file);
      return client;
    }
    case 'authorized_user': {
      const client = new UserRefreshClient(options);
      client.fromJSON(file);
      return client;
    }
    case 'impersonated_service_account': {
      const told = Impersonation.parse(file);
      const sourceClient = googleClient(told.source_credentials, fetch);
      if (sourceClient === undefined) return undefined;
      const targetPrincipal = /([^/]+):generateAccessToken$/.exec(told.service_account_impersonation_url)?.[1] ?? '';
      const { delegates = [] } = told;
      return new Impersonated({ ...options, sourceClient, targetPrincipal, delegates, targetScopes: [SCOPE] });
    }
    case 'external_account': {
      const client = ExternalAccountClient.fromJSON({ ...ExternalFile.parse(file), ...options });
      if (!client) return undefined;
      client.scopes = [SCOPE];
      // The package gives the exchange of tokens a way out of its own, whatever it is told.
      const exchange: unknown = Reflect.get(client, 'stsCredential');
      if (isObject(exchange)) Reflect.set(exchange, 'transporter', client.transporter);
      return client;
    }
    case 'external_account_authorized_user':
      return new ExternalAccountAuthorizedUserClient({ ...ExternalUserFile.parse(file), ...options });
    default:
      return undefined;
  }
}

/** Its requests go our way out. It would look for proxies by itself; `noProxy` keeps it from that. */
function transport(fetch: Fetch) {
  return {
    transporterOptions: {
      noProxy: [/./],
      fetchImplementation: async (url: string | URL | Request, init?: RequestInit) => {
        const { method, headers, body, signal } = init ?? {};
        const limit = AbortSignal.timeout(TOKEN_TIMEOUT_MS);
        return fetch(url, {
          ...(method === undefined ? {} : { method }),
          ...(headers === undefined ? {} : { headers }),
          ...(body === undefined ? {} : { body }),
          signal: signal ? AbortSignal.any([signal, limit]) : limit,
          redirect: 'manual',
        });
      },
    },
  };
}
