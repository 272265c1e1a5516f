// Failures: how long to wait, and that each has a sentence.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailureCode } from '../../../src/contracts/provider.ts';
import { bedrockFailure } from '../../../src/providers/bedrockFailures.ts';
import { failure, failureOfErrorEvent, failureOfResponse, failureOfThrown } from '../../../src/providers/failures.ts';
import { failureOfGoogle } from '../../../src/providers/vertex.ts';
import { becauseOfFailure } from '../../../src/util/phrases/providers.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';

const NOW = Date.parse('2026-11-23T00:00:00Z');
for (const [headers, ms] of [
  [{ 'retry-after': '3' }, 3000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': 'Mon, 23 Nov 2026 00:00:10 GMT' }, 10_000],
  [{ 'retry-after': 'Mon, 23 Nov 2020 00:00:10 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after-ms': '40', 'retry-after': '3' }, 40],
  [{}, undefined],
] as const) {
  test(`${JSON.stringify(headers)} means a wait of ${ms} ms`, () => {
    assert.equal(failureOfResponse(429, new Headers(headers), '', NOW).retryAfterMs, ms);
  });
}

test('a 429 about spending is a rate limit only when it says when to come back', () => {
  const text = JSON.stringify({ error: { type: 'rate_limit_error', message: 'Your spend limit is reached.' } });
  assert.equal(failureOfResponse(429, new Headers(), text, NOW).code, 'spendLimit');
  assert.equal(failureOfResponse(429, new Headers({ 'retry-after': '9' }), text, NOW).code, 'rateLimit');
});

test('a page of a gateway is shown in part, on one line', () => {
  const { code, detail } = failureOfResponse(503, new Headers(), `<html>\n  <b>Down</b>\n${'x'.repeat(5000)}`, NOW);
  assert.equal(code, 'server');
  assert.match(detail, /^<html> <b>Down<\/b> x+…$/);
  assert.ok(detail.length < 600);
});

test('errors of the system are found however deep they lie', () => {
  const wrap = (code: string) =>
    new TypeError('fetch failed', {
      cause: new AggregateError([Object.assign(new Error(`connect ${code}`), { code })]),
    });
  assert.equal(failureOfThrown(wrap('ECONNREFUSED'), false).code, 'network');
  assert.equal(failureOfThrown(wrap('UND_ERR_HEADERS_TIMEOUT'), false).code, 'timeout');
  assert.equal(failureOfThrown(wrap('SELF_SIGNED_CERT_IN_CHAIN'), false).code, 'tls');
  assert.equal(failureOfThrown(wrap('ERR_TLS_CERT_ALTNAME_INVALID'), true).code, 'tls');
  assert.equal(failureOfThrown(wrap('ECONNRESET'), true).code, 'interrupted');
  assert.match(failureOfThrown(wrap('ECONNREFUSED'), false).detail, /ECONNREFUSED/);
});

test('a connection that breaks may be tried again, a mistake of ours may not', () => {
  assert.equal(failureOfThrown(new TypeError('terminated'), true).retryable, true);
  assert.equal(failureOfThrown(new TypeError('fetch failed'), false).retryable, true);
  assert.equal(failureOfThrown(new TypeError('x is not a constructor'), false).retryable, false);
});

test('an error event without sense is still a failure', () => {
  assert.equal(failureOfErrorEvent({ type: 'error' }).code, 'server');
  assert.equal(failureOfErrorEvent({ type: 'error', error: { type: 'brand_new_error', message: 'x' } }).code, 'server');
  assert.equal(
    failureOfErrorEvent({ type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long' } })
      .code,
    'contextOverflow',
  );
});

const OF_MEDIA = [
  'Could not process image',
  'Could not process PDF',
  'The model returned the following errors: messages.0.content.1.image.source.base64: Could not process image',
  'messages.2.content.0.image.source.base64.data: Image does not match the provided media type image/png',
  'The image was specified using the image/jpeg media type, but the image appears to be a image/png image',
  "messages.0.content.0.tool_result.content.1.image.source.base64.media_type: Input should be 'image/jpeg' or 'image/png'",
  'messages.1.content.6.image.source.base64: image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes',
  'At least one of the image dimensions exceed max allowed size: 8000 pixels',
  'image dimensions exceed max allowed size for many-image requests: 2000 pixels',
  'messages.0.content.0.document.source.base64: The PDF specified is password protected.',
  'The PDF specified was not valid.',
  'A maximum of 100 PDF pages may be provided.',
  'Too much media: 0 document pages + 101 images > 100',
  'too many images and documents: 25 + 0 > 20',
  'This model does not support image input.',
];
for (const message of OF_MEDIA) {
  test(`“${message.slice(0, 60)}” is about pictures, whoever passes it on`, () => {
    const forms: Array<[number, string]> = [
      [400, JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } })],
      [400, JSON.stringify({ error: { code: '400', message } })],
      [422, JSON.stringify({ error: { message: `upstream refused: ${message}`, type: null, code: 422 } })],
      [413, message],
    ];
    for (const [status, body] of forms)
      assert.equal(failureOfResponse(status, new Headers(), body, NOW).code, 'mediaRefused', body);
    const google = JSON.stringify([{ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }]);
    const place = { project: 'p', region: 'r', model: 'm', host: 'h' };
    assert.equal(failureOfGoogle(400, new Headers(), google, place).code, 'mediaRefused');
    const asked = { host: 'h', model: 'm', region: 'r', with: 'key' } as const;
    const amazon = bedrockFailure(
      asked,
      400,
      new Headers({ 'x-amzn-errortype': 'ValidationException:http://internal.amazon.com/' }),
      JSON.stringify({ message }),
      NOW,
    );
    assert.equal(amazon.code, 'mediaRefused');
    const error = { type: 'error', error: { type: 'invalid_request_error', message } };
    assert.equal(failureOfErrorEvent(error).code, 'mediaRefused');
  });
}

for (const [status, message, code] of [
  [400, 'tools.3.custom.input_schema: JSON schema is invalid', 'badRequest'],
  [400, 'messages.4: `tool_use` ids were found without `tool_result` blocks', 'badRequest'],
  [400, 'messages.2.content.0.tool_result.content: Input should be a valid list', 'badRequest'],
  [400, 'messages: text content blocks must be non-empty', 'badRequest'],
  [404, 'model: claude-image not found', 'notFound'],
  [500, 'Could not process image', 'server'],
  [429, 'Too many images for now', 'rateLimit'],
] as const) {
  test(`${status} “${message}” is not about pictures`, () => {
    const body = JSON.stringify({ error: { type: 'x', message } });
    assert.equal(failureOfResponse(status, new Headers(), body, NOW).code, code);
  });
}

test('every failure has a sentence that says what to do', () => {
  const codes: Record<FailureCode, true> = {
    noCredential: true,
    authentication: true,
    billing: true,
    permission: true,
    notFound: true,
    badRequest: true,
    tooLarge: true,
    mediaRefused: true,
    contextOverflow: true,
    rateLimit: true,
    spendLimit: true,
    capReached: true,
    modelExcluded: true,
    overloaded: true,
    server: true,
    timeout: true,
    stalled: true,
    network: true,
    tls: true,
    malformedStream: true,
    interrupted: true,
    cancelled: true,
  };
  for (const code of Object.keys(codes) as FailureCode[]) {
    const sentence = sayInEnglish(becauseOfFailure(failure(code, 'DETAIL')));
    assert.doesNotMatch(sentence, /providers\.|\{/, code);
    if (code !== 'cancelled') assert.match(sentence, /DETAIL/, code);
    const { retryable } = failure(code, '');
    if (retryable) assert.doesNotMatch(sayInEnglish({ code: `providers.retry.${code}`, args: {} }), /providers\./);
  }
});
