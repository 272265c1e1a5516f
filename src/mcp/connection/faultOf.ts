// Says what an error of a connection means, and whether another attempt may help.
import type { ServerTransport } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { showInvisible } from '../../util/invisible.ts';
import { sayInEnglish } from '../../util/phrases.ts';
import { errorCode, readableError } from '../../util/readableError.ts';
import { redact } from '../../util/redact.ts';
import { rootReason } from '../../util/rootReason.ts';
import { cutEnd } from '../../util/truncate.ts';
import { ServerFault } from './serverFault.ts';

const DETAIL = 300;
/** Of errors that are made here in place of an answer. */
const OWN_CODE = -32000;
/** Nothing is reached under the address now; it may be later. */
const UNREACHABLE =
  /^(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|UND_ERR_(?:CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|SOCKET))$/;

export type FaultContext = {
  server: string;
  transport: ServerTransport;
  secrets: readonly string[];
  /** The status of the last refusal, where there was one. */
  refused?: number;
  /** There is a session that the server may have forgotten. */
  inSession?: boolean;
};

export function faultOf(
  error: unknown,
  { server, transport, secrets, refused, inSession = false }: FaultContext,
): ServerFault {
  const known = causes(error).find((cause) => cause instanceof ServerFault);
  if (known !== undefined) return known;
  const detail = (text: string) => showInvisible(cutEnd(redact(text, secrets), DETAIL));
  const say = (code: string, args: Record<string, string> = {}) => ({
    code: `mcp.connection.${code}`,
    args: { server, ...args },
  });
  if (transport.type === 'stdio') {
    const code = errorCode(error);
    if (code !== undefined && typeof (error as { syscall?: unknown }).syscall === 'string')
      return code === 'EPIPE'
        ? new ServerFault(say('closed'), 'again')
        : new ServerFault(say('notStarted', { command: detail(transport.command), reason: readableError(error) }));
  } else if (!isAnswer(error)) {
    const status = refused ?? statusOf(error);
    if (inSession && forgotten(status, error)) return new ServerFault(say('sessionLost'), 'lost');
    if (status === 401 || status === 403) {
      if (inSession && transport.headersHelper !== undefined) return new ServerFault(say('sessionLost'), 'lost');
      const own = Object.keys(transport.headers).some((name) => name.toLowerCase() === 'authorization');
      return own
        ? new ServerFault(say('headerRefused', { status: String(status) }))
        : new ServerFault(say('signIn'), 'signIn');
    }
    if (status === 404) return new ServerFault(say('notFound'));
    if (status !== undefined && status >= 400)
      return new ServerFault(
        say('status', { status: String(status) }),
        status >= 500 || status === 429 ? 'again' : 'final',
      );
    // The library for events keeps nothing of a cause but its message.
    const system =
      causes(error)
        .map(errorCode)
        .find((code) => code !== undefined) ??
      /\b(?:E(?:CONN[A-Z]+|NOTFOUND|AI_AGAIN|TIMEDOUT)|UND_ERR_\w+)\b/.exec(sentence(error))?.[0];
    const said = causes(error).find(hasBecause)?.because;
    if (said !== undefined) {
      const reason = detail(sayInEnglish(said));
      const again = system !== undefined && UNREACHABLE.test(system);
      return new ServerFault(say('noWay', { reason }), again ? 'again' : 'final');
    }
    if (system !== undefined)
      return new ServerFault(say('unreachable', { reason: system }), UNREACHABLE.test(system) ? 'again' : 'final');
    // All that is said on top is that it failed.
    if (error instanceof TypeError && error.cause instanceof Error)
      return new ServerFault(say('unreachable', { reason: detail(rootReason(error)) }));
  }
  const answered = (protocolCode(error) ?? OWN_CODE) !== OWN_CODE;
  return new ServerFault(say(answered ? 'answered' : 'failed', { reason: detail(sentence(error)) }));
}

/** The server answered the request: whatever code it chose, the request was done, and is not made again. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === 'McpError' && protocolCode(error) !== OWN_CODE;
}

/** 404 is what the protocol wants; many servers say 400 and what is meant. */
function forgotten(status: number | undefined, error: unknown): boolean {
  return status === 404 || (status === 400 && error instanceof Error && /session/i.test(error.message));
}

/** Of an answer over HTTP, where the error is of one. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' && error.code >= 400 && error.code < 600 ? error.code : undefined;
}

/** Of an answer of the protocol that is an error. */
export function protocolCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return undefined;
  return error.code <= -32000 ? error.code : undefined;
}

/** What the error says, in one sentence; what a check of a message found is said by its first finding. */
export function sentence(error: unknown): string {
  if (error instanceof Error && 'issues' in error && Array.isArray(error.issues)) {
    const [first] = error.issues as Array<{ path?: unknown[]; message?: unknown }>;
    return `an answer is not of the protocol: ${(first?.path ?? []).join('.')} ${String(first?.message ?? '')}`.trim();
  }
  const text = readableError(error);
  return text.replace(/^(?:MCP error -?\d+: )+/, '');
}

/** The network's own words: which proxy, which authority. */
function hasBecause(error: unknown): error is { because: Because } {
  return error instanceof Error && 'because' in error;
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let one = error; one !== undefined && one !== null && found.length < 8; ) {
    found.push(one);
    one = one instanceof Error ? one.cause : undefined;
  }
  return found;
}
