// What went wrong while a server's sign-in was made or renewed. Nothing of a token, a code or a secret is in it.
import { showInvisible } from '../../util/invisible.ts';
import { LoginFailure } from '../../util/loginFailure.ts';
import { readableError } from '../../util/readableError.ts';
import { redact } from '../../util/redact.ts';
import { cutEnd } from '../../util/truncate.ts';
import { type FaultKind, ServerFault } from '../connection/serverFault.ts';

const LONGEST = 200;
/** Shorter values would blank ordinary words. */
const LEAST = 4;

export function oauthFault(code: string, args: Record<string, string>, kind?: FaultKind): ServerFault {
  return new ServerFault({ code: `mcp.oauth.${code}`, args }, kind);
}

/** Words of the other side: on one line, cut, with what would not show. */
export function quoted(text: string, secrets: readonly string[] = []): string {
  const known = secrets.filter((secret) => secret.length >= LEAST);
  return cutEnd(showInvisible(redact(text.replace(/\s+/g, ' ').trim(), known)), LONGEST);
}

export type Doing = { server: string; host: string; secrets?: readonly string[] };

/** Of what the protocol library throws, and of what our own `fetch` gave it. */
export function asOAuthFault(error: unknown, { server, host, secrets = [] }: Doing): ServerFault {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    if (one instanceof ServerFault) return one;
    if (one instanceof LoginFailure) {
      const { code, args } = one.because;
      // The words of the team's login name its own settings.
      return code === 'login.portTaken' || code === 'login.badRedirect'
        ? oauthFault('portTaken', { server, port: args['port'] ?? '' })
        : new ServerFault(one.because);
    }
  }
  const code = refusalOf(error);
  const said = quoted(error instanceof Error ? error.message : '', secrets);
  if (code !== undefined && code !== 'server_error')
    return oauthFault(REFUSALS[code] ?? 'refused', { server, host, error: quoted(code), detail: said });
  return oauthFault('badAnswer', { server, host, detail: sentence(error, secrets) });
}

/** Codes by the error that OAuth names. */
export const REFUSALS: Readonly<Record<string, string>> = {
  access_denied: 'denied',
  invalid_client: 'unknownClient',
  unauthorized_client: 'unknownClient',
  invalid_scope: 'badScope',
  invalid_target: 'badScope',
};

/** The error that OAuth names, `invalid_grant` and the like. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errorCode' in error)) return undefined;
  return typeof error.errorCode === 'string' ? error.errorCode : undefined;
}

/** What a check of a document found is said by its first finding. */
export function sentence(error: unknown, secrets: readonly string[] = []): string {
  if (error instanceof Error && 'issues' in error && Array.isArray(error.issues)) {
    const [first] = error.issues as Array<{ path?: unknown[]; message?: unknown }>;
    return quoted(`${(first?.path ?? []).join('.')} ${String(first?.message ?? '')}`, secrets);
  }
  return quoted(readableError(error), secrets);
}
