// What went wrong with a request, as one of the codes everyone understands.
import * as z from 'zod/mini';
import type { Failure, FailureCode } from '../contracts/provider.ts';

const ErrorBody = z.object({
  error: z.object({
    type: z.optional(z.string()),
    message: z.optional(z.string()),
    details: z.nullish(z.object({ error_code: z.nullish(z.string()) })),
  }),
  request_id: z.nullish(z.string()),
});

const BY_STATUS: Readonly<Record<number, FailureCode>> = {
  400: 'badRequest',
  401: 'authentication',
  402: 'billing',
  403: 'permission',
  404: 'notFound',
  408: 'timeout',
  409: 'server',
  413: 'tooLarge',
  429: 'rateLimit',
  504: 'timeout',
  529: 'overloaded',
};
const BY_TYPE: ReadonlyMap<string, FailureCode> = new Map([
  ['invalid_request_error', 'badRequest'],
  ['authentication_error', 'authentication'],
  ['billing_error', 'billing'],
  ['permission_error', 'permission'],
  ['not_found_error', 'notFound'],
  ['conflict_error', 'server'],
  ['request_too_large', 'tooLarge'],
  ['rate_limit_error', 'rateLimit'],
  ['api_error', 'server'],
  ['timeout_error', 'timeout'],
  ['overloaded_error', 'overloaded'],
]);
const RETRYABLE: ReadonlySet<FailureCode> = new Set([
  'rateLimit',
  'overloaded',
  'server',
  'timeout',
  'stalled',
  'network',
  'interrupted',
  'malformedStream',
]);
const SPEND = /reached your specified.*usage limits|spend(ing)? limit/i;
const OVERFLOW =
  /prompt is too long|exceed(s|ed)? (the )?(context|model).{0,20}(limit|window)|input length and .?max_tokens/i;
/** What the services say of pictures and documents that they cannot take, whichever of them passes it on. */
const MEDIA: readonly RegExp[] = [
  /could not process (the )?(image|pdf|document|file)\b/i,
  /\b(image|document)\.source\b/i,
  /\bimages?\b.{0,40}\b(dimensions?|exceeds?|too large|does not match|was specified|media type|cannot be (decoded|processed|read))/i,
  /\b(unsupported|invalid|corrupt(ed)?|unknown) image\b/i,
  /\b(unable|failed) to (process|decode|read|download)\b.{0,20}\b(image|pdf|document)/i,
  /\bmany-image requests\b/i,
  /\btoo (many|much) (images|documents|media|pdf pages)\b/i,
  /\bthe pdf (specified|file|document)\b/i,
  /\bpdf pages may be provided\b/i,
  /\b(image|document|pdf)s?( input| content)?s? (is|are) not supported\b/i,
  /\bdoes not support (image|document|pdf|vision)\b/i,
];
const TLS =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_(GET_ISSUER|VERIFY)|SELF_SIGNED_CERT|DEPTH_ZERO_SELF|HOSTNAME_MISMATCH|EPROTO$)/;
const TIMEOUT = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;
/** How the proxy is set is not right, or it refuses: it would do so again. */
const PROXY = /^ERR_PROXY_(ADDRESS|REFUSED)$/;
const CONNECTION = /^(AbortError|APIConnection\w*|TimeoutError)|fetch failed|Connection error|terminated/;
const DETAIL_LIMIT = 500;

export function failure(code: FailureCode, detail: string, more: Partial<Failure> = {}): Failure {
  return { code, detail: shorten(detail), retryable: RETRYABLE.has(code), ...more };
}

/** A response that is not 2xx. `text` is its body. */
export function failureOfResponse(status: number, headers: Headers, text: string, nowMs: number): Failure {
  const body = ErrorBody.safeParse(parseJson(text));
  const message = (body.success && body.data.error.message) || shorten(text) || `HTTP status ${status}`;
  const errorCode = body.success ? body.data.error.details?.error_code : undefined;
  const retryAfterMs = retryAfter(headers, nowMs);
  let code = BY_STATUS[status] ?? (status >= 500 ? 'server' : 'badRequest');
  if ((code === 'badRequest' || code === 'tooLarge') && OVERFLOW.test(message)) code = 'contextOverflow';
  if ((code === 'badRequest' || code === 'tooLarge') && isOfMedia(message)) code = 'mediaRefused';
  const outOfMoney = errorCode?.endsWith('spend_limit_reached') || (retryAfterMs === undefined && SPEND.test(message));
  if ((code === 'badRequest' || code === 'rateLimit') && outOfMoney) code = 'spendLimit';
  const requestId = headers.get('request-id') ?? (body.success ? body.data.request_id : undefined);
  return failure(code, message, {
    status,
    ...(requestId ? { requestId } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(headers.get('x-should-retry') === 'false' ? { retryable: false } : {}),
  });
}

/** Why a stream was given up: the `reason` of the signal that ended it. */
export class Slept extends Error {
  constructor() {
    super('The machine was asleep while the answer was arriving.');
  }
}

/** Somebody ended the request: the person, or the machine that slept over it. */
export function failureOfAbort(signal: AbortSignal): Failure {
  return signal.reason instanceof Slept
    ? failure('interrupted', signal.reason.message)
    : failure('cancelled', '', { retryable: false });
}

/** An `error` event inside a stream that began well. */
export function failureOfErrorEvent(data: unknown): Failure {
  const body = ErrorBody.safeParse(data);
  if (!body.success) return failure('server', 'The stream reported an error without a description.');
  const { type = '', message = '' } = body.data.error;
  const known = BY_TYPE.get(type) ?? 'server';
  return failure(known === 'badRequest' ? ofBadRequest(message) : known, message || type);
}

function ofBadRequest(message: string): FailureCode {
  if (OVERFLOW.test(message)) return 'contextOverflow';
  return isOfMedia(message) ? 'mediaRefused' : 'badRequest';
}

function isOfMedia(message: string): boolean {
  return MEDIA.some((words) => words.test(message));
}

/**
 * What a connection threw: before the answer began it is the network, afterwards an interruption. What no connection throws
 * is a mistake of ours and would only happen again.
 */
export function failureOfThrown(error: unknown, began: boolean): Failure {
  const codes = systemCodes(error);
  const detail = deepestMessage(error);
  const retryable = codes.length > 0 || [...causes(error)].some((e) => CONNECTION.test(`${e.name}: ${e.message}`));
  if (codes.some((code) => TLS.test(code))) return failure('tls', detail, { retryable: false });
  if (codes.some((code) => PROXY.test(code))) return failure('network', detail, { retryable: false });
  if (began) return failure('interrupted', detail, { retryable });
  if (codes.some((code) => TIMEOUT.test(code))) return failure('timeout', detail, { retryable });
  return failure('network', detail, { retryable });
}

/** Milliseconds that the answer asks to wait, if it does. */
export function retryAfter(headers: Headers, nowMs: number): number | undefined {
  const ms = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (ms >= 0) return ms;
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

/** The errors from the outermost to the innermost cause. */
function* causes(error: unknown): Generator<Error> {
  for (let depth = 0; error instanceof Error && depth < 8; depth++) {
    yield error;
    if (error instanceof AggregateError) for (const inner of error.errors) if (inner instanceof Error) yield inner;
    error = error.cause;
  }
}

function systemCodes(error: unknown): string[] {
  return [...causes(error)].flatMap((e) => ('code' in e && typeof e.code === 'string' ? [e.code] : []));
}

function deepestMessage(error: unknown): string {
  const chain = [...causes(error)].filter((e) => e.message !== '');
  return chain.at(-1)?.message ?? String(error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: a gateway's page, say. The text itself is then the message.
    return undefined;
  }
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > DETAIL_LIMIT ? `${line.slice(0, DETAIL_LIMIT)}…` : line;
}
