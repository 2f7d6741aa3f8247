import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { setUpPostgres } from '../testing/postgres.ts';

// A query of this library is sent by whoever awaits it, and so belongs to that request: hence `async () => await`.
const { kit, server } = setUpPostgres();
const load = createRequire(import.meta.url);

type Scope = { after: (fn: () => Promise<void>) => void };

const FORMS: Readonly<Record<string, () => Promise<typeof postgres>>> = {
  'ES module': async () => (await import('postgres')).default,
  CommonJS: async () => load('postgres') as typeof postgres,
};

for (const [form, from] of Object.entries(FORMS)) {
  const open = async (test: Scope, max: number): Promise<postgres.Sql> => {
    const connect = await from();
    const sql = connect(server.url, { max, onnotice: () => {} });
    test.after(() => sql.end({ timeout: 0 }));
    return sql;
  };

  describe(`postgres (${form})`, () => {
    it('records statements, and no value of theirs, and tells opening a connection from waiting for one', async (test) => {
      const sql = await open(test, 2);
      const first = await kit.record(async () => {
        const [row] = await sql`select ${'secret'} as a, 17 as b`;
        assert.deepEqual({ ...row }, { a: 'secret', b: 17 });
      });
      assert.equal(first.op('pool-wait').account, 'db.connect');
      const { detail, account, end } = first.op('db-query');
      assert.deepEqual([detail.system, detail.verb, account], ['postgresql', 'SELECT', 'db.query']);
      assert.match(detail.shape, /^select \? as a, \? as b$/);
      assert.equal(detail.database, `127.0.0.1:${server.port}/shop`);
      assert.ok(end !== undefined);
      assert.doesNotMatch(JSON.stringify(first.ops), /secret/);
      const { pool } = first.op('pool-wait').detail;
      if (form === 'ES module') assert.equal(pool, `pg:127.0.0.1:${server.port}/shop`, 'the first of its database');
      const again = await kit.record(async () => await sql`select 1`);
      assert.equal(again.opsOf('pool-wait').length, 0);
      assert.equal(kit.flight.openHolds.size, 0);
    });

    it('records who waited while transactions had all connections, and whose they were', async (test) => {
      const sql = await open(test, 1);
      await sql`select 1`;
      const events = new EventEmitter();
      const begun = once(events, 'begun');
      const holder = kit.record(
        () =>
          sql.begin(async (own) => {
            await own`select 1`;
            events.emit('begun');
            await once(events, 'enough');
            await own`select 2`;
          }),
        '/holder',
      );
      await begun;
      const waiting = kit.record(async () => await sql`select 3`, '/waiter');
      await sleep(40);
      events.emit('enough');
      const [held, waiter] = await Promise.all([holder, waiting]);
      const wait = waiter.op('pool-wait');
      assert.deepEqual(
        [wait.account, wait.detail.max, wait.detail.total, wait.detail.idle],
        ['db.pool-queue', 1, 1, 0],
      );
      const hold = waiter.recording.holds.find(
        (each) => each.holder.route === 'GET /holder' && (each.end ?? 0) - each.start > 35e6,
      );
      assert.ok(hold?.end !== undefined && hold.end <= (wait.end ?? 0) && hold.unit === wait.detail.unit);
      const [begin, one, two, commit] = held.opsOf('db-query');
      assert.ok(begin?.detail.transaction !== undefined && commit?.detail.verb === 'COMMIT');
      assert.deepEqual(
        [one?.detail.transaction, two?.detail.transaction],
        [begin.detail.transaction, begin.detail.transaction],
      );
      assert.equal(waiter.op('db-query').detail.transaction, undefined);
      assert.equal(kit.flight.openHolds.size, 0);
    });

    it('records a statement that stood behind another one on the same connection', async (test) => {
      const sql = await open(test, 1);
      await sql`select 1`;
      const holding = kit.record(async () => await sql`select pg_sleep(0.15)`, '/holder');
      await sleep(30);
      const waiter = await kit.record(async () => await sql`select 2`, '/waiter');
      const holder = await holding;
      const [queue] = waiter.op('db-query').phases;
      assert.equal(queue?.account, 'db.client-queue');
      assert.ok(Math.abs((queue?.end ?? 0) - (holder.op('db-query').end ?? 0)) < 20e6);
      assert.equal(waiter.op('db-query').detail.connection, holder.op('db-query').detail.connection);
    });

    it('keeps a reserved connection that is not given back in the hands of the request that ended', async (test) => {
      const sql = await open(test, 1);
      const kept = { sql: undefined as postgres.ReservedSql | undefined };
      await kit.record(async () => {
        kept.sql = await sql.reserve();
        await kept.sql`select 1`;
      }, '/leak');
      const waiter = kit.begin('/waiter');
      const waiting = kit.context.run(waiter, () => sql`select 1`.execute());
      await sleep(20);
      const { recording } = kit.cut(waiter);
      const hold = recording.holds.find(({ holder }) => holder.route === 'GET /leak');
      assert.ok(hold !== undefined && hold.end === undefined && hold.holder.requestEnd !== undefined);
      kept.sql?.release();
      await waiting;
      assert.equal(kit.cut(waiter).op('pool-wait').account, 'db.pool-queue');
      assert.equal(kit.flight.openHolds.size, 0);
      kit.flight.finish(waiter, performance.now());
    });

    it('leaves results, errors, cursors and cancelling as they are', async (test) => {
      const sql = await open(test, 2);
      const failed = await kit.record(async () => await assert.rejects(sql`select nothing`, { code: '42703' }));
      assert.equal(failed.op('db-query').detail.sqlState, '42703');
      await assert.rejects(
        sql.begin(() => Promise.reject(new Error('mine'))),
        /mine/,
      );
      const seen: unknown[] = [];
      for await (const rows of sql`select * from generate_series(1, 4) as n`.cursor(2)) seen.push(rows.length);
      assert.deepEqual(seen, [2, 2]);
      const slow = sql`select pg_sleep(5)`;
      const rejected = kit.record(() => assert.rejects(slow, { code: '57014' }));
      await sleep(30);
      slow.cancel();
      assert.ok((await rejected).op('db-query').end !== undefined);
      assert.equal(kit.flight.openHolds.size, 0);
    });
  });
}
