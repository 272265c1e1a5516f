// Who signs people in for a server, as the server and that one publish it (RFC 9728, RFC 8414, OpenID Connect).
import type { OAuthMetadata } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { ServerOAuth as OAuthEntry } from '../../contracts/mcp.ts';
import type { Fetch } from '../../contracts/network.ts';
import type * as Sdk from '../connection/mcpSdk.ts';
import { ServerFault } from '../connection/serverFault.ts';
import { oauthFault, quoted, sentence } from './oauthFault.ts';
import { isOfSameHost, mayBeUsed } from './safeAddress.ts';

/** What a refusal said of how to sign in. */
export type Challenge = { resourceMetadataUrl?: URL; scope?: string };
export type Issuer = {
  /** Tokens are bound to it. */
  issuer: string;
  metadata: OAuthMetadata;
  /** What the token is for, as the server writes it. */
  resource?: string;
  /** That the server says it knows. */
  scopes?: string[];
};
export type DiscoverParts = {
  server: string;
  url: URL;
  oauth: OAuthEntry;
  challenge: Challenge;
  /** A `limitedFetch`. */
  fetch: Fetch;
  sdk: typeof Sdk;
};

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint'] as const;

/** Rejects with a `ServerFault`. Every address that comes out of it may be used. */
export async function discover(parts: DiscoverParts): Promise<Issuer> {
  const { server, url, oauth, sdk } = parts;
  const described = await describeResource(parts);
  const resource = described?.resource;
  if (
    resource !== undefined &&
    !sdk.checkResourceAllowed({
      requestedResource: sdk.resourceUrlFromServerUrl(url),
      configuredResource: resource,
    })
  )
    throw oauthFault('otherResource', { server, resource: quoted(resource) });

  const advertised = described?.authorization_servers?.[0];
  const at = oauth.authServerMetadataUrl;
  const issuer = at === undefined ? addressOf(advertised ?? new URL('/', url).href, parts) : undefined;
  const documents = issuer === undefined ? [addressOf(at ?? '', parts)] : candidates(issuer, sdk);
  const found = await readMetadata(documents, parts);
  // Servers of the protocol's first version with sign-ins may publish nothing: these are their addresses.
  const metadata = found ?? (issuer !== undefined && advertised === undefined ? fallback(issuer) : undefined);
  const host = (issuer ?? documents[0] ?? url).host;
  if (metadata === undefined) throw oauthFault('noMetadata', { server, host });
  if (issuer !== undefined && advertised !== undefined && !sameIssuer(metadata.issuer, issuer))
    throw oauthFault('otherIssuer', { server, host, issuer: quoted(metadata.issuer) });
  for (const name of ENDPOINTS) {
    const address = metadata[name];
    if (address !== undefined) addressOf(String(address), parts, name);
  }
  // A person who names the document vouches for what stands in it.
  if (issuer !== undefined && !isOfSameHost(new URL(metadata.authorization_endpoint), issuer))
    throw oauthFault('otherPage', { server, host, page: new URL(metadata.authorization_endpoint).host });
  if (metadata.code_challenge_methods_supported?.includes('S256') === false)
    throw oauthFault('noPkce', { server, host });
  return {
    issuer: issuer === undefined ? addressOf(metadata.issuer, parts, 'issuer').href : issuer.href,
    metadata,
    ...(resource === undefined ? {} : { resource }),
    ...(described?.scopes_supported === undefined ? {} : { scopes: described.scopes_supported }),
  };
}

/** Undefined where the server publishes nothing. */
async function describeResource({ server, url, challenge, fetch, sdk }: DiscoverParts) {
  let last = 0;
  const noting: Fetch = async (input, init) => {
    const response = await fetch(input, init);
    last = response.status;
    return response;
  };
  const { resourceMetadataUrl } = challenge;
  const options = resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl };
  try {
    return await sdk.discoverOAuthProtectedResourceMetadata(url, options, noting);
  } catch (error) {
    if (error instanceof ServerFault) throw error;
    const { host } = resourceMetadataUrl ?? url;
    if (last >= 500) throw oauthFault('unreachable', { server, host, reason: `HTTP ${last}` }, 'again');
    if (last >= 200 && last < 300) throw oauthFault('badMetadata', { server, host, detail: sentence(error) });
    return undefined;
  }
}

/** The first document that is there. */
async function readMetadata(
  documents: readonly URL[],
  { server, fetch, sdk }: DiscoverParts,
): Promise<OAuthMetadata | undefined> {
  for (const document of documents) {
    const response = await fetch(document, { headers: { accept: 'application/json' } });
    const { host } = document;
    if (response.status >= 500)
      throw oauthFault('unreachable', { server, host, reason: `HTTP ${response.status}` }, 'again');
    if (!response.ok) continue;
    try {
      return sdk.OAuthMetadataSchema.parse(await response.json());
    } catch (error) {
      throw oauthFault('badMetadata', { server, host, detail: sentence(error) });
    }
  }
  return undefined;
}

function candidates(issuer: URL, sdk: typeof Sdk): URL[] {
  return sdk.buildDiscoveryUrls(issuer).map(({ url }) => url);
}

function fallback({ href, origin }: URL): OAuthMetadata {
  return {
    issuer: href,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    response_types_supported: ['code'],
  };
}

function addressOf(text: string, { server, url }: DiscoverParts, name?: string): URL {
  if (!URL.canParse(text) || !mayBeUsed(new URL(text), url)) {
    const address = `${quoted(text)}${name === undefined ? '' : ` (${name})`}`;
    throw oauthFault('unsafeAddress', { server, address });
  }
  return new URL(text);
}

/** A slash at the end is often left out. */
function sameIssuer(said: string, expected: URL): boolean {
  return URL.canParse(said) && bare(new URL(said).href) === bare(expected.href);
}
const bare = (href: string) => href.replace(/\/$/, '');
