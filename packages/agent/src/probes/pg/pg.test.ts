import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { setUpPostgres } from '../testing/postgres.ts';

const { kit, server } = setUpPostgres();

/** A pool that is ended with its test. */
function openPool(test: { after: (fn: () => Promise<void>) => void }, config: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: server.url, ...config });
  pool.on('error', () => {});
  test.after(async () => {
    if (!pool.ending) await pool.end();
  });
  return pool;
}

describe('pool', () => {
  it('records the wait for a connection, its numbers and who holds it meanwhile', async (test) => {
    // holder |== connect ==|######## holds 80 ms ########|
    // waiter                   |....... waits ..........|
    const pool = openPool(test, { max: 1 });
    const holding = kit.record(async () => {
      const client = await pool.connect();
      await sleep(80);
      client.release();
    }, '/holder');
    await sleep(40);
    const waiter = await kit.record(() => pool.query('select 1'), '/waiter');
    const wait = waiter.op('pool-wait');
    assert.equal(wait.account, 'db.pool-queue');
    assert.deepEqual([wait.detail.max, wait.detail.total, wait.detail.idle, wait.detail.immediate], [1, 1, 0, false]);
    const hold = waiter.recording.holds.find(
      ({ holder, unit }) => holder.route === 'GET /holder' && unit !== 'opening',
    );
    assert.ok(hold?.end !== undefined && Math.abs(hold.end - (wait.end ?? 0)) < 20e6, 'the wait ends as the hold does');
    assert.equal(waiter.op('db-query').detail.connection, hold.unit, 'the same connection was handed on');
    await holding;
  });

  it('tells opening a connection from waiting for one', async (test) => {
    const pool = openPool(test, { max: 2 });
    const recorded = await kit.record(() => pool.query('select 1'));
    assert.equal(recorded.op('pool-wait').account, 'db.connect');
    const again = await kit.record(() => pool.query('select 1'));
    assert.equal(again.op('pool-wait').detail.immediate, true);
  });

  it('keeps a leaked connection in its holder’s hands after the request ended', async (test) => {
    const pool = openPool(test, { max: 1 });
    const client = { leaked: undefined as pg.PoolClient | undefined };
    await kit.record(async () => {
      client.leaked = await pool.connect();
    }, '/leak');
    const waiter = kit.begin('/waiter');
    const waiting = kit.context.run(waiter, () => pool.query('select 1'));
    await sleep(30);
    const { recording, request } = kit.cut(waiter);
    assert.equal(request.ops[0]?.end, undefined, 'still waiting');
    const hold = recording.holds.find(({ end }) => end === undefined);
    assert.equal(hold?.holder.route, 'GET /leak');
    assert.ok(hold.holder.requestEnd !== undefined, 'whose request has ended');
    client.leaked?.release();
    await waiting;
    kit.flight.finish(waiter, performance.now());
  });

  it('records a checkout that timed out, and the library’s own error', async (test) => {
    const pool = openPool(test, { max: 1, connectionTimeoutMillis: 600 });
    const client = await pool.connect();
    const recorded = await kit.record(() =>
      assert.rejects(pool.connect(), { message: 'timeout exceeded when trying to connect' }),
    );
    assert.equal(recorded.op('pool-wait').failure?.timeout, true);
    client.release();
  });

  it('names two pools of one database apart', async (test) => {
    const recorded = await kit.record(async () => {
      await openPool(test).query('select 1');
      await openPool(test).query('select 1');
    });
    const [first, second] = recorded.opsOf('pool-wait').map(({ detail }) => detail.pool);
    assert.ok(first !== undefined && second !== undefined && first !== second);
  });

  it('counts background work as a holder too', async (test) => {
    const pool = openPool(test, { max: 1 });
    const client = await pool.connect();
    const { recording } = await kit.record(() => sleep(10));
    assert.ok(recording.holds.some(({ holder, end }) => holder.route === 'background' && end === undefined));
    client.release();
  });
});

describe('statements', () => {
  it('follows a transaction and hides parameters', async (test) => {
    const pool = openPool(test);
    await pool.query('create table if not exists stock (id int primary key, qty int)');
    const recorded = await kit.record(async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query('update stock set qty = 5 where id = $1', [987654]);
      await client.query({ text: 'COMMIT' });
      await client.query('select 1');
      client.release();
    });
    const [begin, update, commit, select] = recorded.opsOf('db-query');
    assert.ok(begin?.detail.transaction !== undefined);
    assert.equal(update?.detail.transaction, begin.detail.transaction);
    assert.equal(commit?.detail.transaction, begin.detail.transaction);
    assert.equal(select?.detail.transaction, undefined);
    assert.deepEqual([update?.detail.locking, update?.detail.tables, update?.detail.keys.length], [true, ['stock'], 1]);
    assert.ok(!JSON.stringify(recorded.ops).includes('987654'));
  });

  it('records the transaction of a background job, which others may wait for, and only that', async (test) => {
    const pool = openPool(test);
    await pool.query('create table if not exists parts (id int primary key, qty int)');
    await pool.query('insert into parts values (1, 1) on conflict do nothing');
    const job = await pool.connect();
    await job.query('begin');
    await job.query('update parts set qty = 2 where id = $1', [1]);
    const waiter = kit.begin('/waiter');
    const waiting = kit.context.run(waiter, () => pool.query('update parts set qty = 3 where id = $1', [1]));
    // A new connection first, which takes its time on a busy machine.
    while (kit.cut(waiter).request.ops.at(-1)?.detail.kind !== 'db-query') await sleep(5);
    const { recording, request } = kit.cut(waiter);
    const [transaction] = [...recording.requests.values()].filter(({ route }) => route === 'background');
    const names = transaction?.ops.map(({ name }) => name);
    assert.deepEqual(names, ['begin', 'update parts set qty = ? where id = ?']);
    const [taking] = transaction?.ops.slice(1) ?? [];
    const [waits] = request.ops.slice(-1);
    assert.ok(taking?.detail.kind === 'db-query' && waits?.detail.kind === 'db-query');
    assert.ok(waits.detail.keys.includes(taking.detail.keys[0] ?? -1), 'the same row');
    await job.query('commit');
    await waiting;
    kit.flight.finish(waiter, performance.now());
    job.release();
  });

  it('ends the record of a job with its transaction', async (test) => {
    const pool = openPool(test);
    const before = kit.flight.inFlight.size;
    const job = await pool.connect();
    for (const text of ['begin', 'select 1', 'rollback']) await job.query(text);
    assert.equal(kit.flight.inFlight.size, before);
    await job.query('begin');
    assert.equal(kit.flight.inFlight.size, before + 1);
    await new Promise<void>((resolve) => job.query('commit', () => resolve()));
    assert.equal(kit.flight.inFlight.size, before);
    assert.equal(kit.context.current(), undefined, 'a job is no context to run in');
    await job.query('select 1');
    job.release();
  });

  it('books statements behind another on one connection as queued', async (test) => {
    const pool = openPool(test);
    const recorded = await kit.record(async () => {
      const client = await pool.connect();
      await Promise.all([client.query('select pg_sleep(0.1)'), client.query('select 2')]);
      client.release();
    });
    const second = recorded.opsOf('db-query')[1];
    assert.ok(second !== undefined && (recorded.ms(second)['db.client-queue'] ?? 0) > 80);
  });

  it('works with callbacks and keeps the request in them', async (test) => {
    const pool = openPool(test);
    const recorded = await kit.record(
      () =>
        new Promise<void>((resolve, reject) => {
          pool.query('select $1::int as one', [1], (error, result) => {
            if (error) return reject(error);
            assert.equal(result.rows[0]?.one, 1);
            pool.query('select 2', (next) => (next ? reject(next) : resolve()));
          });
        }),
    );
    assert.equal(recorded.opsOf('db-query').length, 2);
  });

  it('keeps the SQLSTATE of an error, not the value in its message', async (test) => {
    const pool = openPool(test);
    const recorded = await kit.record(() =>
      assert.rejects(pool.query("select 'hunter2'::int"), /invalid input syntax for type integer: "hunter2"/),
    );
    const { failure, detail } = recorded.op('db-query');
    assert.equal(detail.sqlState, '22P02');
    assert.ok(!JSON.stringify(failure).includes('hunter2'));
  });
});

describe('the host', () => {
  /** The order in which things settle around one query, one checkout, one failing query. */
  async function settleOrder(pool: pg.Pool): Promise<string[]> {
    const order: string[] = [];
    const client = await pool.connect();
    const query = client.query('select 1').then(() => order.push('query'));
    const failing = client.query('selct').catch((error: Error) => order.push(`${error.name} ${error.message}`));
    const both = Promise.all([query, failing]).then(() => order.push('both'));
    await both;
    const after = pool.connect().then((next) => {
      order.push('connect');
      next.release();
    });
    client.release();
    order.push('released');
    process.nextTick(() => order.push('tick'));
    await after;
    order.push('after');
    await new Promise(setImmediate);
    return order;
  }

  it('sees the same promises settle in the same order, in a request and outside', async (test) => {
    const pool = openPool(test, { max: 1 });
    const plain = await settleOrder(pool);
    let watched: string[] = [];
    await kit.record(async () => {
      watched = await settleOrder(pool);
    });
    assert.deepEqual(watched, plain);
    assert.equal(pool.query('select 1') instanceof Promise, true);
  });

  it('gets what the library throws, and the functions look as before', () => {
    const { Client, Pool } = pg;
    assert.throws(() => new Client().query(null as never), /null or undefined query/);
    assert.deepEqual([Client.prototype.query.name, Client.prototype.query.length], ['query', 3]);
    assert.deepEqual([Pool.prototype.connect.name, Pool.prototype.connect.length], ['connect', 1]);
  });
});
