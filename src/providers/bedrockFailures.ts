// What Amazon Bedrock says when it refuses a request, as one of the codes everyone understands.
import * as z from 'zod/mini';
import type { Failure, FailureCode } from '../contracts/provider.ts';
import { failure, failureOfResponse } from './failures.ts';

/** What was asked and how, as far as people need to hear of it. */
export type Asked = { host: string; model: string; region: string; with: 'signature' | 'key' | 'nothing' };

const CODES: ReadonlyMap<string, FailureCode> = new Map([
  ['accessdeniedexception', 'permission'],
  ['expiredtokenexception', 'authentication'],
  ['expiredtoken', 'authentication'],
  ['unrecognizedclientexception', 'authentication'],
  ['invalidclienttokenid', 'authentication'],
  ['invalidsignatureexception', 'authentication'],
  ['signaturedoesnotmatch', 'authentication'],
  ['incompletesignatureexception', 'authentication'],
  ['missingauthenticationtokenexception', 'authentication'],
  ['unauthorizedexception', 'authentication'],
  ['resourcenotfoundexception', 'notFound'],
  ['throttlingexception', 'rateLimit'],
  ['toomanyrequestsexception', 'rateLimit'],
  ['servicequotaexceededexception', 'rateLimit'],
  ['modelnotreadyexception', 'overloaded'],
  ['serviceunavailableexception', 'overloaded'],
  ['modeltimeoutexception', 'timeout'],
  ['modelerrorexception', 'server'],
  ['modelstreamerrorexception', 'server'],
  ['internalserverexception', 'server'],
]);
const TOO_LONG = /input is too long|too many input tokens|prompt is too long/i;
const NO_MODEL =
  /model identifier is invalid|on-demand throughput isn.t supported|could not resolve the foundation model|model is not (available|supported)|end of its life/i;
const BAD_KEY = /api key|security token|bearer token|authentication failed/i;
const CLOCK = /signature (expired|not yet current)|request has expired/i;

const Body = z.object({
  message: z.optional(z.string()),
  Message: z.optional(z.string()),
  __type: z.optional(z.string()),
  // A gateway, or the Messages endpoint, speaks as the vendor of the models does.
  error: z.optional(z.object({ type: z.optional(z.string()), message: z.optional(z.string()) })),
});

/** A response that is no success. `text` is its body. */
export function bedrockFailure(asked: Asked, status: number, headers: Headers, text: string, nowMs: number): Failure {
  const body = Body.safeParse(parsed(text));
  const known = body.success ? body.data : {};
  const message = known.error?.message ?? known.message ?? known.Message;
  const general = failureOfResponse(
    status,
    headers,
    message === undefined || known.error ? text : JSON.stringify({ error: { message } }),
    nowMs,
  );
  const type = typeName(headers.get('x-amzn-errortype') ?? known.__type ?? '');
  const code = codeOf(type, general);
  const requestId = headers.get('x-amzn-requestid') ?? general.requestId;
  const told = failure(code, general.detail, {
    status,
    ...(requestId ? { requestId } : {}),
    ...(general.retryAfterMs === undefined ? {} : { retryAfterMs: general.retryAfterMs }),
    ...(headers.get('x-should-retry') === 'false' || type === 'servicequotaexceededexception'
      ? { retryable: false }
      : {}),
  });
  return explained(told, asked);
}

/** Says what to do about it in terms of AWS. */
export function explained(failed: Failure, asked: Asked): Failure {
  const { host, model, region } = asked;
  const because = (code: string, args: Record<string, string> = {}): Failure => ({
    ...failed,
    because: { code, args },
  });
  switch (failed.code) {
    case 'authentication':
      if (asked.with === 'key') return because('bedrock.keyRejected');
      if (asked.with === 'nothing') return because('bedrock.gatewayRejected', { host });
      return because(CLOCK.test(failed.detail) ? 'bedrock.clock' : 'bedrock.expired');
    case 'permission':
      return because('bedrock.permission', { region });
    case 'notFound':
      return because('bedrock.model', { model, region });
    case 'network':
      return because('bedrock.network', { host });
    default:
      return failed;
  }
}

function codeOf(type: string, general: Failure): FailureCode {
  const { code, detail, status } = general;
  if (code === 'contextOverflow' || code === 'spendLimit') return code;
  if (TOO_LONG.test(detail)) return 'contextOverflow';
  if (code === 'mediaRefused') return code;
  if (NO_MODEL.test(detail)) return 'notFound';
  // Nothing in the answer tells a wrong key from a missing permission but its words.
  if (status === 403 && (BAD_KEY.test(detail) || CLOCK.test(detail))) return 'authentication';
  return CODES.get(type) ?? (status === 503 ? 'overloaded' : status === 424 ? 'server' : code);
}

/** `ExpiredTokenException:http://…`, `com.amazon#ThrottlingException`: the name alone. */
function typeName(type: string): string {
  return (type.split(':')[0] ?? '').replace(/^.*#/, '').trim().toLowerCase();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: a gateway's page, say. The text itself is then the message.
    return undefined;
  }
}
