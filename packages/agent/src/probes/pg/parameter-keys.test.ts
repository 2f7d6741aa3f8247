import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashText } from '../hash.ts';
import { keysOf } from './parameter-keys.ts';
import { readStatement } from './statement.ts';

const call = (keys: readonly number[]) => ({ ...readStatement('SELECT f($1)'), keys });

describe('keysOf', () => {
  it('makes equal hashes of equal values only, and takes nothing long', () => {
    assert.deepEqual(keysOf([7], call([])), keysOf(['7'], call([])));
    assert.notDeepEqual(keysOf([7], call([])), keysOf([8], call([])));
    assert.deepEqual(keysOf([{ a: 1 }, 'x'.repeat(1_000), null], call([])), []);
    assert.deepEqual(keysOf(undefined, call([])), []);
  });

  it('takes literals only where there are no parameters', () => {
    assert.deepEqual(keysOf([7], call([1])), [hashText('7')]);
    assert.deepEqual(keysOf([], call([1])), [1]);
  });

  const hashes = (...texts: readonly string[]) => texts.map(hashText);
  const rows: readonly (readonly [sql: string, dialect: 'postgresql' | 'mysql', keys: readonly number[]])[] = [
    ['UPDATE t SET n = $1 WHERE id = $2', 'postgresql', hashes('b')],
    ["UPDATE t SET n = n + $1, m = $2 WHERE name = 'views'", 'postgresql', hashes('views')],
    ['UPDATE t SET n = $1', 'postgresql', []],
    ['SELECT * FROM t WHERE id = $1 LIMIT $2 FOR UPDATE', 'postgresql', hashes('a')],
    [
      'UPDATE t SET n = 1 WHERE id IN (SELECT id FROM u WHERE s = $1 LIMIT $2) AND k = $3',
      'postgresql',
      hashes('a', 'c'),
    ],
    ['UPDATE t SET n = (SELECT m FROM u WHERE k = $1) WHERE id = $2', 'postgresql', hashes('a', 'b')],
    ['INSERT INTO t (a, b) VALUES ($1, $2)', 'postgresql', hashes('a', 'b', 'c')],
    ['UPDATE t SET n = ?, m = 5 WHERE id = ?', 'mysql', hashes('b')],
    ['UPDATE `t` SET n = ? WHERE id = ? AND k = ? LIMIT ?', 'mysql', hashes('b', 'c')],
    ["DELETE FROM t WHERE s = 'x' AND id IN (?)", 'mysql', hashes('a')],
  ];
  for (const [sql, dialect, expected] of rows) {
    it(`takes the parameters that say which rows: ${sql}`, () =>
      assert.deepEqual(keysOf(['a', 'b', 'c'], readStatement(sql, dialect)), expected));
  }

  it('takes the members of a list', () => {
    assert.deepEqual(keysOf([[1, 2]], readStatement('DELETE FROM t WHERE id = ANY($1)')), hashes('1', '2'));
  });
});

describe('literals of a statement', () => {
  const one = (text: string) => [hashText(text)];
  const both = (a: string, b: string) => [hashText(a), hashText(b), hashText(`${a}\0${b}\0`)];
  const keys: readonly (readonly [sql: string, keys: readonly number[]])[] = [
    ["UPDATE counters SET n = n + 1 WHERE name = 'views'", one('views')],
    ['UPDATE "wallet" SET "amount" = 3 WHERE "id" = 12 RETURNING 1', one('12')],
    ["DELETE FROM t WHERE id = 12 AND state = 'it''s'", both('12', "it's")],
    ['UPDATE t SET a = 1', []],
    ['SELECT * FROM t WHERE id = 5 ORDER BY b LIMIT 1 FOR UPDATE', one('5')],
    ['SELECT * FROM t FOR UPDATE SKIP LOCKED LIMIT 1', []],
    ['SELECT pg_advisory_lock(42)', one('42')],
    ["INSERT INTO t (a, b) VALUES (1, 'x')", both('1', 'x')],
    ['UPDATE t SET a = $1 WHERE id = $2', []],
    ['UPDATE t SET a = (SELECT b FROM u WHERE c = 9) WHERE id = 12 -- 13', one('12')],
  ];
  for (const [sql, expected] of keys) {
    it(`tells the rows of ${sql}`, () => assert.deepEqual(readStatement(sql).keys, expected));
  }

  it('means the same as an equal parameter', () => {
    assert.deepEqual(readStatement('UPDATE t SET a = 1 WHERE id = 12').keys, keysOf([12], call([])));
  });
});
