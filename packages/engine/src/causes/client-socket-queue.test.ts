import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, poolWait } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** One socket to the host; the export uses it until 700 ms. */
const queued: RecordingDraft = {
  now: 810,
  requests: {
    late: {
      route: 'GET /price',
      from: 0,
      to: 810,
      budget: 800,
      ops: [call({ from: 10, to: 805, socketLimit: 1, phases: { 'http.socket-queue': [10, 700] }, usual: [100, 130] })],
    },
    export: { route: 'GET /export', from: 0, to: 705, ops: [call({ path: '/all', from: 0, to: 700 })] },
  },
};

describe('client-socket-queue', () => {
  it('names the host, and who used the sockets', () => {
    const verdict = verdictOf(queued);
    assert.equal(verdict.cause, 'client-socket-queue');
    assert.equal(verdict.top?.explained, msToNs(690));
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example:443' });
    assert.equal(
      verdict.top?.summary,
      "GET /price waited 690 ms of 810 ms for a free socket to api.example:443: the client's limit of 1 was in use, mostly by GET /export.",
    );
    assert.deepEqual(
      verdict.top?.chain.map((link) => [link.kind, link.route ?? link.resource]),
      [
        ['wait', 'sockets to api.example:443'],
        ['holder', 'GET /export'],
        ['outside', 'api.example:443'],
      ],
    );
  });

  it('does not count calls that queue themselves or go elsewhere as users', () => {
    const { late } = queued.requests;
    const waiting = call({ from: 5, to: 810, phases: { 'http.socket-queue': [5, 800] } });
    const elsewhere = call({ host: 'other.example:443', from: 0, to: 805 });
    const verdict = verdictOf({
      ...queued,
      requests: { late, waiter: { from: 0, to: 810, ops: [waiting] }, other: { from: 0, to: 810, ops: [elsewhere] } },
    });
    assert.equal(verdict.cause, 'client-socket-queue');
    assert.ok(verdict.top?.evidence.some((item) => item.kind === 'holders-unknown'));
  });

  it('is unknown when neither a limit nor a user of the sockets is known', () => {
    const ops = [call({ from: 10, to: 805, phases: { 'http.socket-queue': [10, 700] } })];
    const verdict = verdictOf({ ...queued, requests: { late: { ...queued.requests.late, ops } } });
    assert.deepEqual(findingOf(verdict, 'client-socket-queue'), {
      kind: 'unknown',
      cause: 'client-socket-queue',
      missing: ['who used the sockets to api.example:443'],
    });
  });

  it('is found through the holder of a pool', () => {
    const verdict = verdictOf({
      ...queued,
      requests: {
        late: { route: 'GET /stock', from: 0, to: 810, budget: 800, ops: [poolWait({ from: 5, to: 720 })] },
        report: { ...queued.requests.late, route: 'POST /report' },
        export: queued.requests.export ?? { from: 0 },
      },
      holds: [{ unit: 'c1', by: 'report', from: 5, to: 720 }],
    });
    assert.equal(verdict.cause, 'client-socket-queue');
    assert.equal(verdict.top?.depth, 1);
  });

  it('is ruled out when a socket was free', () => {
    const ops = [call({ from: 10, to: 805, phases: { 'http.socket-queue': [10, 11] } })];
    const verdict = verdictOf({ ...queued, requests: { late: { ...queued.requests.late, ops } } });
    const finding = findingOf(verdict, 'client-socket-queue');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'queueing for a client socket took 1 ms of 810 ms');
  });

  it('is unknown when calls are not watched', () => {
    assert.equal(findingOf(verdictOf({ ...queued, without: ['http-client'] }), 'client-socket-queue').kind, 'unknown');
  });
});
