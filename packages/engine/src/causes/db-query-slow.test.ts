import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { type OpDraft, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

function ran(...ops: readonly OpDraft[]): RecordingDraft {
  return { now: 820, requests: { late: { route: 'GET /search', from: 0, to: 820, budget: 800, ops } } };
}

const SEARCH = 'SELECT * FROM product WHERE name LIKE ?';

describe('db-query-slow', () => {
  it('names the statement and counts what is beyond its usual time', () => {
    const verdict = verdictOf(ran(query({ sql: SEARCH, from: 10, to: 810, usual: [20, 30] })));
    assert.equal(verdict.cause, 'db-query-slow');
    assert.equal(verdict.top?.explained, msToNs(780));
    assert.deepEqual(verdict.top?.culprit, { kind: 'statement', name: SEARCH });
    assert.equal(verdict.top?.summary, `GET /search waited 800 ms of 820 ms for ${SEARCH}, usually 20 ms.`);
    assert.ok(verdict.top?.evidence.some(({ kind }) => kind === 'table-lock-not-excluded'));
    assert.equal(findingOf(verdict, 'db-lock-wait').kind, 'unknown', 'DDL of another process is not seen from here');
  });

  it('cannot be told from a machine without a processor to spare, where the database is on it', () => {
    const cpu = [0, 820].map((at) => ({ at, used: at / 20, queued: at / 2 }));
    const statement = { sql: SEARCH, from: 10, to: 810, usual: [90, 110] } as const;
    const onIt = ran(query({ ...statement, database: '127.0.0.1:5432/shop' }));
    const finding = findingOf(verdictOf({ ...onIt, cpu }), 'db-query-slow');
    assert.match(finding.kind === 'unknown' ? (finding.missing[0] ?? '') : '', /^who else used the machine: 127/);
    assert.equal(verdictOf({ ...ran(query(statement)), cpu }).cause, 'db-query-slow');
  });

  it('is ruled out when the statement always takes as long', () => {
    const verdict = verdictOf(ran(query({ sql: SEARCH, from: 10, to: 810, usual: [780, 900] })));
    assert.equal(verdict.cause, 'undetermined');
    const finding = findingOf(verdict, 'db-query-slow');
    assert.match(
      finding.kind === 'ruled-out' ? finding.why : '',
      /800 ms of 820 ms, the longest 800 ms, usually 780 ms/,
    );
  });

  it('does not exclude a lock when a locking statement is slow and no holder is seen', () => {
    const sql = 'UPDATE stock SET qty = ? WHERE id = ?';
    const verdict = verdictOf(ran(query({ sql, from: 10, to: 810, usual: [2, 4] })));
    assert.equal(verdict.cause, 'db-query-slow');
    assert.match(verdict.top?.summary ?? '', /a lock held by someone outside this process is not excluded\.$/);
    assert.deepEqual(findingOf(verdict, 'db-lock-wait'), {
      kind: 'unknown',
      cause: 'db-lock-wait',
      missing: ["the database server's view (pg_blocking_pids)"],
    });
  });

  it('does not say whose the time was where the loop was busy with what nobody knows nearly throughout', () => {
    // late |------------ SELECT ------------|
    // loop  ##### ##### ##### ##### #####     9 ms of each 10: rows that come and are taken apart
    const busy = Array.from({ length: 78 }, (_, i) => ({ from: 20 + i * 10, to: 29 + i * 10 }));
    const draft = ran(query({ sql: SEARCH, from: 10, to: 810, usual: [20, 30] }));
    const verdict = verdictOf({ ...draft, busy });
    assert.equal(verdict.cause, 'undetermined');
    const finding = findingOf(verdict, 'db-query-slow');
    assert.match(finding.kind === 'unknown' ? finding.missing.join() : '', /^how much of SELECT .* was the server's/);
    const others = verdictOf({ ...draft, busy: busy.map((run) => ({ ...run, by: { route: 'GET /other' } })) });
    assert.equal(others.cause, 'db-query-slow');
  });

  it('sends to what the server at hand understands', () => {
    const slow = (system: 'mysql' | 'mongodb') =>
      verdictOf(ran(query({ sql: 'UPDATE stock', from: 10, to: 810, usual: [2, 4], system })));
    assert.match(slow('mysql').top?.fix ?? '', /EXPLAIN ANALYZE .*sys\.innodb_lock_waits/);
    assert.match(slow('mongodb').top?.fix ?? '', /explain\("executionStats"\).*db\.currentOp/);
    for (const system of ['mysql', 'mongodb'] as const) {
      assert.doesNotMatch(JSON.stringify(slow(system)), /pg_blocking_pids/);
    }
  });

  it('blames the database when unrelated statements were slow at once', () => {
    const slow = ['SELECT a FROM x', 'SELECT b FROM y', 'SELECT c FROM z'].map((sql, i) =>
      query({ sql, from: 10 + i * 260, to: 270 + i * 260, usual: [5, 8] }),
    );
    const verdict = verdictOf(ran(...slow));
    assert.equal(verdict.cause, 'db-query-slow');
    assert.equal(verdict.top?.explained, msToNs(3 * 255));
    assert.deepEqual(verdict.top?.culprit, { kind: 'resource', name: 'db:5432/shop' });
  });

  it('counts many small statements that were each slower than usual', () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      query({ sql: 'SELECT a FROM x WHERE id = ?', from: i * 8, to: i * 8 + 8, usual: [1, 2] }),
    );
    const verdict = verdictOf(ran(...many));
    assert.equal(verdict.cause, 'db-query-slow');
    assert.equal(verdict.top?.explained, msToNs(700));
    const perRow = findingOf(verdict, 'query-per-row');
    assert.match(perRow.kind === 'ruled-out' ? perRow.why : '', /beyond what they usually take: see db-query-slow/);
  });

  it('is unknown without the database client', () => {
    const draft = ran(query({ sql: SEARCH, from: 10, to: 810 }));
    assert.equal(findingOf(verdictOf({ ...draft, without: ['db-client'] }), 'db-query-slow').kind, 'unknown');
  });

  it('names the statement that had the connection others queued for', () => {
    // report  |-- SELECT … FROM totals ------------|
    // late       |..queue.........................|SELECT|
    const verdict = verdictOf({
      now: 800,
      requests: {
        late: {
          route: 'GET /items/:id',
          from: 0,
          to: 710,
          budget: 600,
          ops: [
            query({
              sql: 'SELECT * FROM items WHERE id = ?',
              from: 5,
              to: 705,
              usual: [2, 4],
              phases: { 'db.client-queue': [5, 700] },
            }),
          ],
        },
        report: {
          route: 'GET /report',
          from: 0,
          to: 702,
          ops: [query({ sql: 'SELECT sum FROM totals', from: 1, to: 700 })],
        },
      },
    });
    assert.equal(verdict.cause, 'db-query-slow');
    assert.deepEqual(verdict.top?.culprit, { kind: 'statement', name: 'SELECT sum FROM totals' });
    assert.equal(
      verdict.top?.summary,
      'GET /items/:id waited 695 ms of 710 ms in the queue of one connection to db:5432/shop, behind SELECT sum FROM totals, that of GET /report.',
    );
  });

  it('names background work that had the connection, also behind others that queued for it', () => {
    // background  redis BLPOP |----------------------------| known only from what stood behind it
    // first          |..queue...........................|GET|
    // late                 |..queue.....................|GET|
    const get = (from: number, queue: number, ahead?: { name: string; from: number; to?: number }) =>
      query({
        sql: 'redis GET',
        system: 'redis',
        from,
        to: 705,
        usual: [1, 2],
        phases: { 'db.client-queue': [from, queue] },
        ...(ahead === undefined ? {} : { ahead }),
      });
    const verdict = verdictOf({
      now: 800,
      requests: {
        late: { route: 'GET /session/:id', from: 50, to: 710, budget: 600, ops: [get(55, 703)] },
        first: {
          route: 'GET /cart/:id',
          from: 0,
          to: 706,
          ops: [get(5, 700, { name: 'redis BLPOP', from: -1_000, to: 700 })],
        },
      },
    });
    assert.equal(verdict.cause, 'db-query-slow');
    assert.deepEqual(verdict.top?.culprit, { kind: 'statement', name: 'redis BLPOP' });
    assert.match(verdict.top?.summary ?? '', /behind redis BLPOP, that of background work\.$/);
  });

  it('sends nobody to EXPLAIN for a command of Redis', () => {
    const verdict = verdictOf(ran(query({ sql: 'redis GET', system: 'redis', from: 10, to: 810, usual: [1, 2] })));
    assert.equal(verdict.cause, 'db-query-slow');
    assert.match(verdict.top?.fix ?? '', /SLOWLOG/);
    assert.ok(verdict.top?.evidence.every(({ text }) => !text.includes('DDL')));
  });
});
