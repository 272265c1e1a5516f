// Whom the organisation lets in. What cannot be proven is refused.
import type { Because } from '../contracts/permission.ts';
import type { CredentialSource, ForcedLogin, Provider, StoredCredential } from '../contracts/provider.ts';
import { failure } from './failures.ts';

type Found = { source: CredentialSource; name: string; baseUrl: string; stored?: StoredCredential };

/** Why the organisation does not let requests go out with this; undefined where it does. */
export function whyRefused(forced: ForcedLogin | undefined, found: Found): Because | undefined {
  if (forced === undefined) return undefined;
  const { file } = forced;
  const say = (code: string, args: Record<string, string> = {}): Because => ({
    code: `credentials.force.${code}`,
    args: { file, ...args },
  });
  // VS Code's own models: whoever signs in to them, nobody here can tell.
  if (found.source === 'none') return say('editor');
  const typed = found.source === 'stored' && found.stored?.apiKey !== undefined;
  switch (forced.method) {
    case 'claudeai':
      return say('chatAccount');
    case 'console':
      if (!typed) return say('notTyped', { name: found.name });
      break;
    case 'gateway': {
      if (found.source !== 'login') return say('notLogin', { name: found.name });
      const { gatewayUrl: url } = forced;
      if (url !== undefined && !isSameAddress(url, found.baseUrl)) {
        return say('otherGateway', { url, other: found.baseUrl });
      }
      break;
    }
    case undefined:
      break;
  }
  if (forced.organizations === undefined) return undefined;
  // Only of a key that was entered the service itself says whose it is.
  if (!typed) return say('organization', { name: found.name });
  return forced.organizations.length === 0 ? say('otherOrganization') : undefined;
}

/** `organization` as the service named it; undefined where it did not. */
export function whyNotTheirs(
  { organizations, file }: ForcedLogin,
  organization: string | undefined,
  host: string,
): Because | undefined {
  if (organizations === undefined) return undefined;
  if (organization === undefined) return { code: 'credentials.force.unproven', args: { file, host } };
  const ids = organizations.map((id) => id.trim().toLowerCase());
  if (ids.includes(organization.trim().toLowerCase())) return undefined;
  return { code: 'credentials.force.otherOrganization', args: { file } };
}

/** Asks before each request; what is refused is not sent. */
export function asFarAsLetIn(inner: Provider, refused: () => Because | undefined): Provider {
  return {
    ...inner,
    async *stream(request, signal) {
      const because = refused();
      if (because === undefined) yield* inner.stream(request, signal);
      else yield { type: 'failed', failure: failure('permission', '', { because }) };
    },
  };
}

function isSameAddress(a: string, b: string): boolean {
  const normal = (url: string) => (URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url);
  return normal(a) === normal(b);
}
