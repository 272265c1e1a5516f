// Failures: how long to wait, and that each has a sentence.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailureCode } from '../../../src/contracts/provider.ts';
import { failure, failureOfErrorEvent, failureOfResponse, failureOfThrown } from '../../../src/providers/failures.ts';
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
