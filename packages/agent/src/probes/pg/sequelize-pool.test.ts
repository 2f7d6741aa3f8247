import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setUpPostgres } from '../testing/postgres.ts';

const { kit, server } = setUpPostgres();

async function open(test: { after: (fn: () => Promise<void>) => void }, pool: { max: number; acquire?: number }) {
  const { Sequelize } = await import('sequelize');
  const db = new Sequelize(server.url, { dialect: 'postgres', logging: false, pool });
  test.after(() => db.close());
  await db.query('select 1');
  return db;
}

describe('Sequelize', () => {
  it('records the wait for a connection of its pool and who holds it', async (test) => {
    const db = await open(test, { max: 1 });
    const holding = kit.record(() => db.query('select pg_sleep(0.15)'), '/holder');
    while (kit.flight.openHolds.size === 0) await sleep(5);
    const waiter = await kit.record(() => db.query('select 2'), '/waiter');
    await holding;
    const [wait, query] = [waiter.op('pool-wait'), waiter.op('db-query')];
    assert.deepEqual([wait.account, wait.detail.max, wait.detail.total, wait.detail.idle], ['db.pool-queue', 1, 1, 0]);
    assert.ok(waiter.recording.resources.get(wait.detail.pool)?.name.startsWith('pg pool 127.0.0.1:'));
    const hold = waiter.recording.holds.find(({ holder }) => holder.route === 'GET /holder');
    assert.ok(hold?.end !== undefined && Math.abs(hold.end - (wait.end ?? 0)) < 30e6);
    assert.deepEqual([wait.detail.unit, query.detail.connection], [hold.unit, hold.unit]);
    assert.equal(kit.flight.openHolds.size, 0, 'given back');
  });

  it('names a checkout that timed out', async (test) => {
    const db = await open(test, { max: 1, acquire: 100 });
    await db.transaction(async (transaction) => {
      await db.query('select 1', { transaction });
      const recorded = await kit.record(() =>
        assert.rejects(db.query('select 2'), /ConnectionAcquireTimeout|timeout/i),
      );
      const wait = recorded.op('pool-wait');
      assert.ok(wait.failure !== undefined && wait.end !== undefined);
      assert.ok(recorded.recording.holds.some(({ holder, end }) => holder.route === 'background' && !end));
    });
  });
});
