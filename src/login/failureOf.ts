// What went wrong while signing in, as a sentence that says what to do next. Nothing of a token or a code is in it.
import { showInvisible } from '../util/invisible.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { readableError } from '../util/readableError.ts';
import { redact } from '../util/redact.ts';
import { cutEnd } from '../util/truncate.ts';

/** What was being done; `secrets` must not come back in what the other side says. */
export type Doing = {
  what: 'metadata' | 'answer' | 'deviceCode' | 'refresh';
  host: string;
  issuer: string;
  client: string;
  secrets?: readonly string[];
};

/** Of what the library throws, and of what our own `fetch` gave it. */
export function failureOf(error: unknown, doing: Doing): LoginFailure {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1)
    if (one instanceof LoginFailure) return one;
  const { host, issuer, client } = doing;
  const told = oauthError(error);
  if (told !== undefined) {
    const detail = quoted(told.description, doing.secrets);
    const code = CODES[told.error] ?? (told.error === 'invalid_grant' ? GRANT[doing.what] : undefined);
    return new LoginFailure(code ?? 'refused', { host, client, detail, error: quoted(told.error, doing.secrets, '') });
  }
  const status = statusOf(error);
  if (status !== undefined && status >= 500) return new LoginFailure('unreachable', { host, detail: `HTTP ${status}` });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (doing.what === 'metadata') {
    if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') return new LoginFailure('otherIssuer', { issuer });
    return new LoginFailure('noMetadata', { issuer, detail: status === undefined ? brief(error) : `HTTP ${status}` });
  }
  if (code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') return new LoginFailure('clock', { host });
  if (code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED') return new LoginFailure('otherAnswer');
  return new LoginFailure('badAnswer', { host, detail: status === undefined ? brief(error) : `HTTP ${status}` });
}

/** By the error that OAuth names. */
const CODES: Readonly<Record<string, string>> = {
  access_denied: 'denied',
  invalid_client: 'unknownClient',
  unauthorized_client: 'unknownClient',
  invalid_scope: 'badScope',
  invalid_target: 'badScope',
  expired_token: 'codeExpired',
};
const GRANT: Readonly<Record<Doing['what'], string | undefined>> = {
  metadata: undefined,
  answer: 'codeRefused',
  deviceCode: 'codeExpired',
  refresh: 'ended',
};

/** The error an answer names, `invalid_grant` and the like. */
export function oauthError(error: unknown): { error: string; description: string } | undefined {
  if (!(error instanceof Error) || !('error' in error) || typeof error.error !== 'string') return undefined;
  const description = 'error_description' in error ? error.error_description : undefined;
  return { error: error.error, description: typeof description === 'string' ? description : '' };
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('status' in error && typeof error.status === 'number') return error.status;
  const { cause } = error;
  return cause instanceof Response || (typeof cause === 'object' && cause !== null && 'status' in cause)
    ? Number(cause.status)
    : statusOf(cause);
}

const LONGEST = 200;

/** Words of the other side, marked as such. */
function quoted(text: string, secrets: readonly string[] = [], mark = '“”'): string {
  const known = secrets.filter((secret) => secret.length >= 4);
  const said = cutEnd(showInvisible(redact(text.replace(/\s+/g, ' ').trim(), known)), LONGEST);
  return said === '' ? '' : `${mark.slice(0, 1)}${said}${mark.slice(1)}`;
}

/** The messages of the library name what they expected, never what came. */
function brief(error: unknown): string {
  return cutEnd(redact(readableError(error)), LONGEST);
}
