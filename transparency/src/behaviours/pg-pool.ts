import { inspect } from 'node:util';
import pg from 'pg';
import Pool from 'pg-pool';
import { seeCall, seeOrder, seeSettled, seeTurn, seeTurns } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { ownKeys, seeListeners, seeShape, watch } from '../see/watch.ts';
import { pause, serveTcp } from '../see/wire.ts';

type Options = NonNullable<ConstructorParameters<typeof pg.Pool>[0]>;

const open: { readonly name: string; readonly make: (options: Options) => pg.Pool }[] = [
  { name: 'pg.Pool', make: (options) => new pg.Pool(options) },
  { name: 'pg-pool', make: (options) => new Pool(options as never) as unknown as pg.Pool },
];

function start(stage: Stage, options: Options = {}, make = open[0]?.make): pg.Pool {
  const all = { connectionString: stage.database, max: 1, ...options };
  const pool = make === undefined ? new pg.Pool(all) : make(all);
  pool.on('error', (error) => stage.side('pool')('error', error));
  stage.after(() => (pool.ended || pool.ending ? undefined : pool.end()));
  return pool;
}

const counts = ({ totalCount, idleCount, waitingCount }: pg.Pool) => ({ totalCount, idleCount, waitingCount });

export const behaviours: Behaviours = {
  async 'a pool and its events'(stage) {
    for (const { name, make } of open) {
      const pool = start(stage, {}, make);
      watch(stage.side(name), 'pool', pool);
      const client = await pool.connect();
      stage.see(counts(pool), Object.keys(client.constructor.prototype), (await client.query('select 1 as x')).rows);
      const waiting = pool.query('select 2 as x');
      stage.see(counts(pool));
      client.release();
      stage.see((await waiting).rows, counts(pool));
      await pool.end();
      stage.see(counts(pool), pool.ended, pool.ending);
    }
  },
  async 'order of those who wait'(stage) {
    const pool = start(stage, { max: 2 });
    // Which of two connections opens first is chance.
    await Promise.all([pool.query('select pg_sleep(0.01)'), pool.query('select pg_sleep(0.02)')]);
    const order: string[] = [];
    const work = async (name: string, seconds: number) => {
      const client = await pool.connect();
      order.push(`${name} has it`);
      await client.query('select pg_sleep($1)', [seconds]);
      client.release();
      order.push(`${name} is done`);
    };
    await Promise.all([work('a', 0.04), work('b', 0.08), work('c', 0.12), work('d', 0.01)]);
    stage.see(order);
    await seeOrder(stage.see, {
      first: pool.query('select pg_sleep(0.03)'),
      second: pool.query('select 1'),
      third: pool.query('selct'),
    });
    await pool.query('select 1').then(() => seeTurn(stage.see, 'after a query'));
    await pool.connect().then(async (client) => {
      await seeTurn(stage.see, 'after connect');
      return client.release();
    });
  },
  async callbacks(stage) {
    const pool = start(stage);
    await new Promise<void>((resolve) => {
      stage.see(
        'returns',
        pool.connect((error, client, release) => {
          stage.see(error, typeof client, release);
          release();
          resolve();
        }),
      );
    });
    await new Promise<void>((resolve) => {
      stage.see(
        'returns',
        pool.query('select $1::int as x', [1], (error, result) => {
          stage.see(error, result.rows);
          return resolve();
        }),
      );
    });
    await new Promise<void>((resolve) => {
      pool.query('selct', (error) => {
        stage.see(error);
        return resolve();
      });
    });
  },
  async full(stage) {
    const pool = start(stage, { connectionTimeoutMillis: 80 });
    const client = await pool.connect();
    await seeOrder(stage.see, { query: pool.query('select 1'), connect: pool.connect(), pause: pause(40) });
    await seeSettled(stage.see, 'query', pool.query('select 1'));
    stage.see(counts(pool));
    client.release();
    stage.see((await pool.query('select 1')).rowCount);
  },
  async 'connections that fail'(stage) {
    const silent = await serveTcp(stage, () => {});
    const closing = await serveTcp(stage, (socket) => socket.once('data', () => socket.destroy()));
    const refused = start(stage, { connectionString: 'postgres://127.0.0.1:1/x' });
    watch(stage.side('refused'), 'pool', refused);
    await seeSettled(stage.see, 'refused', refused.query('select 1'));
    await seeSettled(stage.see, 'refused', refused.connect());
    stage.see(counts(refused));
    for (const port of [silent, closing]) {
      const pool = start(stage, { connectionString: `postgres://x@127.0.0.1:${port}/x`, connectionTimeoutMillis: 20 });
      await seeSettled(stage.see, 'connect', pool.connect());
    }
    const unknown = start(stage, { connectionString: 'postgres://no-such-host.invalid/x' });
    await seeSettled(stage.see, 'unknown', unknown.query('select 1'));
  },
  async released(stage) {
    const pool = start(stage);
    watch(stage.side('pool'), 'pool', pool);
    const client = await pool.connect();
    client.release();
    seeCall(stage.see, 'twice', () => client.release());
    const broken = await pool.connect();
    broken.release(new Error('broken'));
    await seeSettled(stage.see, 'after', broken.query('select 1'));
    const thrown = await pool.connect();
    thrown.release(true);
    stage.see(counts(pool), (await pool.query('select 1')).rowCount);
  },
  async ended(stage) {
    const pool = start(stage, { idleTimeoutMillis: 10 });
    await pool.query('select 1');
    await pause(25);
    stage.see(counts(pool));
    const running = pool.query('select pg_sleep(0.02)').then(() => 'ran');
    await pause(8);
    await seeOrder(stage.see, { running, end: pool.end() });
    await seeSettled(stage.see, 'query', pool.query('select 1'));
    await seeTurns(stage.see, 'query', pool.query('select 1'));
    await seeSettled(stage.see, 'end', pool.end());
  },
  async 'errors of calls'(stage) {
    const pool = start(stage);
    await seeSettled(stage.see, 'none', (async () => (pool.query as () => Promise<unknown>)())());
    await seeSettled(stage.see, 'null', (async () => pool.query(null as never))());
    await seeSettled(stage.see, 'function', (async () => pool.query((() => {}) as never))());
    await seeSettled(stage.see, 'bad', pool.query('select $1::int', ['x']));
    seeCall(stage.see, 'without new', () => inspect((pg.Pool as unknown as () => unknown)(), { depth: -1 }));
    await seeSettled(stage.see, 'connect', (async () => pool.connect('x' as never))());
  },
  async 'a client that dies idle'(stage) {
    const pool = start(stage);
    const { rows } = await pool.query('select pg_backend_pid() as pid');
    const killer = start(stage);
    await killer.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await pause(15);
    stage.see(counts(pool), (await pool.query('select 1')).rowCount);
  },
  async objects(stage) {
    const pool = start(stage);
    seeShape(stage.see, 'before', pool);
    const client = await pool.connect();
    stage.see(ownKeys(client));
    seeListeners(stage.see, 'client', client as never);
    seeListeners(stage.see, 'pool', pool);
    stage.see(client.release, client.query, pool.connect, pool.query, pool.constructor);
    client.release();
    stage.see(ownKeys(client));
    for (const key of Object.getOwnPropertyNames(Pool.prototype))
      stage.see(key, Object.getOwnPropertyDescriptor(Pool.prototype, key));
  },
  async 'callbacks that throw, and rejections'(stage) {
    const pool = start(stage, { max: 1 });
    pool.query('select 1', () => {
      throw new Error('in a query callback');
    });
    pool.connect((_error, _client, release) => {
      release();
      throw new Error('in a connect callback');
    });
    void pool.query('selct');
    await pause(25);
    stage.see(counts(pool));
  },
};
