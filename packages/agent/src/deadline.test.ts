import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { receivedBudget, receivedTraceId } from './deadline.ts';

describe('receivedBudget', () => {
  const accepted: readonly (readonly [headers: Record<string, string>, ms: number, source: string])[] = [
    [{ 'grpc-timeout': '500m' }, 500, 'grpc-timeout'],
    [{ 'grpc-timeout': '2S' }, 2_000, 'grpc-timeout'],
    [{ 'grpc-timeout': '99999999n' }, 99.999999, 'grpc-timeout'],
    [{ 'x-envoy-expected-rq-timeout-ms': '250' }, 250, 'x-envoy-expected-rq-timeout-ms'],
    [{ 'x-request-timeout-ms': ' 80.5 ' }, 80.5, 'x-request-timeout-ms'],
    [{ 'grpc-timeout': '1S', 'x-request-timeout-ms': '300' }, 300, 'x-request-timeout-ms'],
  ];
  for (const [headers, ms, source] of accepted) {
    it(`takes ${JSON.stringify(headers)}`, () => {
      const budget = receivedBudget(headers);
      assert.equal(budget?.source, source);
      assert.ok(Math.abs((budget?.ms ?? 0) - ms) < 1e-6);
    });
  }

  const nonsense = ['', '0', '-5', 'abc', 'NaN', 'Infinity', '1e99', '99999999999999', '10;drop', '86400001'];
  for (const value of nonsense) {
    it(`takes ${JSON.stringify(value)} as not sent`, () => {
      assert.equal(receivedBudget({ 'x-request-timeout-ms': value }), undefined);
    });
  }
  for (const value of ['5', '123456789m', '5 s', '5s', 'm', '1.5S']) {
    it(`takes grpc-timeout ${JSON.stringify(value)} as not sent`, () => {
      assert.equal(receivedBudget({ 'grpc-timeout': value }), undefined);
    });
  }
});

describe('receivedTraceId', () => {
  it('takes a W3C traceparent and nothing else', () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    assert.equal(receivedTraceId({ traceparent: `00-${id}-00f067aa0ba902b7-01` }), id);
    assert.equal(receivedTraceId({ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }), undefined);
    assert.equal(receivedTraceId({ traceparent: '<script>' }), undefined);
    assert.equal(receivedTraceId({}), undefined);
  });
});
