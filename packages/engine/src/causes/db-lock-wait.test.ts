import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { pause, poolWait, type QueryOptions, query } from '../testing/ops-of.ts';
import { findingOf, verdictOf } from '../testing/recording-of.ts';
import { blocked, holding, UPDATE } from '../testing/row-lock.ts';

describe('db-lock-wait', () => {
  it('names the route whose transaction held the row, and what it did meanwhile', () => {
    // late    |-- UPDATE stock … id 7 ------------------|
    // holder |U|------ call to rates.example -----|com|
    const verdict = verdictOf(blocked({}, holding()));
    assert.equal(verdict.cause, 'db-lock-wait');
    assert.equal(verdict.top?.explained, msToNs(698));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /reprice' });
    assert.equal(
      verdict.top?.summary,
      `POST /buy waited 698 ms of 803 ms for a lock that ${UPDATE} needs, held by POST /reprice (in a transaction, waiting 690 ms for GET https://rates.example:443/).`,
    );
    assert.deepEqual(
      verdict.top?.chain.map(({ kind, ns }) => ({ kind, ns })),
      [
        { kind: 'wait', ns: msToNs(700) },
        { kind: 'holder', ns: msToNs(694) },
        { kind: 'outside', ns: msToNs(690) },
      ],
    );
    const slow = findingOf(verdict, 'db-query-slow');
    assert.match(slow.kind === 'ruled-out' ? slow.why : '', /waiting for a lock: see db-lock-wait/);
  });

  it('names the holder, not another statement of the queue behind it', () => {
    // holder |U|------ call to rates.example -----|com|
    // late    |-- UPDATE stock … id 7 ------------------|
    // queue    |-- UPDATE stock … id 7 ------------------|  sent a moment later, and granted after the late one
    const draft = blocked({}, holding());
    const queued = query({ sql: UPDATE, from: 11, to: 712, keys: [7], on: 'c3', usual: [2, 4] });
    const verdict = verdictOf({
      ...draft,
      requests: { ...draft.requests, queue: { route: 'POST /buy', from: 0, to: 803, ops: [queued] } },
    });
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /reprice' });
  });

  it('finds the holder through a queue that went on slowly', () => {
    // holder |U|------ call to rates.example -----|com|
    // first    |-- UPDATE stock … id 7 ------------------|
    // late     |-- UPDATE stock … id 7 ---------------------------|  too long after the commit to have waited for it
    // last     |-- UPDATE stock … id 7 ----------------------------|
    const draft = blocked({ to: 738 }, holding());
    const queued = (to: number, on: string) => query({ sql: UPDATE, from: 11, to, keys: [7], on, usual: [2, 4] });
    const verdict = verdictOf({
      ...draft,
      requests: {
        ...draft.requests,
        first: { route: 'POST /buy', from: 0, to: 803, ops: [queued(720, 'c3')] },
        last: { route: 'POST /buy', from: 0, to: 803, ops: [queued(740, 'c4')] },
      },
    });
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /reprice' });
  });

  it('is found while both are still open', () => {
    const draft = blocked({}, []);
    const late = query({ sql: UPDATE, from: 10, keys: [7], on: 'c1', usual: [2, 4] });
    const verdict = verdictOf({
      now: 800,
      requests: {
        late: { ...draft.requests.late, from: 0, ops: [late], route: 'POST /buy' },
        holder: {
          route: 'POST /reprice',
          from: 0,
          ops: [
            query({ sql: UPDATE, from: 2, to: 5, keys: [7], on: 'c2', transaction: 't2' }),
            pause({ from: 5, to: 5_000 }),
          ],
        },
      },
    });
    assert.equal(verdict.cause, 'db-lock-wait');
    assert.match(verdict.top?.summary ?? '', /in a transaction, pausing 790 ms on a timer/);
  });

  it('does not blame a transaction on other rows', () => {
    const verdict = verdictOf(blocked({}, holding({ keys: [8] })));
    assert.equal(findingOf(verdict, 'db-lock-wait').kind, 'unknown');
    assert.equal(verdict.cause, 'db-query-slow');
  });

  it('does not blame a transaction on another table, one that ended long before, or one that began after', () => {
    const other = holding({ sql: 'UPDATE price SET net = ? WHERE id = ?' });
    assert.equal(findingOf(verdictOf(blocked({}, other)), 'db-lock-wait').kind, 'unknown');
    const early = holding({}, { from: 600, to: 604 });
    assert.equal(findingOf(verdictOf(blocked({}, early)), 'db-lock-wait').kind, 'unknown');
    const after = holding({ from: 100, to: 101, keys: [] });
    assert.equal(findingOf(verdictOf(blocked({}, after)), 'db-lock-wait').kind, 'unknown');
  });

  it('does not blame a transaction that was still open after the statement had its lock', () => {
    const open = holding({}, { from: 760, to: 764 });
    assert.equal(findingOf(verdictOf(blocked({}, open)), 'db-lock-wait').kind, 'unknown');
  });

  describe('by a foreign key', () => {
    const INSERT = 'INSERT INTO comment (article_id, body) VALUES (?, …)';
    const LOCKED = 'SELECT * FROM articles WHERE id = ? FOR UPDATE';
    const referring = { sql: INSERT, keys: [7, 99] };

    it('names whoever locks the row that an insert refers to', () => {
      const verdict = verdictOf(blocked(referring, holding({ sql: LOCKED })));
      assert.equal(verdict.cause, 'db-lock-wait');
      assert.match(verdict.top?.summary ?? '', /very probably held by POST \/reprice/);
      assert.ok(verdict.top?.evidence.some(({ kind, text }) => kind === 'same-reference' && text.includes('articles')));
    });

    it('names whoever inserted a row that refers to the one to be deleted', () => {
      const deleting = { sql: 'DELETE FROM articles WHERE id = ?', keys: [7] };
      const verdict = verdictOf(blocked(deleting, holding(referring)));
      assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /reprice' });
    });

    it('lets an insert pass an UPDATE of the parent in PostgreSQL, and not in MySQL', () => {
      const update = { sql: 'UPDATE articles SET title = ? WHERE id = ?', keys: [7] };
      const inPostgres = verdictOf(blocked(referring, holding(update)));
      assert.equal(findingOf(inPostgres, 'db-lock-wait').kind, 'unknown');
      const inMysql = verdictOf(blocked({ ...referring, system: 'mysql' }, holding({ ...update, system: 'mysql' })));
      assert.equal(inMysql.cause, 'db-lock-wait');
    });

    it('blames nobody on another row, of a table no column is called after, or where only some values are the same and no hand-over was seen', () => {
      const kindOf = (taking: Partial<QueryOptions>, late: Partial<QueryOptions> = {}) =>
        findingOf(verdictOf(blocked({ ...referring, ...late }, holding({ sql: LOCKED, ...taking }))), 'db-lock-wait')
          .kind;
      assert.equal(kindOf({ keys: [8] }), 'unknown');
      assert.equal(kindOf({ sql: 'SELECT * FROM users WHERE id = ? FOR UPDATE' }), 'unknown');
      assert.equal(kindOf({ keys: [7, 55] }, { to: 760 }), 'unknown');
    });
  });

  it('says "very probably" when only the table is known to be the same', () => {
    const verdict = verdictOf(blocked({ keys: [] }, holding({ keys: [] })));
    assert.equal(verdict.cause, 'db-lock-wait');
    assert.match(verdict.top?.summary ?? '', /very probably held by POST \/reprice/);
    assert.ok(verdict.top?.evidence.some((item) => item.kind === 'same-table'));
  });

  it('needs more than the same table while nothing has ended and nothing is known of usual times', () => {
    const late = query({ sql: UPDATE, from: 10, on: 'c1' });
    const taking = query({ sql: UPDATE, from: 2, to: 5, on: 'c2', transaction: 't2' });
    const verdict = verdictOf({
      now: 800,
      requests: {
        late: { route: 'POST /buy', from: 0, budget: 800, ops: [late] },
        holder: { route: 'POST /reprice', from: 0, ops: [taking] },
      },
    });
    assert.equal(findingOf(verdict, 'db-lock-wait').kind, 'unknown');
  });

  describe('where rows are named by different columns', () => {
    const byEmail = { sql: 'UPDATE stock SET plan = ? WHERE email = ?', keys: [99] };

    it('believes a hand-over', () => {
      const verdict = verdictOf(blocked({}, holding(byEmail)));
      assert.match(verdict.top?.summary ?? '', /very probably held by POST \/reprice/);
    });

    it('believes an unusual wait behind the only candidate, and nobody where there are two', () => {
      const late = {
        route: 'POST /buy',
        from: 0,
        budget: 800,
        ops: [query({ sql: UPDATE, from: 10, keys: [7], on: 'c1', usual: [2, 4] })],
      };
      const holding = (route: string, on: string, key: number) => ({
        route,
        from: 0,
        ops: [query({ ...byEmail, keys: [key], from: 2, to: 5, on, transaction: `t-${on}` })],
      });
      const holder = holding('POST /reprice', 'c2', 99);
      const one = verdictOf({ now: 803, requests: { late, holder } });
      assert.deepEqual(one.top?.culprit, { kind: 'route', name: 'POST /reprice' });
      const two = verdictOf({ now: 803, requests: { late, holder, other: holding('POST /rename', 'c3', 98) } });
      assert.equal(findingOf(two, 'db-lock-wait').kind, 'unknown');
      const slowToo = query({ sql: UPDATE, from: 200, keys: [8], on: 'c4', usual: [2, 4] });
      const fellow = { route: 'POST /buy', from: 190, ops: [slowToo] };
      const all = verdictOf({ now: 803, requests: { late, holder, fellow } });
      assert.equal(findingOf(all, 'db-lock-wait').kind, 'unknown', 'other rows are as slow');
      const quick = query({ sql: UPDATE, from: 300, to: 302, keys: [9], on: 'c6', usual: [2, 4] });
      const some = verdictOf({
        now: 803,
        requests: { late, holder, fellow, quick: { route: 'POST /buy', from: 290, to: 310, ops: [quick] } },
      });
      assert.equal(some.cause, 'db-lock-wait', 'only some rows are');
    });

    it('still takes different values of one column for different rows', () => {
      const same = { sql: 'UPDATE stock SET plan = ? WHERE stock.id = ? AND plan = ?', keys: [99] };
      assert.equal(findingOf(verdictOf(blocked({}, holding(same))), 'db-lock-wait').kind, 'unknown');
    });
  });

  it('is not misled by an equal quantity for another row, but believes a hand-over', () => {
    // UPDATE stock SET qty = 1 WHERE id = 7 waits; the other transaction set qty = 1 WHERE id = 8.
    const late = query({ sql: UPDATE, from: 10, keys: [1, 7], on: 'c1', usual: [2, 4] });
    const taking = query({ sql: UPDATE, from: 2, to: 5, keys: [1, 8], on: 'c2', transaction: 't2' });
    const open = verdictOf({
      now: 800,
      requests: {
        late: { route: 'POST /buy', from: 0, budget: 800, ops: [late] },
        holder: { route: 'POST /reprice', from: 0, ops: [taking] },
      },
    });
    assert.equal(findingOf(open, 'db-lock-wait').kind, 'unknown');
    const ended = verdictOf(blocked({ keys: [1, 7] }, holding({ keys: [1, 8] })));
    assert.equal(ended.cause, 'db-lock-wait');
    assert.match(ended.top?.summary ?? '', /very probably held by/);
  });

  it('shows a deadlock as a knot', () => {
    const verdict = verdictOf({
      now: 800,
      requests: {
        late: {
          route: 'POST /a',
          from: 0,
          budget: 800,
          ops: [
            query({ sql: UPDATE, from: 1, to: 3, keys: [1], on: 'c1', transaction: 't1' }),
            query({ sql: UPDATE, from: 6, keys: [2], on: 'c1', transaction: 't1', usual: [2, 4] }),
          ],
        },
        other: {
          route: 'POST /b',
          from: 0,
          ops: [
            query({ sql: UPDATE, from: 2, to: 4, keys: [2], on: 'c2', transaction: 't2' }),
            query({ sql: UPDATE, from: 9, keys: [1], on: 'c2', transaction: 't2' }),
          ],
        },
      },
    });
    assert.equal(verdict.cause, 'db-lock-wait');
    assert.match(verdict.top?.summary ?? '', /POST \/b holds it and waits for one this request holds/);
    assert.equal(verdict.top?.chain.at(-1)?.kind, 'cycle');
  });

  it('follows a queue of waiters to the one all wait for', () => {
    // late    UPDATE      |------------------------------|
    // second  UPDATE    |------------------------------|c|
    // holder  UPDATE |-|        pause               |c|
    const second = [
      query({ sql: UPDATE, from: 8, to: 703, keys: [7], on: 'c3', transaction: 't3' }),
      query({ sql: 'COMMIT', from: 703, to: 706, on: 'c3', transaction: 't3' }),
    ];
    const draft = blocked({}, holding());
    const verdict = verdictOf({
      ...draft,
      requests: { ...draft.requests, second: { route: 'POST /buy', from: 0, to: 710, ops: second } },
    });
    assert.equal(verdict.cause, 'db-lock-wait');
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /reprice' });
  });

  it('believes the server, without naming a holder', () => {
    const failure = { code: '55P03', message: 'canceling statement due to lock timeout', timeout: true };
    const verdict = verdictOf(blocked({ sqlState: '55P03', failure }, []));
    assert.equal(verdict.cause, 'db-lock-wait');
    assert.deepEqual(verdict.top?.culprit, { kind: 'statement', name: UPDATE });
    assert.match(verdict.top?.summary ?? '', /who held it, only the server can tell/);
  });

  it("believes MySQL's error of a lock", () => {
    const failure = { code: 'ER_LOCK_WAIT_TIMEOUT', message: 'Lock wait timeout exceeded', timeout: true };
    assert.equal(verdictOf(blocked({ system: 'mysql', failure }, [])).cause, 'db-lock-wait');
  });

  it('does not take a statement timeout for a lock', () => {
    const failure = { code: '57014', message: 'canceling statement due to statement timeout', timeout: true };
    assert.equal(findingOf(verdictOf(blocked({ sqlState: '57014', failure }, [])), 'db-lock-wait').kind, 'unknown');
  });

  it('is found through the holder of a pool', () => {
    const draft = blocked({}, holding());
    const verdict = verdictOf({
      ...draft,
      requests: {
        late: { route: 'GET /stock', from: 0, to: 803, budget: 800, ops: [poolWait({ from: 20, to: 712, max: 1 })] },
        buyer: { ...draft.requests.late, route: 'POST /buy', from: 0, to: 803 },
        holder: draft.requests.holder ?? { from: 0 },
      },
      holds: [{ unit: 'c1', by: 'buyer', from: 9, to: 712 }],
    });
    assert.equal(verdict.cause, 'db-lock-wait');
    assert.equal(verdict.top?.depth, 1);
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /reprice' });
    assert.deepEqual(
      verdict.top?.chain.map((link) => link.route ?? link.resource),
      ['pg pool shop', 'POST /buy', UPDATE, 'POST /reprice', undefined],
    );
  });

  it('blames no other writer of a MongoDB: where two meet the server tries again', () => {
    const write = { sql: 'update shop.stock', locking: true, system: 'mongodb' } as const;
    const taking = query({ ...write, from: 2, to: 705, on: 'c2' });
    const verdict = verdictOf(blocked({ ...write, from: 10, keys: [] }, [taking]));
    assert.equal(findingOf(verdict, 'db-lock-wait').kind, 'unknown');
  });

  it('is unknown without the database client', () => {
    assert.equal(findingOf(verdictOf({ ...blocked({}, []), without: ['db-client'] }), 'db-lock-wait').kind, 'unknown');
  });

  it('names no fellow of the same queue: who held the rows is not seen', () => {
    // elsewhere |-- holds the article that both comments refer to --|
    // first       |-- INSERT INTO comment …, article 4 --------------|
    // late              |-- INSERT INTO comment …, article 4 ---------|
    const INSERT = 'INSERT INTO comment VALUES (?, ?)';
    const verdict = verdictOf(
      blocked({ sql: INSERT, keys: [4, 9], from: 100 }, [
        query({ sql: INSERT, keys: [4, 9], from: 10, to: 708, on: 'c2', usual: [2, 4] }),
      ]),
    );
    assert.equal(verdict.cause, 'db-query-slow');
    assert.match(verdict.top?.summary ?? '', /a lock held by someone outside this process is not excluded/);
    assert.equal(findingOf(verdict, 'db-lock-wait').kind, 'unknown');
  });

  it('names a single statement that takes so long every day', () => {
    const first = query({ sql: UPDATE, keys: [7], from: 2, to: 708, on: 'c2', usual: [700, 720] });
    const verdict = verdictOf(blocked({}, [first]));
    assert.equal(verdict.cause, 'db-lock-wait');
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /reprice' });
  });

  it('does not take two inserts with one equal value for the same row, unless one went on as the other ended', () => {
    const INSERT = 'INSERT INTO orders VALUES (?, ?)';
    const insert = { sql: INSERT, keys: [1, 5] };
    const open = verdictOf(blocked({ ...insert, keys: [2, 5] }, holding(insert, { from: 760 })));
    assert.equal(open.cause, 'db-query-slow');
    const handedOver = verdictOf(blocked({ ...insert, keys: [2, 5] }, holding(insert)));
    assert.equal(handedOver.cause, 'db-lock-wait');
    assert.match(handedOver.top?.summary ?? '', /very probably held by POST \/reprice/);
  });
});
