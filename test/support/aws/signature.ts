// Whether a request carries the signature that AWS asks for, by another implementation than the product's.
import { createHash } from 'node:crypto';
import aws4 from 'aws4';
import type { FrontRequest } from '../front.ts';

export type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
const MINUTES_OF_GRACE = 5;

/** Undefined when AWS would let the request in; else the name of the error it would give. */
export function faultOfSignature(
  request: FrontRequest,
  expected: { keys: Keys; service: string; region: string; now?: number },
): string | undefined {
  const { keys, service, region } = expected;
  const given = String(request.headers.authorization ?? '');
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      given,
    );
  if (!found) return 'MissingAuthenticationTokenException';
  const [, accessKeyId, day = '', scopeRegion, scopeService, signed = ''] = found;
  if (accessKeyId !== keys.accessKeyId) return 'UnrecognizedClientException';
  if (scopeRegion !== region || scopeService !== service) return 'InvalidSignatureException';
  if ((request.headers['x-amz-security-token'] ?? undefined) !== keys.sessionToken)
    return 'UnrecognizedClientException';
  const date = String(request.headers['x-amz-date'] ?? '');
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!date.startsWith(day) || !(Math.abs((expected.now ?? Date.now()) - at) < MINUTES_OF_GRACE * 60_000)) {
    return 'InvalidSignatureException';
  }
  const hash = createHash('sha256').update(request.body).digest('hex');
  if ((request.headers['x-amz-content-sha256'] ?? hash) !== hash) return 'InvalidSignatureException';
  const names = signed.split(';');
  for (const name of ['host', 'x-amz-date', ...(keys.sessionToken ? ['x-amz-security-token'] : [])]) {
    if (!names.includes(name)) return 'InvalidSignatureException';
  }
  const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name] ?? '')]));
  const unsigned = Object.fromEntries(
    ['content-length', 'content-type'].filter((name) => !names.includes(name)).map((name) => [name, true]),
  );
  const signer = new aws4.RequestSigner(
    {
      method: request.method,
      path: request.path,
      headers,
      body: request.body,
      service,
      region,
      extraHeadersToIgnore: unsigned,
      // Otherwise those that it takes for changeable are left out, although they were signed.
      extraHeadersToInclude: Object.fromEntries(names.map((name) => [name, true])),
    } as ConstructorParameters<typeof aws4.RequestSigner>[0],
    keys,
  );
  const { headers: resigned } = signer.sign();
  return String(resigned?.['Authorization']) === given ? undefined : 'InvalidSignatureException';
}
