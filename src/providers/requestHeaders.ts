// The headers of a request, and what the environment adds to headers and body.
import { isOn, numberFrom } from '../util/envValue.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What is wrong with a variable of the environment; the message names it and says where. */
export class RequestProblem extends Error {}

const API_VERSION = '2023-06-01';
const DEFAULT_TIMEOUT_MS = 600_000;
const PLAIN_HEADERS = new Set(['accept', 'content-type', 'anthropic-version', 'anthropic-beta', 'user-agent']);

/** Throws `RequestProblem` when `ANTHROPIC_CUSTOM_HEADERS` holds something that is not a header. */
export function requestHeaders(parts: {
  credential: Record<string, string>;
  betas: string[];
  /** Betas without which the credential itself is not taken. */
  needed?: string[];
  env: Env;
  /** The conversation; gateways group requests by it, under either name. */
  session?: string | undefined;
}): Headers {
  const { env } = parts;
  const headers = new Headers({
    accept: 'text/event-stream',
    'content-type': 'application/json',
    'anthropic-version': API_VERSION,
    'user-agent': 'Assent',
  });
  for (const [name, value] of Object.entries(parts.credential)) {
    if (!isHeader(name, value)) {
      throw new RequestProblem('The API key or token has a character that cannot be sent. Enter it again.');
    }
    headers.set(name, value);
  }
  const custom = customHeaders(env['ANTHROPIC_CUSTOM_HEADERS'] ?? '');
  const ours = isOn(env['CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS']) ? [] : parts.betas;
  const asked = (env['ANTHROPIC_BETAS'] ?? '').split(',').map((beta) => beta.trim());
  const betas = [...new Set([...ours, ...(parts.needed ?? []), ...asked])].filter((beta) => beta !== '');
  if (betas.length > 0) headers.set('anthropic-beta', betas.join(','));
  if (parts.session !== undefined) {
    headers.set('x-assent-session-id', parts.session);
    headers.set('x-claude-code-session-id', parts.session);
  }
  for (const [name, value] of custom) headers.set(name, value);
  return headers;
}

/** Every value that is not one of the plain headers: keys, and what a gateway may want as a secret. */
export function secretsIn(headers: Headers): string[] {
  const values = [...headers].filter(([name]) => !PLAIN_HEADERS.has(name)).map(([, value]) => value);
  return values.map((value) => value.replace(/^Bearer /, '')).filter((value) => value.length >= 8);
}

/** How long to wait for an answer to begin. */
export function timeoutMs(env: Env): number {
  const ms = numberFrom(env['API_TIMEOUT_MS']);
  return ms !== undefined && Number.isInteger(ms) && ms > 0 ? ms : DEFAULT_TIMEOUT_MS;
}

/** Names of headers that say who asks. */
const SIGNS_IN = /^(authorization|x-api-key|api-key)$/i;

/** Whether `ANTHROPIC_CUSTOM_HEADERS` would put another credential in the place of the one that counts. */
export function bringsCredential(env: Env): boolean {
  const lines = (env['ANTHROPIC_CUSTOM_HEADERS'] ?? '').split(/\r?\n/);
  return lines.some((line) => SIGNS_IN.test(line.slice(0, line.indexOf(':')).trim()));
}

/** Values of `ANTHROPIC_CUSTOM_HEADERS` that are secrets by the name of their header. */
export function secretsOfCustomHeaders(env: Env): string[] {
  const lines = (env['ANTHROPIC_CUSTOM_HEADERS'] ?? '').split(/\r?\n/);
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    if (!/auth|key|token|secret|cookie|passw/i.test(line.slice(0, colon))) return [];
    return [
      line
        .slice(colon + 1)
        .replace(/^\s*(Bearer|Basic)\s/i, '')
        .trim(),
    ];
  });
}

/** The body with the members of `CLAUDE_CODE_EXTRA_BODY`; the conversation stays last, so that the bytes only grow. */
export function withExtraBody<T extends { messages: unknown }>(body: T, env: Env): Record<string, unknown> {
  const text = env['CLAUDE_CODE_EXTRA_BODY']?.trim();
  if (!text) return body;
  let extra: unknown;
  try {
    extra = JSON.parse(text);
  } catch {
    throw new RequestProblem('CLAUDE_CODE_EXTRA_BODY is not valid JSON.');
  }
  if (typeof extra !== 'object' || extra === null || Array.isArray(extra)) {
    throw new RequestProblem('CLAUDE_CODE_EXTRA_BODY must be a JSON object.');
  }
  // Which model may be asked, and what it costs, was looked at before.
  if (Object.hasOwn(extra, 'model')) {
    throw new RequestProblem(
      'CLAUDE_CODE_EXTRA_BODY must not hold “model”. Choose the model in the panel, or map its id with “modelOverrides”.',
    );
  }
  const { messages, ...head } = body;
  return { ...head, ...extra, messages };
}

function customHeaders(text: string): Array<[string, string]> {
  return text.split(/\r?\n/).flatMap((line, index): Array<[string, string]> => {
    if (line.trim() === '') return [];
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (colon > 0 && isHeader(name, value)) return [[name, value]];
    throw new RequestProblem(`ANTHROPIC_CUSTOM_HEADERS, line ${index + 1}: ${headerFault(line, colon)}`);
  });
}

function headerFault(line: string, colon: number): string {
  if (colon <= 0) return 'expected “Name: Value”.';
  const at = [...line].findIndex((character, index) =>
    index < colon ? !/[\w!#$%&'*+.^`|~ -]/.test(character) : /[^\t\x20-\x7e\x80-\xff]/.test(character),
  );
  return `the character at column ${at + 1} is not allowed in a header.`;
}

function isHeader(name: string, value: string): boolean {
  try {
    new Headers([[name, value]]);
    return true;
  } catch {
    // `Headers` throws for what HTTP cannot carry; the caller says which line.
    return false;
  }
}
