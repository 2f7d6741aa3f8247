import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestRecord } from './request-record.ts';
import { frameworkPattern, pathPattern, routeOf } from './route.ts';

describe('pathPattern', () => {
  const cases: readonly (readonly [target: string, pattern: string])[] = [
    ['/', '/'],
    ['/orders/17?token=secret', '/orders/:id'],
    ['/v1/orders/report', '/v1/orders/report'],
    ['/u/3f2504e0-4f89-11d3-9a0c-0305e82c3301/x', '/u/:id/x'],
    ['/blob/deadbeef01', '/blob/:id'],
    ['/reset/eyJhbGciOiJIUzI1NiJ9aaaaaaaaaaaaaaaaaaaa', '/reset/:id'],
    ['/orders/ORD-12345/lines', '/orders/:id/lines'],
    ['/watch/dQw4w9WgXcQ', '/watch/:id'],
    ['/oauth2/v1beta2/ipv4-to-ipv6/route53', '/oauth2/v1beta2/ipv4-to-ipv6/route53'],
    ['/a#frag', '/a'],
    ['/users/bob@example.com/mail', '/users/:id/mail'],
    ['/cart;session=secret/items', '/:id/items'],
    ['/search/my%20secret', '/search/:id'],
    ['http://user:secret@shop.example/orders/17', '/orders/:id'],
  ];
  for (const [target, pattern] of cases) it(target, () => assert.equal(pathPattern(target), pattern));
});

describe('routeOf', () => {
  it('prefers what the framework says', () => {
    const record = new RequestRecord(1, 'http', 'GET', '/orders/abc', 0);
    assert.equal(routeOf(record), 'GET /orders/abc');
    record.pattern = '/orders/:id';
    assert.equal(routeOf(record), 'GET /orders/:id');
  });

  it('reads Express', () => {
    assert.equal(frameworkPattern({ message: { route: { path: '/:id' }, baseUrl: '/orders' } }), '/orders/:id');
    assert.equal(frameworkPattern({ message: { route: { path: '/' }, baseUrl: '/orders' } }), '/orders');
    assert.equal(frameworkPattern({ message: { route: { path: /x/ } } }), undefined);
    assert.equal(frameworkPattern({}), undefined);
  });

  it('reads routers of Koa', () => {
    assert.equal(frameworkPattern({ message: {}, routed: { _matchedRoute: '/orders/:id' } }), '/orders/:id');
    assert.equal(frameworkPattern({ message: {}, routed: { _matchedRoute: /x/ } }), undefined);
  });
});
