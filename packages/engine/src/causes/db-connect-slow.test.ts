import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { dbConnect, poolWait, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** A pool below its limit opens a connection; the server lets it in at 700 ms. */
const opening: RecordingDraft = {
  now: 820,
  pools: { shop: 4 },
  requests: {
    late: {
      route: 'GET /orders',
      from: 0,
      to: 815,
      budget: 800,
      ops: [
        dbConnect({ pool: 'shop', from: 5, to: 700, phases: { tcp: [5, 7] } }),
        query({ sql: 'SELECT 1', from: 702, to: 812, usual: [100, 120] }),
      ],
    },
  },
};

describe('db-connect-slow', () => {
  it('names the pool, and that the network was not it', () => {
    const verdict = verdictOf(opening);
    assert.equal(verdict.cause, 'db-connect-slow');
    assert.equal(verdict.top?.explained, msToNs(693));
    assert.deepEqual(verdict.top?.culprit, { kind: 'resource', name: 'pg pool shop' });
    assert.equal(
      verdict.top?.summary,
      'GET /orders spent 693 ms of 815 ms opening a connection to pg pool shop: connected, but not let in by the server.',
    );
    assert.ok(verdict.top?.evidence.some(({ text }) => text === 'lookup, TCP and TLS took 2 ms of it'));
  });

  it('knows connections outside any pool, still open', () => {
    const ops = [dbConnect({ from: 5, phases: { tcp: [5, 6] } })];
    const verdict = verdictOf({ ...opening, requests: { late: { route: 'GET /orders', from: 0, budget: 800, ops } } });
    assert.equal(verdict.cause, 'db-connect-slow');
    assert.deepEqual(verdict.top?.culprit, { kind: 'resource', name: 'db:5432/shop' });
    assert.match(verdict.top?.summary ?? '', /not complete so far/);
  });

  it('is found behind a pool that is full of connections being opened', () => {
    // other |== opens a connection, the only one ==|= statement =|
    // late  |.......... waits for one ........................|
    const verdict = verdictOf({
      ...opening,
      pools: { shop: 1 },
      requests: {
        late: { route: 'GET /orders', from: 0, to: 815, budget: 800, ops: [poolWait({ from: 5, to: 720, max: 1 })] },
        other: {
          route: 'GET /price',
          from: 0,
          to: 730,
          ops: [dbConnect({ pool: 'shop', from: 1, to: 690 }), query({ sql: 'SELECT 1', from: 691, to: 719 })],
        },
      },
      holds: [
        { unit: 'opening', by: 'other', from: 1, to: 690 },
        { unit: 'c1', by: 'other', from: 690, to: 719 },
      ],
    });
    assert.equal(verdict.cause, 'db-connect-slow');
    assert.equal(verdict.top?.depth, 1);
  });

  it('takes a request that opens one and waits for another not for stuck', () => {
    const ops = [dbConnect({ pool: 'shop', from: 1, to: 700 }), poolWait({ from: 2, to: 710, max: 1 })];
    const verdict = verdictOf({
      ...opening,
      requests: { late: { route: 'GET /orders', from: 0, to: 815, budget: 800, ops } },
      holds: [
        { unit: 'opening', by: 'late', from: 1, to: 700 },
        { unit: 'c1', by: 'late', from: 700, to: 709 },
      ],
    });
    assert.notEqual(verdict.cause, 'db-pool-self-deadlock');
    assert.notEqual(verdict.cause, 'db-connection-leak');
  });

  it('is ruled out when the server let it in at once', () => {
    const ops = [dbConnect({ pool: 'shop', from: 5, to: 12 })];
    const verdict = verdictOf({ ...opening, requests: { late: { ...opening.requests.late, ops } } });
    const finding = findingOf(verdict, 'db-connect-slow');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'opening database connections took 7 ms of 815 ms');
  });

  it('is unknown when the driver is not watched', () => {
    assert.equal(findingOf(verdictOf({ ...opening, without: ['db-client'] }), 'db-connect-slow').kind, 'unknown');
  });

  it('knows a command that its client kept back until the connection was ready', () => {
    const kept = query({ sql: 'redis GET', system: 'redis', from: 5, to: 812, phases: { 'db.connect': [5, 810] } });
    const verdict = verdictOf({
      now: 820,
      requests: { late: { route: 'GET /cart', from: 0, to: 815, budget: 800, ops: [kept] } },
    });
    assert.equal(verdict.cause, 'db-connect-slow');
    assert.equal(
      verdict.top?.summary,
      'GET /cart waited 805 ms of 815 ms for the connection to db:5432/shop, which was not ready: the client kept redis GET back.',
    );
  });
});
