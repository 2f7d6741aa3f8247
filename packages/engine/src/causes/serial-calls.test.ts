import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, type OpDraft, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

function ran(ops: readonly OpDraft[], more: Partial<RequestDraft> = {}): RecordingDraft {
  return { now: 820, requests: { late: { route: 'GET /home', from: 0, to: 820, budget: 800, ops, ...more } } };
}

const four = ['user', 'cart', 'ads', 'news'].map((name, i) =>
  call({ host: `${name}.example:443`, from: i * 200, to: i * 200 + 200, usual: [195, 220] }),
);

describe('serial-calls', () => {
  it('counts what all at once would save, and says what it assumes', () => {
    const verdict = verdictOf(ran(four));
    assert.equal(verdict.cause, 'serial-calls');
    assert.equal(verdict.top?.explained, msToNs(600));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /home' });
    assert.equal(
      verdict.top?.summary,
      'GET /home made 4 calls to 4 hosts one after another, 800 ms of 820 ms together, none longer than 200 ms: if they are independent, all at once would take about 200 ms.',
    );
    assert.ok(verdict.top?.evidence.some((item) => item.kind === 'independence-assumed'));
  });

  it('counts a query between two calls', () => {
    const verdict = verdictOf(
      ran([
        call({ host: 'a.example:443', from: 0, to: 270, usual: [260, 300] }),
        query({ sql: 'SELECT a FROM x', from: 270, to: 540, usual: [260, 300] }),
        call({ host: 'b.example:443', from: 540, to: 810, usual: [260, 300] }),
      ]),
    );
    assert.equal(verdict.cause, 'serial-calls');
    assert.equal(verdict.top?.explained, msToNs(540));
  });

  it('is ruled out for two calls, and for calls that ran at once', () => {
    const two = [call({ from: 0, to: 400, usual: [390, 420] }), call({ from: 400, to: 810, usual: [390, 420] })];
    const finding = findingOf(verdictOf(ran(two)), 'serial-calls');
    assert.equal(finding.kind === 'ruled-out' && finding.why, '2 outgoing calls in a row: under 3');
    const atOnce = [0, 1, 2].map((i) => call({ from: i, to: 800 + i, usual: [790, 850] }));
    assert.equal(findingOf(verdictOf(ran(atOnce)), 'serial-calls').kind, 'ruled-out');
  });

  it('leaves out calls that a redirect led to: they had to wait for it', () => {
    const hops = [0, 1, 2, 3].map((i) =>
      call({ path: `/r/${i}`, from: i * 200, to: i * 200 + 200, status: i === 3 ? 200 : 302 }),
    );
    const verdict = verdictOf(ran(hops));
    assert.equal(findingOf(verdict, 'serial-calls').kind, 'ruled-out');
    assert.equal(verdict.cause, 'upstream-slow');
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example:443' });
  });

  it('is ruled out when one call is the story', () => {
    const ops = [
      call({ from: 0, to: 60, usual: [55, 70] }),
      call({ host: 'slow.example:443', from: 60, to: 750, usual: [60, 80] }),
      call({ from: 750, to: 810, usual: [55, 70] }),
    ];
    const verdict = verdictOf(ran(ops));
    assert.equal(verdict.cause, 'upstream-slow');
    const finding = findingOf(verdict, 'serial-calls');
    assert.match(finding.kind === 'ruled-out' ? finding.why : '', /630 ms of it beyond what these calls usually take/);
  });

  it('stands when a few of many calls were outliers', () => {
    // 40 calls of 20 ms, one of 68: on a busy machine there is always one.
    const ops = Array.from({ length: 40 }, (_, i) => call({ from: i * 20, to: i * 20 + 20, usual: [18, 25] }));
    const verdict = verdictOf(ran([...ops.slice(1), call({ from: 800, to: 868, usual: [18, 25] })]));
    assert.equal(verdict.cause, 'serial-calls');
  });

  it('is ruled out when the route makes these calls every day and something else was slow', () => {
    const calls = [0, 1, 2, 3].map((i) => call({ from: i * 50, to: i * 50 + 50, usual: [48, 60] }));
    const slow = query({ sql: 'SELECT a FROM x', from: 200, to: 815, usual: [5, 9] });
    const verdict = verdictOf(ran([...calls, slow], { usual: [210, 260] }));
    assert.equal(verdict.cause, 'db-query-slow');
    assert.equal(findingOf(verdict, 'serial-calls').kind, 'ruled-out');
  });

  it('is unknown when calls are not watched', () => {
    assert.equal(findingOf(verdictOf({ ...ran(four), without: ['http-client'] }), 'serial-calls').kind, 'unknown');
  });
});
