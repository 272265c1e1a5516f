// Microsoft Foundry: the Messages API of a resource of the team's own. A model is called by the name of its deployment.
import type { Because } from '../contracts/permission.ts';
import type { Failure } from '../contracts/provider.ts';
import { openCloudStream } from './cloudStream.ts';
import { CredentialProblem } from './credentialProblem.ts';
import { failure, failureOfResponse, failureOfThrown } from './failures.ts';
import { createFoundryCredentials, EntraUnreachable } from './foundryCredentials.ts';
import type { Opened } from './messagesApi.ts';
import { RequestProblem, requestHeaders, withExtraBody } from './requestHeaders.ts';
import type { OpenVendor, VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Microsoft Foundry's client, loaded on first use. */
export const loadFoundry = () => import('./foundryClient.ts');

export function openFoundry(parts: VendorParts): OpenVendor {
  const credentials = createFoundryCredentials(parts);
  return {
    send: async ({ body, betas }, { session }, env, signal): Promise<Opened> => {
      const address = foundryAddress(env);
      if ('because' in address) return { failed: failure('noCredential', '', { because: address.because }) };
      const { baseURL } = address;
      let headers: Headers;
      let text: string;
      try {
        const credential = await credentials.headers(env, signal);
        headers = requestHeaders({ credential, betas, env, session });
        text = JSON.stringify(withExtraBody(body, env));
      } catch (error) {
        if (error instanceof RequestProblem) return { failed: failure('badRequest', error.message) };
        if (error instanceof CredentialProblem) return { failed: failureOfCredentials(error) };
        const failed = failureOfThrown(error, false);
        const ofEntra = error instanceof EntraUnreachable && failed.code === 'network';
        return { failed: ofEntra ? { ...failed, because: said('foundry.entraNetwork') } : failed };
      }
      const { foundryClient } = await loadFoundry();
      const host = new URL(baseURL).host;
      return openCloudStream({
        client: (shared) => foundryClient(baseURL, shared),
        text,
        headers,
        fromClient: [],
        fetch: parts.fetch,
        env,
        signal,
        refused: (status, found, answer) => failureOfFoundry(status, found, answer, { host, model: body.model }),
        unreachable: (failed) =>
          failed.code === 'network' ? { ...failed, because: said('foundry.network', { host }) } : failed,
        secrets: [],
      });
    },
    forget: credentials.forget,
    // There is no command to run; the person may have signed in meanwhile when the next request asks for a token.
    refresh: async () => {
      credentials.forget();
      return false;
    },
  };
}

/** Without the version. `ANTHROPIC_FOUNDRY_BASE_URL` goes before the name of a resource. */
export function foundryAddress(env: Env): { baseURL: string } | { because: Because } {
  const own = env['ANTHROPIC_FOUNDRY_BASE_URL']?.trim().replace(/\/+$/, '');
  if (own) return URL.canParse(own) ? { baseURL: own } : { because: said('foundry.badAddress') };
  const resource = env['ANTHROPIC_FOUNDRY_RESOURCE']?.trim();
  if (!resource) return { because: said('foundry.noAddress') };
  // A name with a dot or a slash in it would lead to another host.
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(resource)) return { because: said('foundry.badResource') };
  return { baseURL: `https://${resource}.services.ai.azure.com/anthropic` };
}

function failureOfFoundry(
  status: number,
  headers: Headers,
  text: string,
  place: { host: string; model: string },
): Failure {
  const failed = failureOfResponse(status, headers, text, Date.now());
  switch (failed.code) {
    case 'authentication':
      return { ...failed, because: said('foundry.authentication') };
    case 'permission':
      return { ...failed, because: said('foundry.permission', { host: place.host }) };
    case 'notFound':
      return { ...failed, because: said('foundry.notFound', place) };
    default:
      return failed;
  }
}

function failureOfCredentials({ because, detail }: CredentialProblem): Failure {
  return failure(because.code === 'foundry.entraRefused' ? 'authentication' : 'noCredential', detail, { because });
}

function said(code: string, args: Record<string, string> = {}): Because {
  return { code, args };
}
