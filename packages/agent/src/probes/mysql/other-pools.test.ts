import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningServer, startMariadb, whyNoMariadb } from '@holdup/testkit';
import { pgProbe } from '../pg/pg.ts';
import { TestKit } from '../testing/kit.ts';
import { mysqlProbe } from './mysql.ts';

const skip = whyNoMariadb() ?? false;

describe("mysql2 in other libraries' pools", { skip }, () => {
  const kit = new TestKit();
  const uninstall: (() => void)[] = [];
  let server: RunningServer;

  before(async () => {
    server = await startMariadb();
    for (const probe of [pgProbe, mysqlProbe]) uninstall.push(probe.install(kit));
  });

  after(async () => {
    assert.deepEqual(kit.failures, []);
    for (const done of uninstall) done();
    await server.stop();
  });

  /** One connection, two requests: who had it while the other waited. */
  async function contend(run: (sql: string) => Promise<unknown>): Promise<void> {
    await run('SELECT 1');
    const holding = kit.record(() => run('SELECT SLEEP(0.15)'), '/holder');
    while (kit.flight.openHolds.size === 0) await sleep(5);
    const waiter = await kit.record(() => run('SELECT 2'), '/waiter');
    await holding;
    const [wait, query] = [waiter.op('pool-wait'), waiter.op('db-query')];
    assert.deepEqual([wait.account, wait.detail.max], ['db.pool-queue', 1]);
    assert.equal(
      waiter.recording.resources.get(wait.detail.pool)?.name.split('#')[0],
      `mysql pool 127.0.0.1:${server.port}/shop`,
    );
    const hold = waiter.recording.holds.find(({ holder }) => holder.route === 'GET /holder');
    assert.deepEqual([wait.detail.unit, query.detail.connection], [hold?.unit, hold?.unit]);
    assert.equal(kit.flight.openHolds.size, 0, 'given back');
  }

  it('records who waited for a connection of knex, and who had it', async (test) => {
    const { default: knex } = await import('knex');
    const { host, port, user } = server;
    const db = knex({ client: 'mysql2', connection: { host, port, user, database: 'shop' }, pool: { min: 0, max: 1 } });
    test.after(() => db.destroy());
    await contend(async (sql) => db.raw(sql));
  });

  it('records who waited for a connection of Sequelize, and who had it', async (test) => {
    const { Sequelize } = await import('sequelize');
    const { host, port, user } = server;
    const db = new Sequelize('shop', user, '', { host, port, dialect: 'mysql', logging: false, pool: { max: 1 } });
    test.after(() => db.close());
    await contend((sql) => db.query(sql));
  });
});
