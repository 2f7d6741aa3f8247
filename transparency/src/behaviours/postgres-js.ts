import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import postgres from 'postgres';
import { seeCall, seeLadder, seeOrder, seeSettled } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { seeSurface } from '../see/surface.ts';
import { ownKeys } from '../see/watch.ts';
import { pause } from '../see/wire.ts';

const storage = new AsyncLocalStorage<string>();

function open(
  stage: Stage,
  options: postgres.Options<Record<string, postgres.PostgresType>> = {},
  make = postgres,
): postgres.Sql {
  const side = stage.side('sql');
  const sql = make(stage.database, {
    max: 1,
    onnotice: (notice) => side('notice', notice.message),
    ...options,
  });
  stage.after(() => sql.end({ timeout: 0 }));
  return sql;
}

export const behaviours: Behaviours = {
  async statements(stage) {
    const { see } = stage;
    const sql = open(stage);
    const rows = await sql`select ${1}::int as x, ${'a'} as y`;
    see(rows, ownKeys(rows), rows.constructor.name, rows.count, rows.command, rows.columns.length);
    await seeOrder(see, {
      slow: sql`select pg_sleep(0.003)`,
      fails: sql`selct`,
      fast: sql`select 1`,
      unsafe: sql.unsafe('select 1; select 2'),
    });
    await seeSettled(see, 'fails', sql`select * from no_such where id = ${1}`);
    await seeSettled(see, 'unsafe fails', sql.unsafe('selct', [1]));
    await seeSettled(see, 'undefined', (async () => sql`select ${undefined as never}`)());
    const query = sql`select 1 as x`;
    see(query.constructor.name, ownKeys(query), query instanceof Promise);
    await seeLadder(see, { query });
    see(
      await sql`select 1 as x`.values(),
      await sql`select 1 as x`.raw(),
      (await sql`select 1 as x`.describe()).string,
    );
    await storage.run('mine', () => sql`select 1`.then(() => see(storage.getStore())));
    await sql`select n from generate_series(1, 4) as n`.cursor(2, async (part) =>
      see('part', [...part], storage.getStore()),
    );
    for await (const [row] of sql`select n from generate_series(1, 3) as n`.cursor()) see('row', row);
    await sql`select n from generate_series(1, 2) as n`.forEach((row) => {
      see('each', row);
    });
    const cancelled = sql`select pg_sleep(2)`.execute();
    await pause(20);
    cancelled.cancel();
    await seeSettled(see, 'cancelled', cancelled);
    const stream = await sql`copy (select 1) to stdout`.readable();
    see((await stream.toArray()).map(String));
    void sql`selct`.execute();
    await pause(20);
  },
  async 'transactions and the pool'(stage) {
    const { see } = stage;
    const sql = open(stage, { max: 2 });
    const order: string[] = [];
    const tx = (name: string) =>
      sql.begin(async (inside) => {
        order.push(`${name} begins`);
        await inside`select pg_sleep(0.002)`;
        await inside.savepoint((point) => point`select 1`);
        return name;
      });
    see(await Promise.all([tx('a'), tx('b')]), order.length);
    await seeSettled(
      see,
      'thrown',
      sql.begin(() => {
        throw new RangeError('mine');
      }),
    );
    await seeSettled(
      see,
      'fails',
      sql.begin((inside) => inside`selct`),
    );
    await seeSettled(
      see,
      'several',
      sql.begin((inside) => [inside`select 1 as x`, inside`select 2 as x`]),
    );
    const reserved = await sql.reserve();
    see(await reserved`select 1 as x`, typeof reserved.release);
    reserved.release();
    let hear: (payload: string) => void = () => {};
    const heard = new Promise<string>((resolve) => {
      hear = resolve;
    });
    await sql.listen('channel', (payload) => hear(payload));
    await sql.notify('channel', 'x');
    see(await heard);
    await seeSettled(see, 'ended', sql.end());
    await seeSettled(see, 'after', sql`select 1`);
  },
  async 'servers that fail'(stage) {
    const { see } = stage;
    const refused = postgres({ host: '127.0.0.1', port: 1, username: 'x', backoff: () => 0 });
    stage.after(() => refused.end({ timeout: 0 }));
    await seeSettled(see, 'query', refused`select 1`);
    await seeSettled(
      see,
      'transaction',
      refused.begin((inside) => inside`select 1`),
    );
    const sql = open(stage);
    const [row] = await sql`select pg_backend_pid() as pid`;
    const killer = open(stage);
    const pending = sql`select pg_sleep(2)`.execute();
    await pause(20);
    await killer`select pg_terminate_backend(${row?.pid})`;
    await seeSettled(see, 'killed', pending);
    see(await sql`select 1 as x`);
  },
  async 'its functions'(stage) {
    const { see } = stage;
    const other: typeof postgres = createRequire(import.meta.url)('postgres');
    for (const [name, make] of Object.entries({ module: postgres, commonjs: other })) {
      seeSurface((...parts) => see(name, ...parts), 'postgres', make);
      const sql = open(stage, {}, make);
      seeSurface((...parts) => see(name, ...parts), 'sql', sql);
      see(name, await sql`select 1 as x`);
    }
    seeCall(see, 'without an address', () => postgres('nonsense://' as never, { port: 'x' as never }).options.port);
  },
};
