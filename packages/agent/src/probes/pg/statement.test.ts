import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readStatement, StatementCache } from './statement.ts';

describe('readStatement', () => {
  const shapes: readonly (readonly [sql: string, shape: string])[] = [
    ["select * from users where id = 17 and name = 'O''Hara'", 'select * from users where id = ? and name = ?'],
    ['SELECT 1', 'SELECT ?'],
    ['select a1, b2 from t3 where x = $1', 'select a1, b2 from t3 where x = ?'],
    ['select *\n  from t -- secret 42\n where a in (1, 2,3)', 'select * from t where a in (?, …)'],
    ["insert into t (a, b) values (1, 'x'), (2, 'y'), (3, 'z')", 'insert into t (a, b) values (?, …), …'],
    ['select $tag$ secret $tag$, $$more$$', 'select ?, …'],
    ["select E'it\\'s secret', -1.5e3, 0xff", 'select ?, …'],
    ["select 'C:\\', 'secret'", 'select ?'],
    ["select 'it\\'s secret', 1", 'select ?'],
    ["select '--', 'secret' -- 'secret'\n, '/*', 'secret', '*/'", 'select ?, …'],
    ["select /* ' */ 'secret' /* ' */, x", 'select ? , x'],
    ["select 1 /* /* */ secret */, 'secret'", 'select ?'],
    ['select $a$ $$ secret $$ $a$, "a\'b", foo$1$bar$1$, 1_000, .5, 0b11', 'select ?, "a\'b", foo$1$bar$1$, ?, …'],
    ["select U&'secret', x'beef', n'secret' from \"it's\"", 'select ?, … from "it\'s"'],
    ['/* traceparent=00-1 */ update t set a = 3', 'update t set a = ?'],
  ];
  for (const [sql, shape] of shapes) {
    it(`reads ${JSON.stringify(sql).slice(0, 60)}`, () => assert.equal(readStatement(sql).shape, shape));
  }

  it('keeps no half of a literal that the cut went through', () => {
    const sql = `select '${'secret '.repeat(2_000)}'`;
    assert.equal(readStatement(sql).shape, 'select ?');
    assert.equal(readStatement(`do $x$${'secret '.repeat(2_000)}$x$`).shape, 'do ?');
  });

  const locking: readonly (readonly [sql: string, locks: boolean, tables: readonly string[]])[] = [
    ['select * from stock where id = 1', false, ['stock']],
    ['select * from "Stock" s join public.items i on true for update', true, ['stock', 'public.items']],
    ['select 1 from stock for no key update skip locked', true, ['stock']],
    ['update stock set qty = 1', true, ['stock']],
    ['with w as (delete from jobs returning *) select * from w', true, ['jobs', 'w']],
    ['with w as (select 1) select * from w', false, ['w']],
    ['insert into a select * from b', true, ['a', 'b']],
    ['lock table stock', true, ['stock']],
    ['lock stock, public.items in share mode', true, ['stock', 'public.items']],
    ['TRUNCATE ONLY stock, "Items" CASCADE', true, ['stock', 'items']],
    ['vacuum (full, analyze) stock', true, ['stock']],
    ['VACUUM FULL VERBOSE public.stock', true, ['public.stock']],
    ['create unique index concurrently if not exists i on only stock (qty)', true, ['stock']],
    ['create trigger t before update on stock for each row execute function f()', true, ['stock']],
    ['refresh materialized view concurrently totals', true, ['totals']],
    ['create table if not exists stock (id int)', true, ['stock']],
    ['select pg_advisory_lock(1)', true, ['pg_advisory_lock']],
    ['select pg_advisory_xact_lock(hashtext($1))', true, ['pg_advisory_lock']],
    ['select pg_advisory_unlock(1)', true, []],
    ['BEGIN', false, []],
  ];
  for (const [sql, locks, tables] of locking) {
    it(`knows whether ${sql} takes locks, and where`, () => {
      const statement = readStatement(sql);
      assert.deepEqual([statement.locking, statement.tables], [locks, tables]);
    });
  }
});

describe('StatementCache', () => {
  it('stays bounded when every text is new', () => {
    const cache = new StatementCache();
    for (let i = 0; i < 5_000; i++) assert.equal(cache.of(`select ${i}`).shape, 'select ?');
  });
});
