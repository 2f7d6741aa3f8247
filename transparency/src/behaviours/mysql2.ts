import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import mysql from 'mysql2';
import promised from 'mysql2/promise';
import { seeCall, seeOrder, seeSettled } from '../see/settle.ts';
import type { Behaviours, See, Stage } from '../see/stage.ts';
import { seeStrangers, seeSurface } from '../see/surface.ts';
import { ownKeys, seeListeners, watch } from '../see/watch.ts';
import { pause, serveTcp } from '../see/wire.ts';

const storage = new AsyncLocalStorage<string>();

const options = (stage: Stage) => ({ uri: stage.servers.mysql ?? '', connectionLimit: 1 });

function connect(stage: Stage): mysql.Connection {
  const connection = mysql.createConnection(options(stage));
  stage.after(() => connection.destroy());
  return connection;
}

function openPool(stage: Stage, more: mysql.PoolOptions = {}): mysql.Pool {
  const pool = mysql.createPool({ ...options(stage), ...more });
  stage.after(() => pool.end(() => {}));
  return pool;
}

/** What a callback is given, with its `this` and the program's own context. */
function called(see: See, name: string, start: (callback: (...args: unknown[]) => void) => unknown): Promise<void> {
  return new Promise((resolve) => {
    const returned = start(function (this: unknown, error, rows, fields) {
      see(name, error, rows, Array.isArray(fields) ? fields.length : typeof fields);
      see(name, 'this', Object(this).constructor?.name, storage.getStore());
      resolve();
    });
    see(name, 'returned', returned?.constructor.name);
  });
}

export const behaviours: Behaviours = {
  async 'a connection'(stage) {
    const { see } = stage;
    const connection = connect(stage);
    watch(stage.side('connection'), 'connection', connection as never);
    await storage.run('mine', () => called(see, 'query', (done) => connection.query('select 1 as x', done)));
    await called(see, 'values', (done) => connection.query({ sql: 'select ? as x' }, [2], done));
    await called(see, 'execute', (done) => connection.execute('select ? as x', [3], done));
    await called(see, 'fails', (done) => connection.query('selct', done));
    await called(see, 'execute fails', (done) => connection.execute('select * from no_such', done));
    await called(see, 'begin', (done) => connection.beginTransaction(done));
    await called(see, 'rollback', (done) => connection.rollback(done));
    seeCall(see, 'no values', () => connection.execute('select ?', [undefined as never]));
    const query = connection.query('select 1 as x union select 2');
    watch(stage.side('query'), 'query', query as never);
    seeListeners(see, 'query', query as never);
    await once(query as never, 'end');
    const failing = connection.query('selct');
    see(await new Promise((resolve) => failing.on('error', resolve)));
    see(await connection.query('select 1 as x union select 2').stream().toArray());
    const statement = await new Promise<mysql.PrepareStatementInfo>((resolve) =>
      connection.prepare('select ? as x', (_error, made) => resolve(made)),
    );
    await called(see, 'prepared', (done) => statement.execute([4], done as never));
    await called(see, 'timeout', (done) => connection.query({ sql: 'select sleep(0.05)', timeout: 5 }, done));
    seeListeners(see, 'connection', connection as never);
    see(ownKeys(connection).length);
  },
  async 'a pool with callbacks'(stage) {
    const { see } = stage;
    const pool = openPool(stage);
    watch(stage.side('pool'), 'pool', pool as never);
    await storage.run('mine', () => called(see, 'query', (done) => pool.query('select 1 as x', done)));
    await called(see, 'fails', (done) => pool.execute('selct', done));
    const order: string[] = [];
    const take = (name: string) =>
      new Promise<void>((resolve) => {
        pool.getConnection((error, connection) => {
          order.push(`${name} ${error} ${connection.constructor.name}`);
          connection.query('select sleep(0.003)', () => {
            connection.release();
            resolve();
          });
        });
      });
    await Promise.all([take('a'), take('b'), called(see, 'meanwhile', (done) => pool.query('select 2 as x', done))]);
    see(order);
    const events = pool.query('select 1 as x');
    watch(stage.side('pooled query'), 'query', events as never);
    await once(events as never, 'end');
    await pause(2);
    seeListeners(see, 'pool', pool as never);
    await called(see, 'end', (done) => pool.end(done));
    await called(see, 'closed', (done) => pool.query('select 1', done));
    await called(see, 'closed', (done) => pool.getConnection(done));
  },
  async 'a pool with promises'(stage) {
    const { see } = stage;
    const pool = promised.createPool(options(stage));
    await seeOrder(see, { a: pool.query('select sleep(0.003)'), b: pool.query('selct'), c: pool.execute('select 1') });
    await seeSettled(
      see,
      'query',
      pool.query('select ? as x', [1]).then(([rows]) => rows),
    );
    await seeSettled(see, 'fails', pool.query('selct'));
    await seeSettled(see, 'execute fails', pool.execute('select * from no_such'));
    const connection = await pool.getConnection();
    await connection.beginTransaction();
    await connection.query('create temporary table t (a int primary key)');
    await connection.query('insert into t values (1)');
    await seeSettled(see, 'duplicate', connection.query('insert into t values (1)'));
    await seeSettled(see, 'rollback', connection.rollback());
    see(connection.constructor.name, ownKeys(connection));
    connection.release();
    seeCall(see, 'again', () => connection.release());
    await storage.run('mine', () => pool.query('select 1').then(() => see(storage.getStore())));
    seeCall(see, 'callback', () => pool.query('select 1', (() => {}) as never).catch(() => {}).constructor.name);
    seeListeners(see, 'pool', pool.pool as never);
    await seeSettled(see, 'end', pool.end());
    await seeSettled(see, 'ended', pool.query('select 1'));
  },
  async 'servers that fail'(stage) {
    const { see } = stage;
    const closing = await serveTcp(stage, (socket) => socket.destroy());
    const silent = await serveTcp(stage, () => {});
    for (const more of [{ port: 1 }, { port: closing }, { port: silent, connectTimeout: 10 }]) {
      const pool = mysql.createPool({ host: '127.0.0.1', user: 'x', ...more });
      stage.after(() => pool.end(() => {}));
      await called(see, 'query', (done) => pool.query('select 1', done));
      await seeSettled(see, 'promise', pool.promise().getConnection());
    }
    const full = openPool(stage, { queueLimit: 1 });
    const all = [1, 2, 3].map((n) =>
      called(stage.side(`full ${n}`), 'query', (done) => full.query('select sleep(0.002)', done)),
    );
    await Promise.all(all);
    const connection = connect(stage);
    connection.on('error', (error) => see('error event', error.message));
    await called(see, 'first', (done) => connection.query('select 1', done));
    const lost = called(see, 'lost', (done) => connection.query('select sleep(1)', done));
    (connection as unknown as { stream: { destroy(): void } }).stream.destroy();
    await lost;
    await called(see, 'after', (done) => connection.query('select 1', done));
  },
  async 'its functions'(stage) {
    const { see } = stage;
    for (const name of ['Connection', 'Pool', 'PoolConnection', 'createPool', 'createConnection'])
      seeSurface(see, name, Reflect.get(mysql, name));
    const Pool = Reflect.get(mysql, 'Pool') as { readonly prototype: object };
    await seeStrangers(see, Pool.prototype, ['getConnection', 'releaseConnection', 'query', 'execute']);
    const pool = openPool(stage);
    const { query } = pool;
    pool.query = function (this: typeof pool, ...args: unknown[]) {
      see('on the way');
      return Reflect.apply(query, this, args);
    } as never;
    await called(see, 'wrapped', (done) => pool.query('select 1 as x', done));
    Reflect.deleteProperty(pool, 'query');
    await called(see, 'unwrapped', (done) => pool.query('select 1 as x', done));
    see(pool.query === query);
  },
};
