import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import Cursor from 'pg-cursor';
import { setUpPostgres } from '../testing/postgres.ts';

const { kit, server } = setUpPostgres();
const ROWS = 'select i, pg_sleep(case when i = 1 then 0.1 else 0 end) from generate_series(1, $1) i';

async function openClient(test: { after: (fn: () => Promise<void>) => void }): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  test.after(() => client.end());
  return client;
}

describe('pg-cursor', () => {
  it('records each batch of rows: the first is the statement, the others fetch more of it', async (test) => {
    const client = await openClient(test);
    const recorded = await kit.record(async () => {
      const cursor = client.query(new Cursor<{ i: number }>(ROWS, [5]));
      const first = await cursor.read(3);
      // The cursor is idle here: this is no time of the database's.
      await sleep(60);
      const others = await cursor.read(3);
      assert.deepEqual([first.length, others.length], [3, 2]);
      assert.equal(kit.context.current()?.target, '/test');
      await cursor.close();
    });
    const [first, more, ...rest] = recorded.opsOf('db-query');
    assert.deepEqual(rest, []);
    assert.match(first?.name ?? '', /^select i, pg_sleep/);
    assert.deepEqual([first?.detail.verb, more?.detail.verb], ['SELECT', 'FETCH']);
    assert.ok((first?.end ?? 0) - (first?.start ?? 0) >= 95e6);
    assert.ok((more?.start ?? 0) - (first?.end ?? 0) >= 55e6);
  });

  it('hands out errors, and ends with them', async (test) => {
    const client = await openClient(test);
    const recorded = await kit.record(async () => {
      const cursor = client.query(new Cursor('select nothing'));
      await assert.rejects(cursor.read(1), /"nothing" does not exist/);
    });
    assert.equal(recorded.op('db-query').detail.sqlState, '42703');
    assert.deepEqual((await client.query('select 1 as one')).rows, [{ one: 1 }]);
  });
});
