import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import knex, { type Knex } from 'knex';
import { setUpPostgres } from '../testing/postgres.ts';

const { kit, server } = setUpPostgres();

function open(test: { after: (fn: () => Promise<void>) => void }, pool: Knex.PoolConfig): Knex {
  const db = knex({ client: 'pg', connection: server.url, pool });
  test.after(() => db.destroy());
  return db;
}

describe('knex', () => {
  it('records the wait for a connection of its pool and who holds it', async (test) => {
    const db = open(test, { min: 0, max: 1 });
    const hold = async () => {
      await db.raw('select pg_sleep(0.3)');
    };
    const holding = kit.record(hold, '/holder');
    while (kit.flight.openHolds.size === 0) await sleep(5);
    const waiter = kit.begin('/waiter');
    const waiting = kit.context.run(waiter, async () => {
      await db.raw('select 1');
    });
    await sleep(20);
    const meanwhile = kit.cut(waiter).op('pool-wait');
    const { recording } = kit.cut(waiter);
    const { name } = recording.resources.get(meanwhile.detail.pool) ?? {};
    assert.equal(name, `pg pool 127.0.0.1:${server.port}/shop`);
    assert.deepEqual([meanwhile.account, meanwhile.end], ['db.pool-queue', undefined]);
    assert.deepEqual([meanwhile.detail.max, meanwhile.detail.total, meanwhile.detail.idle], [1, 1, 0]);
    const held = recording.holds.find(({ end }) => end === undefined);
    assert.equal(held?.holder.route, 'GET /holder');
    await Promise.all([holding, waiting]);
    const done = kit.cut(waiter);
    kit.flight.finish(waiter, performance.now());
    const [wait, query] = [done.op('pool-wait'), done.op('db-query')];
    assert.ok(wait.end !== undefined && wait.end <= query.start);
    assert.equal(wait.detail.unit, query.detail.connection);
    assert.equal(done.recording.holds.filter(({ end }) => end === undefined).length, 0, 'given back');
  });

  it('makes the connection it opens part of the wait', async (test) => {
    const db = open(test, { min: 0, max: 2 });
    const recorded = await kit.record(async () => {
      await db.raw('select 1');
    });
    const wait = recorded.op('pool-wait');
    assert.equal(wait.account, 'db.connect');
    assert.equal(recorded.request.outcome, 'ok');
  });

  it('holds a connection for a whole transaction, and names a checkout that timed out', async (test) => {
    const db = open(test, { min: 0, max: 1, acquireTimeoutMillis: 600 });
    await db.transaction(async (trx) => {
      await trx.raw('select 1');
      const recorded = await kit.record(() => assert.rejects(Promise.resolve(db.raw('select 2')), /Timeout acquiring/));
      const wait = recorded.op('pool-wait');
      assert.ok(wait.failure !== undefined && wait.end !== undefined);
      assert.ok(recorded.recording.holds.some(({ holder, end }) => holder.route === 'background' && !end));
    });
  });
});
