import { once } from 'node:events';
import { inspect } from 'node:util';
import pg from 'pg';
import { seeCall, seeOrder, seeSettled, seeTurn, seeTurns } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { ownKeys, seeListeners, seeShape, watch } from '../see/watch.ts';
import { pause, serveTcp } from '../see/wire.ts';

async function connect(stage: Stage, options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stage.database, ...options });
  client.on('error', (error) => stage.side('client')(error));
  await client.connect();
  stage.after(() => client.end().catch(() => {}));
  return client;
}

export const behaviours: Behaviours = {
  async results(stage) {
    const client = await connect(stage);
    const query = async (...args: readonly unknown[]) => {
      const result = await (client.query as (...args: readonly unknown[]) => Promise<pg.QueryResult>)(...args);
      stage.see(
        args,
        result.command,
        result.rowCount,
        result.rows,
        result.fields?.map(({ name }) => name),
        Object.keys(result),
      );
    };
    await query("select 1 as one, 'two' as two, null as none, now() is not null as now");
    await query('select $1::int + $2 as sum', [1, 2]);
    await query({ text: 'select $1::text as named', values: ['x'], name: 'my-statement' });
    await query({ text: 'select $1::text as named', values: ['y'], name: 'my-statement' });
    await query({ text: 'select 1 as a, 2 as b', rowMode: 'array' });
    await query('create temp table t (a int)');
    await query('insert into t select generate_series(1, 3) returning a');
    await query('select * from t where a > $1 order by a', [1]);
    stage.see(inspect(await client.query('select 1; select 2'), { depth: 1 }).length);
  },
  async 'callbacks and other ways'(stage) {
    const client = await connect(stage);
    await new Promise<void>((resolve) => {
      stage.see(
        'returns',
        client.query('select 1 as x', (error: Error | null, result: pg.QueryResult) => {
          stage.see(error, result.rows);
          resolve();
        }),
      );
    });
    await new Promise<void>((resolve) => {
      client.query('selct', (error: Error | null, result?: pg.QueryResult) => {
        stage.see(error, result);
        return resolve();
      });
    });
    const submitted = client.query(new pg.Query('select generate_series(1, 2) as n'));
    watch(stage.side('query'), 'query', submitted);
    await once(submitted, 'end');
    await seeSettled(
      stage.see,
      'thenable',
      client.query('select 1').then(({ rowCount }) => rowCount),
    );
  },
  async 'order of statements'(stage) {
    const client = await connect(stage);
    await seeOrder(stage.see, {
      first: client.query('select pg_sleep(0.02)'),
      fails: client.query('selct'),
      third: client.query('select 3'),
      tick: Promise.resolve(),
    });
    await client.query('select 1').then(() => seeTurn(stage.see, 'after a query'));
  },
  async 'errors of statements'(stage) {
    const client = await connect(stage);
    for (const [text, values] of [
      ['selct'],
      ['select * from nowhere'],
      ['select 1 / $1::int', [0]],
      ['select $1::int', ['x']],
      ['select $1::int'],
      ["insert into pg_temp.x values ('secret')"],
      ['select 1; selct'],
    ] as [string, unknown[]?][])
      await seeSettled(stage.see, text, client.query(text, values));
    await seeSettled(stage.see, 'timeout', client.query({ text: 'select pg_sleep(0.2)', query_timeout: 80 } as never));
    seeCall(stage.see, 'no statement', () => (client.query as () => unknown)());
    seeCall(stage.see, 'null', () => client.query(null as never));
    await seeSettled(
      stage.see,
      'empty',
      client.query('').then(({ rows }) => rows),
    );
  },
  async 'a transaction'(stage) {
    const client = await connect(stage);
    await client.query('begin');
    await seeSettled(stage.see, 'fails', client.query('selct'));
    await seeSettled(stage.see, 'aborted', client.query('select 1'));
    stage.see((await client.query('rollback')).command, (await client.query('select 1')).rowCount);
    await client.query('begin; savepoint a');
    stage.see((await client.query('rollback to a')).command, (await client.query('commit')).command);
  },
  async 'locks of another'(stage) {
    const [holder, waiter] = [await connect(stage), await connect(stage, { lock_timeout: 90 } as pg.ClientConfig)];
    await holder.query('select pg_advisory_lock(77)');
    await seeSettled(stage.see, 'waits', waiter.query('select pg_advisory_lock(77)'));
    const waiting = waiter.query('set lock_timeout = 0; select pg_advisory_lock(77)').then(() => 'got it');
    await pause(5);
    // Not in which order: two processes of the server answer on two connections at the same moment.
    await Promise.all([
      seeSettled(stage.side('unlock'), 'unlock', holder.query('select pg_advisory_unlock(77)')),
      seeSettled(stage.side('waiting'), 'waiting', waiting),
    ]);
  },
  async 'connections that fail'(stage) {
    const closing = await serveTcp(stage, (socket) => socket.once('data', () => socket.destroy()));
    const silent = await serveTcp(stage, () => {});
    for (const options of [
      { host: '127.0.0.1', port: 1 },
      { host: 'no-such-host.invalid' },
      { host: '127.0.0.1', port: closing },
      { host: '127.0.0.1', port: silent, connectionTimeoutMillis: 20 },
    ]) {
      const client = new pg.Client(options);
      watch(stage.side(`client ${options.host} ${'port' in options && options.port === 1}`), 'client', client);
      client.on('error', () => {});
      await seeSettled(
        stage.see,
        String(options.host),
        client.connect().then(() => 'connected'),
      );
      await seeSettled(
        stage.see,
        'query',
        Promise.race([client.query('select 1').then(({ rows }) => rows), pause(20)]),
      );
      await seeSettled(stage.see, 'end', Promise.race([client.end(), pause(20)]));
    }
  },
  async 'the server ends it'(stage) {
    const client = await connect(stage);
    watch(stage.see, 'client', client);
    await seeSettled(stage.see, 'terminated', client.query('select pg_terminate_backend(pg_backend_pid())'));
    await seeSettled(stage.see, 'after', client.query('select 1'));
  },
  async ended(stage) {
    const client = await connect(stage);
    watch(stage.see, 'client', client);
    const running = client.query('select pg_sleep(0.01)').then(() => 'ran');
    await seeOrder(stage.see, { running, end: client.end() });
    await seeSettled(stage.see, 'query', client.query('select 1'));
    await seeTurns(stage.see, 'query', client.query('select 1'));
    await seeSettled(stage.see, 'connect', (async () => client.connect())());
    await seeSettled(stage.see, 'end', client.end());
  },
  async 'notices and notifications'(stage) {
    const client = await connect(stage);
    client.on('notice', ({ message, severity }) => stage.see('notice', severity, message));
    client.on('notification', ({ channel, payload }) => stage.see('notification', channel, payload));
    await client.query("do $$ begin raise warning 'careful'; end $$");
    await client.query('listen mine');
    await client.query("notify mine, 'hello'");
    await pause(5);
  },
  async objects(stage) {
    const client = await connect(stage);
    stage.see(ownKeys(client));
    seeListeners(stage.see, 'client', client);
    const { connection } = client as unknown as { connection: { stream: object } };
    seeListeners(stage.see, 'connection', connection as never);
    seeListeners(stage.see, 'stream', connection.stream as never);
    seeShape(stage.see, 'query', new pg.Query('select 1'));
    for (const key of Object.getOwnPropertyNames(pg.Client.prototype))
      stage.see(key, Object.getOwnPropertyDescriptor(pg.Client.prototype, key));
    stage.see(
      client.escapeIdentifier('a"b'),
      client.escapeLiteral("a'b"),
      (client as { processID?: unknown }).processID === null,
    );
  },
  async 'callbacks that throw, and rejections'(stage) {
    const client = await connect(stage);
    client.query('select 1', () => {
      throw new Error('in a callback');
    });
    void client.query('selct');
    await pause(15);
    const late = client.query('select 1 / 0');
    await pause(15);
    await seeSettled(stage.see, 'late', late);
  },
};
