import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, type OpDraft, poolWait, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

const ITEM = 'SELECT * FROM item WHERE order_id = ?';

function rows(count: number, each: number, from = 0): OpDraft[] {
  return Array.from({ length: count }, (_, i) =>
    query({ sql: ITEM, from: from + i * each, to: from + (i + 1) * each, usual: [each, each * 1.2] }),
  );
}

function ran(ops: readonly OpDraft[], more: Partial<RequestDraft> = {}): RecordingDraft {
  return { now: 820, requests: { late: { route: 'GET /orders', from: 0, to: 820, budget: 800, ops, ...more } } };
}

describe('query-per-row', () => {
  it('names the shape that ran once per row', () => {
    const verdict = verdictOf(ran(rows(200, 4)));
    assert.equal(verdict.cause, 'query-per-row');
    assert.equal(verdict.top?.explained, msToNs(796));
    assert.deepEqual(verdict.top?.culprit, { kind: 'statement', name: ITEM });
    assert.equal(
      verdict.top?.summary,
      `GET /orders ran ${ITEM} 200 times in a row, 800 ms of 820 ms together and 4 ms each: one statement for all rows would do.`,
    );
  });

  it('counts taking a connection for each statement', () => {
    // |p|qqq|p|qqq| … 160 times
    const ops = Array.from({ length: 160 }, (_, i) => [
      poolWait({ from: i * 5, to: i * 5 + 1, max: 4 }),
      query({ sql: ITEM, from: i * 5 + 1, to: i * 5 + 5, usual: [4, 5] }),
    ]).flat();
    const verdict = verdictOf(ran(ops));
    assert.equal(verdict.cause, 'query-per-row');
    // 160 statements and the 159 waits between them, less one statement.
    assert.equal(verdict.top?.explained, msToNs(160 * 4 + 159 - 4));
  });

  it('counts the short work between the statements, which is what an ORM makes of them', () => {
    // |qqq|wwww|qqq|wwww| … 100 times
    const ops = Array.from({ length: 100 }, (_, i) => query({ sql: ITEM, from: i * 8, to: i * 8 + 3, usual: [3, 4] }));
    const busy = ops.map((_, i) => ({ from: i * 8 + 3, to: i * 8 + 7.5, by: 'late' }));
    const verdict = verdictOf({ ...ran(ops), busy });
    assert.equal(verdict.cause, 'query-per-row');
    // No more work than the statements took, less one statement.
    assert.equal(verdict.top?.explained, msToNs(300 + 300 - 3));
  });

  it('leaves long work on each row to the event loop', () => {
    // |q|wwwwwwww|q|wwwwwwww| … 80 times
    const ops = Array.from({ length: 80 }, (_, i) => query({ sql: ITEM, from: i * 10, to: i * 10 + 1, usual: [1, 2] }));
    const busy = ops.map((_, i) => ({ from: i * 10 + 1, to: i * 10 + 9.5, by: 'late' }));
    const verdict = verdictOf({ ...ran(ops), busy });
    assert.equal(verdict.cause, 'loop-saturated');
  });

  it('sees the row through the queue of one connection', () => {
    // All sent at once on c1: each waits there for those before it.
    const ops = Array.from({ length: 100 }, (_, i) =>
      query({
        sql: ITEM,
        from: 0,
        to: (i + 1) * 8,
        phases: { 'db.client-queue': [0, i * 8], 'db.query': [i * 8, (i + 1) * 8] },
      }),
    );
    const verdict = verdictOf(ran(ops));
    assert.equal(verdict.cause, 'query-per-row');
    assert.equal(verdict.top?.explained, msToNs(99 * 8));
  });

  it('counts no batches of a cursor: that is one statement for all rows', () => {
    const batches = Array.from({ length: 200 }, (_, i) =>
      query({ sql: `FETCH more of ${ITEM}`, from: i * 4, to: (i + 1) * 4, usual: [4, 5] }),
    );
    assert.equal(findingOf(verdictOf(ran(batches)), 'query-per-row').kind, 'ruled-out');
  });

  it('is ruled out for nine statements', () => {
    const finding = findingOf(verdictOf(ran(rows(9, 80))), 'query-per-row');
    assert.deepEqual(finding, {
      kind: 'ruled-out',
      cause: 'query-per-row',
      why: '9 statements of one shape in a row at most: under 10',
    });
  });

  it('is ruled out when the row fits into what the route usually takes and something else was slow', () => {
    const ops = [...rows(50, 4), call({ from: 200, to: 820, usual: [20, 30] })];
    const verdict = verdictOf(ran(ops, { usual: [230, 300] }));
    assert.equal(verdict.cause, 'upstream-slow');
    assert.equal(findingOf(verdict, 'query-per-row').kind, 'ruled-out');
  });

  it('counts what more rows than usual took', () => {
    const verdict = verdictOf(ran(rows(200, 4), { usual: [100, 300] }));
    assert.equal(verdict.cause, 'query-per-row');
    assert.equal(verdict.top?.explained, msToNs(700));
  });

  it('cannot tell while statements are long and nothing is known of earlier ones', () => {
    const ops = Array.from({ length: 10 }, (_, i) => query({ sql: ITEM, from: i * 80, to: i * 80 + 80 }));
    assert.deepEqual(findingOf(verdictOf(ran(ops)), 'query-per-row'), {
      kind: 'unknown',
      cause: 'query-per-row',
      missing: [`the usual time of ${ITEM}`],
    });
  });

  it('is unknown without the database client', () => {
    assert.equal(
      findingOf(verdictOf({ ...ran(rows(200, 4)), without: ['db-client'] }), 'query-per-row').kind,
      'unknown',
    );
  });
});
