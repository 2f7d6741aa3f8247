import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningServer, startMariadb, whyNoMariadb } from '@holdup/testkit';
import type { Pool } from 'mysql2/promise';
import { readStatement } from '../pg/statement.ts';
import { TestKit } from '../testing/kit.ts';
import { mysqlProbe } from './mysql.ts';

const skip = whyNoMariadb() ?? false;
const kit = new TestKit();
let server: RunningServer;
let uninstall: () => void;

async function open(test: { after: (fn: () => Promise<void>) => void }, connectionLimit: number): Promise<Pool> {
  const { createPool } = await import('mysql2/promise');
  const pool = createPool({
    host: server.host,
    port: server.port,
    user: server.user,
    database: 'shop',
    connectionLimit,
  });
  test.after(() => pool.end());
  return pool;
}

describe('mysql2', { skip }, () => {
  before(async () => {
    server = await startMariadb();
    uninstall = mysqlProbe.install(kit);
  });

  after(async () => {
    assert.deepEqual(kit.failures, []);
    uninstall();
    await server.stop();
  });

  it('records statements, and no value of theirs', async (test) => {
    const pool = await open(test, 2);
    const recorded = await kit.record(() => pool.query('SELECT ? AS a, "secret" AS b, 17 AS c', ['mine']));
    const { detail, account, end } = recorded.op('db-query');
    assert.deepEqual([detail.system, detail.verb, account], ['mysql', 'SELECT', 'db.query']);
    assert.equal(detail.shape, 'SELECT ? AS a, ? AS b, ? AS c');
    assert.equal(detail.database, `127.0.0.1:${server.port}/shop`);
    assert.ok(end !== undefined);
    const prepared = await kit.record(() => pool.execute('SELECT ? AS a', [1]));
    assert.equal(prepared.op('db-query').detail.shape, 'SELECT ? AS a');
  });

  it('records who waited for a connection and who had it', async (test) => {
    const pool = await open(test, 1);
    await pool.query('SELECT 1');
    const holding = kit.record(() => pool.query('SELECT SLEEP(0.15)'), '/holder');
    await sleep(40);
    const waiter = await kit.record(() => pool.query('SELECT 1'), '/waiter');
    await holding;
    const wait = waiter.op('pool-wait');
    assert.deepEqual([wait.account, wait.detail.max, wait.detail.total, wait.detail.idle], ['db.pool-queue', 1, 1, 0]);
    const { name } = waiter.recording.resources.get(wait.detail.pool) ?? {};
    assert.ok(name?.startsWith(`mysql pool 127.0.0.1:${server.port}/shop`));
    const hold = waiter.recording.holds.find(({ holder }) => holder.route === 'GET /holder');
    assert.ok(hold?.end !== undefined && Math.abs(hold.end - (wait.end ?? 0)) < 30e6);
    assert.equal(waiter.op('db-query').detail.connection, hold.unit);
    assert.equal(kit.flight.openHolds.size, 0, 'given back');
  });

  it('follows transactions, and opening a connection', async (test) => {
    const pool = await open(test, 2);
    const recorded = await kit.record(async () => {
      const connection = await pool.getConnection();
      await connection.beginTransaction();
      await connection.query('SELECT 1');
      await connection.commit();
      connection.release();
    });
    assert.equal(recorded.op('pool-wait').account, 'db.connect');
    const [begin, select, commit] = recorded.opsOf('db-query');
    assert.ok(begin?.detail.transaction !== undefined);
    assert.equal(select?.detail.transaction, begin.detail.transaction);
    assert.equal(commit?.detail.verb, 'COMMIT');
  });

  it('records the transaction of a background job, which others may wait for, and ends it with that', async (test) => {
    const pool = await open(test, 2);
    await pool.query('CREATE TABLE parts (id int primary key, qty int)');
    await pool.query('INSERT INTO parts VALUES (1, 1)');
    const job = await pool.getConnection();
    await job.beginTransaction();
    await job.query('UPDATE parts SET qty = 2 WHERE id = 1');
    const recorded = await kit.record(() => pool.execute('SELECT qty FROM parts WHERE id = ?', [1]));
    const isJob = ({ route }: { route: string }) => route === 'background';
    const [transaction] = [...recorded.recording.requests.values()].filter(isJob);
    assert.deepEqual(
      transaction?.ops.map(({ name }) => name),
      ['START TRANSACTION', 'UPDATE parts SET qty = ? WHERE id = ?'],
    );
    assert.equal(transaction?.end, undefined);
    await job.commit();
    job.release();
    assert.equal(kit.context.current(), undefined, 'a job is no context to run in');
    const after = await kit.record(() => pool.query('SELECT 1'));
    assert.ok([...after.recording.requests.values()].filter(isJob).every(({ end }) => end !== undefined));
  });

  it('leaves errors and contexts as they are', async (test) => {
    const pool = await open(test, 1);
    const failed = await kit.record(() => assert.rejects(pool.query('SELECT nothing'), { code: 'ER_BAD_FIELD_ERROR' }));
    assert.equal(failed.op('db-query').failure?.code, 'ER_BAD_FIELD_ERROR');
    const seen: (string | undefined)[] = [];
    const note = (route: string) =>
      kit.record(async () => {
        await new Promise((resolve) => pool.pool.query('SELECT 1', resolve));
        await new Promise<void>((resolve) => {
          pool.pool.query('SELECT 1', () => {
            seen.push(kit.context.current()?.target);
            resolve();
          });
        });
        assert.equal(kit.context.current()?.target, route);
      }, route);
    await Promise.all([note('/a'), note('/b')]);
    assert.deepEqual(seen.sort(), ['/a', '/b']);
  });

  it('sees the end of statements that tell by events', async (test) => {
    const pool = await open(test, 1);
    const recorded = await kit.record(
      () => new Promise((resolve) => pool.pool.query('SELECT 1').on('end', () => setImmediate(resolve))),
    );
    assert.ok(recorded.op('db-query').end !== undefined);
  });
});

describe('statements of MySQL', () => {
  const shapeOf = (sql: string) => readStatement(sql, 'mysql').shape;

  it('hides what is data there', () => {
    assert.equal(
      shapeOf('SELECT `a` FROM `t` WHERE b = "x" # note\n AND c = \'y\''),
      'SELECT `a` FROM `t` WHERE b = ? AND c = ?',
    );
    assert.equal(shapeOf('SELECT _utf8\'x\', x\'00\', "a""b"'), 'SELECT ?, …');
    assert.equal(shapeOf("SELECT 'it\\'s', secret"), 'SELECT ?');
    assert.deepEqual(readStatement('UPDATE `shop`.`Stock` SET q = 1', 'mysql').tables, ['shop.stock']);
  });
});
