// What a sign-in to a server left, in the secret storage: one entry a server, bound to who issued it.
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { SecretStore } from '../../contracts/login.ts';
import type { ServerDefinition } from '../../contracts/mcp.ts';
import { readableError } from '../../util/readableError.ts';
import { oauthFault } from './oauthFault.ts';

const strings = z.array(z.string());
const Client = z.object({
  client_id: z.string(),
  client_secret: z.optional(z.string()),
  /** Seconds since 1970; 0: never. */
  client_secret_expires_at: z.optional(z.number()),
  token_endpoint_auth_method: z.optional(z.string()),
  /** Of a client that was registered here. */
  redirect_uris: z.optional(strings),
  /** Separated by spaces: it can ask for no others. */
  scope: z.optional(z.string()),
});
const Tokens = z.object({
  access: z.string(),
  refresh: z.optional(z.string()),
  /** By the clock of this machine; absent: until it is refused. */
  expiresAtMs: z.optional(z.number()),
});
const Grant = z.object({
  issuer: z.string(),
  /** As much of the issuer's metadata as is needed later: tokens go nowhere else. */
  metadata: z.object({
    issuer: z.string(),
    authorization_endpoint: z.string(),
    token_endpoint: z.string(),
    response_types_supported: strings,
    revocation_endpoint: z.optional(z.string()),
    token_endpoint_auth_methods_supported: z.optional(strings),
  }),
  resource: z.optional(z.string()),
  client: Client,
  scopes: strings,
  /** Gone once the session has ended; the client is used again. */
  tokens: z.optional(Tokens),
});
export type OAuthClient = z.infer<typeof Client>;
export type Grant = z.infer<typeof Grant>;
export type GrantTokens = z.infer<typeof Tokens>;

export type KeptGrant = {
  key: string;
  read(): Promise<Grant | undefined>;
  /** Rejects with a `ServerFault`. */
  write(grant: Grant): Promise<void>;
  forget(): Promise<void>;
};

/** What every key of ours begins with. */
export const PREFIX = 'assent.mcp.oauth.';

/** A server whose definition or address is another has another entry: no token goes where it was not issued for. */
export function keptGrant(secrets: SecretStore, { name, fingerprint }: ServerDefinition, url: string): KeptGrant {
  const key = `${PREFIX}${hash(JSON.stringify([name, fingerprint, url]))}`;
  return {
    key,
    read: async () => parsed(await secrets.get(key)),
    write: async (grant) => {
      try {
        await secrets.store(key, JSON.stringify(Grant.parse(grant)));
      } catch (error) {
        throw oauthFault('notStored', { server: name, reason: readableError(error) });
      }
    },
    forget: async () => secrets.delete(key),
  };
}

/** An entry that another version wrote in another form counts as none. */
function parsed(text: string | undefined): Grant | undefined {
  if (text === undefined) return undefined;
  try {
    return Grant.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
