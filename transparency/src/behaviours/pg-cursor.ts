import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { seeCall, seeSettled } from '../see/settle.ts';
import type { Behaviours, Stage } from '../see/stage.ts';
import { seeStrangers, seeSurface } from '../see/surface.ts';
import { ownKeys, seeListeners, watch } from '../see/watch.ts';

const storage = new AsyncLocalStorage<string>();
const ROWS = 'select n from generate_series(1, $1) as n';

async function connect(stage: Stage): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stage.database });
  stage.after(() => client.end());
  await client.connect();
  return client;
}

export const behaviours: Behaviours = {
  async 'a cursor'(stage) {
    const { see } = stage;
    const client = await connect(stage);
    const cursor = client.query(new Cursor(ROWS, [5]));
    watch(stage.side('cursor'), 'cursor', cursor as never);
    see(await cursor.read(2), await cursor.read(2), await cursor.read(2), await cursor.read(2));
    await new Promise<void>((resolve) => {
      const other = client.query(new Cursor(ROWS, [3]));
      storage.run('mine', () =>
        other.read(1, function (this: unknown, error: unknown, rows: unknown, result: unknown) {
          see(error, rows, Object.keys(Object(result)), Object(this).constructor?.name, storage.getStore());
          other.close((closed: unknown) => resolve(see('closed', closed, storage.getStore())));
        } as never),
      );
    });
    const bad = client.query(new Cursor('selct'));
    await seeSettled(see, 'fails', bad.read(1));
    await seeSettled(see, 'again', bad.read(1));
    const two = [client.query(new Cursor(ROWS, [2])), client.query('select 1 as x')] as const;
    see(await two[0].read(5));
    await two[0].close();
    see((await two[1]).rows, ownKeys(two[0]));
    seeListeners(see, 'client', client as never);
    seeSurface(see, 'Cursor', Cursor);
    await seeStrangers(see, Cursor.prototype, ['read', 'close', '_getRows']);
    await seeStrangers(see, pg.Client.prototype, ['query', '_connect']);
    await seeStrangers(see, pg.Pool.prototype, ['_release']);
  },
  async 'a stream of rows'(stage) {
    const { see } = stage;
    const client = await connect(stage);
    const stream = client.query(new QueryStream(ROWS, [4], { batchSize: 2, highWaterMark: 1 }));
    watch(stage.side('stream'), 'stream', stream);
    const rows: unknown[] = [];
    await storage.run('mine', async () => {
      for await (const row of stream) rows.push(row, storage.getStore());
    });
    see(rows, ownKeys(stream));
    const destroyed = client.query(new QueryStream(ROWS, [1_000]));
    for await (const row of destroyed) {
      see(row);
      break;
    }
    await seeSettled(see, 'fails', client.query(new QueryStream('selct')).toArray());
    await seeSettled(
      see,
      'after',
      client.query('select 1 as x').then((result) => result.rows),
    );
    seeCall(see, 'submit', () => new QueryStream(ROWS).submit(undefined as never));
  },
};
