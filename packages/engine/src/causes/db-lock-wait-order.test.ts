import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { query } from '../testing/ops-of.ts';
import { findingOf, verdictOf } from '../testing/recording-of.ts';
import { blocked, holding, UPDATE } from '../testing/row-lock.ts';

describe('db-lock-wait: statements that queue on their own connection', () => {
  it('blames no statement that was still queued on its own connection when the wait began', () => {
    // job    c2 |SELECT … audit -------------------->   answers one statement after another
    // job    c2   |. LOCK TABLE stock, unsent ...... >
    // late   c1     |-- UPDATE stock --------------- >
    const unsent = (queue: readonly [number, number?]) =>
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
            ops: [
              query({ sql: 'SELECT * FROM audit', from: 1, on: 'c2' }),
              query({
                sql: 'LOCK TABLE stock',
                from: 5,
                locking: true,
                on: 'c2',
                phases: { 'db.client-queue': queue },
              }),
            ],
          },
        },
      });
    assert.equal(findingOf(unsent([5]), 'db-lock-wait').kind, 'unknown');
    assert.equal(findingOf(unsent([5, 300]), 'db-lock-wait').kind, 'unknown');
    assert.equal(unsent([5, 8]).cause, 'db-lock-wait', 'sent before it: it stands before it');
  });

  it('blames no transaction whose statement was sent after the wait began', () => {
    // holder c2 |B|.. UPDATE queued ..|U|-- call ------|com|
    // late   c1    |-- UPDATE stock … id 7 ---------------|
    const late = blocked({}, holding({ to: 305, phases: { 'db.client-queue': [2, 300] } }));
    assert.equal(findingOf(verdictOf(late), 'db-lock-wait').kind, 'unknown');
  });

  it('blames no transaction whose commit still queued on its connection as the statement went on', () => {
    const [begin, update, rest] = holding();
    const commit = query({
      sql: 'COMMIT',
      from: 700,
      to: 764,
      on: 'c2',
      transaction: 't2',
      phases: { 'db.client-queue': [700, 760] },
    });
    const ops = [begin, update, rest, commit].flatMap((op) => op ?? []);
    assert.equal(findingOf(verdictOf(blocked({}, ops)), 'db-lock-wait').kind, 'unknown');
  });
});
