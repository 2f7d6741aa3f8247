import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, query } from '../testing/ops-of.ts';
import { findingOf, verdictOf } from '../testing/recording-of.ts';
import { blocked, holding, UPDATE } from '../testing/row-lock.ts';

describe("db-lock-wait: locks of tables, and a session's own", () => {
  it('rules itself out for a plain SELECT, but not behind a table lock', () => {
    const select = { sql: 'SELECT qty FROM stock WHERE id = ?' };
    const slowAsEver = { ...select, usual: [600, 700] as [number, number] };
    assert.equal(findingOf(verdictOf(blocked(slowAsEver, holding())), 'db-lock-wait').kind, 'ruled-out');
    assert.equal(findingOf(verdictOf(blocked(select, holding())), 'db-lock-wait').kind, 'unknown');
    const ddl = holding({ sql: 'ALTER TABLE stock ADD COLUMN note text', locking: true, keys: [] });
    assert.equal(verdictOf(blocked(select, ddl)).cause, 'db-lock-wait');
  });

  it('is certain where table locks conflict, whatever is known of usual times', () => {
    // job   |LOCK|------------------------------>
    // late       |-- UPDATE stock --------------->
    const jobHolds = (sql: string) =>
      verdictOf({
        now: 800,
        requests: {
          late: {
            route: 'POST /buy',
            from: 0,
            budget: 700,
            ops: [query({ sql: UPDATE, from: 10, keys: [7], on: 'c1' })],
          },
          job: {
            route: 'background',
            from: 0,
            ops: [query({ sql, from: 2, to: 5, locking: true, on: 'c2', transaction: 't2' })],
          },
        },
      });
    const exclusive = jobHolds('LOCK TABLE public.stock IN SHARE ROW EXCLUSIVE MODE');
    assert.equal(exclusive.cause, 'db-lock-wait');
    assert.match(exclusive.top?.summary ?? '', /, held by background/);
    const harmless = jobHolds('LOCK TABLE stock IN SHARE UPDATE EXCLUSIVE MODE');
    assert.notEqual(harmless.cause, 'db-lock-wait');
  });

  it('finds whom a DDL waits for that reads wait behind', () => {
    // export  |SELECT|---- pause ---------------->
    // job        |-- ALTER TABLE stock ---------->   waits for the export's transaction, which only reads
    // late          |-- SELECT … stock ---------->   waits behind the ALTER
    const select = 'SELECT qty FROM stock WHERE id = ?';
    const verdict = verdictOf({
      now: 800,
      requests: {
        late: {
          route: 'GET /stock',
          from: 0,
          budget: 700,
          ops: [query({ sql: select, from: 10, keys: [7], on: 'c1' })],
        },
        job: {
          route: 'background',
          from: 5,
          ops: [query({ sql: 'ALTER TABLE stock ADD note text', from: 5, on: 'c2', locking: true })],
        },
        export: {
          route: 'GET /export',
          from: 0,
          ops: [query({ sql: 'SELECT * FROM stock', from: 1, to: 3, on: 'c3', transaction: 't3' })],
        },
      },
    });
    assert.equal(verdict.cause, 'db-lock-wait');
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /export' });
  });

  it('follows an advisory lock of a session to its unlocking', () => {
    const locks = (sql: string) => `SELECT pg_advisory_${sql}(?) FROM pg_advisory_lock`;
    const settle = (key: number, unlock: { from: number; to?: number }) => [
      query({ sql: locks('lock'), from: 1, to: 3, keys: [key], on: 'c2', locking: true }),
      call({ host: 'rates.example:443', from: 5, to: unlock.from }),
      query({ sql: locks('unlock'), ...unlock, keys: [key], on: 'c2', locking: true }),
    ];
    const waiting = { sql: locks('lock'), locking: true, usual: [1, 2] as [number, number] };
    const held = verdictOf(blocked(waiting, settle(7, { from: 705, to: 708 })));
    assert.equal(held.cause, 'db-lock-wait');
    assert.match(held.top?.summary ?? '', /held by POST \/reprice \(before it unlocked, waiting/);
    assert.notEqual(verdictOf(blocked(waiting, settle(8, { from: 705, to: 708 }))).cause, 'db-lock-wait');
    assert.notEqual(verdictOf(blocked(waiting, settle(7, { from: 300, to: 303 }))).cause, 'db-lock-wait');
  });
});
