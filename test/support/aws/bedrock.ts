// Amazon Bedrock on the loopback interface, in front of the rehearsal model: checks signature, path and body as AWS does, and
// answers with event streams and with errors of its own form.
import { type Front, type FrontAnswer, type FrontRequest, startFront } from '../front.ts';
import { framesOf } from './eventStream.ts';
import { faultOfSignature, type Keys } from './signature.ts';

export const KEYS = {
  accessKeyId: 'AKIAREHEARSAL0000001',
  secretAccessKey: 'secret/of+the/rehearsal+000000000000001',
  sessionToken: 'session-token-of-the-rehearsal-0001',
};
export const BEARER = 'bedrock-api-key-of-the-rehearsal-0001';

export type Bedrock = Front & {
  /** Who is let in from now on. */
  accept(keys: Keys): void;
  /** Answers the next request with this instead. */
  answerNext(answer: FrontAnswer): void;
};
export type Endpoint = 'runtime' | 'mantle';
export type BedrockOptions = { region?: string; endpoint?: Endpoint; keys?: Keys; open?: boolean };

const ERRORS: Record<number, string> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

export async function startBedrock(rehearsal: { url: string }, options: BedrockOptions = {}): Promise<Bedrock> {
  const { region = 'us-east-1', endpoint = 'runtime', open = false } = options;
  let keys = options.keys ?? KEYS;
  const instead: FrontAnswer[] = [];
  const front = await startFront(rehearsal, {
    requestIdHeader: endpoint === 'runtime' ? 'x-amzn-requestid' : 'request-id',
    receive(request) {
      const answer = instead.shift();
      if (answer) return { answer };
      const service = endpoint === 'runtime' ? 'bedrock' : 'bedrock-mantle';
      const fault = open ? undefined : faultOfCredential(request, { keys, service, region });
      if (fault) return { answer: refusal(403, fault, 'The security token included in the request is invalid.') };
      const asked = endpoint === 'runtime' ? askedOfRuntime(request) : askedOfMantle(request);
      return typeof asked === 'string' ? { answer: refusal(400, 'ValidationException', asked) } : { ask: asked };
    },
    ...(endpoint === 'runtime'
      ? {
          refuse: inAwsForm,
          stream: { contentType: 'application/vnd.amazon.eventstream', encode: framesOf },
        }
      : {}),
  });
  return {
    ...front,
    accept: (next) => {
      keys = next;
    },
    answerNext: (answer) => instead.push(answer),
  };
}

export function refusal(status: number, type: string, message: string): FrontAnswer {
  return {
    status,
    headers: {
      'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
      'x-amzn-requestid': 'req_refused',
    },
    body: JSON.stringify({ message }),
  };
}

function faultOfCredential(
  request: FrontRequest,
  expected: { keys: Keys; service: string; region: string },
): string | undefined {
  const { authorization } = request.headers;
  if (authorization?.startsWith('Bearer '))
    return authorization === `Bearer ${BEARER}` ? undefined : 'UnrecognizedClientException';
  return faultOfSignature(request, expected);
}

/** What the rehearsal is asked, or what is wrong with the request. */
function askedOfRuntime({ method, path, headers, body }: FrontRequest): Record<string, unknown> | string {
  const model = /^\/model\/([^/?]+)\/invoke-with-response-stream$/.exec(path)?.[1];
  if (method !== 'POST' || model === undefined) return `There is no ${method} ${path}`;
  const { anthropic_version, anthropic_beta, ...rest } = JSON.parse(body) as Record<string, unknown>;
  if (anthropic_version !== 'bedrock-2023-05-31') return 'anthropic_version: Field required';
  if (anthropic_beta !== undefined && !Array.isArray(anthropic_beta)) return 'anthropic_beta: Input should be a list';
  for (const name of ['model', 'stream']) if (name in rest) return `${name}: Extra inputs are not permitted`;
  for (const name of ['anthropic-version', 'anthropic-beta', 'x-api-key']) if (headers[name]) return `header ${name}`;
  if (headers.accept !== 'application/vnd.amazon.eventstream') return `accept: ${headers.accept}`;
  return { model: ourName(decodeURIComponent(model)), stream: true, ...rest };
}

function askedOfMantle({ method, path, headers, body }: FrontRequest): Record<string, unknown> | string {
  if (method !== 'POST' || path !== '/anthropic/v1/messages') return `There is no ${method} ${path}`;
  if (headers['anthropic-version'] !== '2023-06-01') return 'anthropic-version: header is required';
  const asked = JSON.parse(body) as Record<string, unknown>;
  return { ...asked, model: ourName(String(asked['model'])) };
}

function ourName(model: string): string {
  return model.replace(/^([a-z-]+\.)?anthropic\./, '').replace(/-v\d+(:\d+)?$/, '');
}

function inAwsForm({ status, headers, body }: FrontAnswer): FrontAnswer {
  const message = messageOf(body);
  if (message === undefined) return { status, headers: { ...headers, 'content-type': 'text/html' }, body };
  const told = status === 401 ? 403 : status === 529 ? 503 : status;
  const type = status === 401 ? 'UnrecognizedClientException' : ERRORS[told];
  return {
    status: told,
    headers: { ...headers, ...(type ? { 'x-amzn-errortype': type } : {}) },
    body: JSON.stringify({ message }),
  };
}

function messageOf(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { error?: { message?: string } }).error?.message;
  } catch {
    // A page, as the script wanted it.
    return undefined;
  }
}
