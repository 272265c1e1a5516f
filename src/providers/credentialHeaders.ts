// How a credential is written into the headers of a request.
import type { Credential } from '../contracts/provider.ts';

/** A helper's key is sent in both ways, since only its team knows which one their gateway reads. */
export function credentialHeaders({ apiKey, authToken }: Credential): Record<string, string> {
  return {
    ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
    ...(authToken === undefined ? {} : { authorization: `Bearer ${authToken}` }),
  };
}

/** What the vendor's own service wants to hear of tokens that it gave out itself. */
export function credentialBetas({ source }: Credential): string[] {
  return source === 'oauthToken' || source === 'profile' ? ['oauth-2025-04-20'] : [];
}
