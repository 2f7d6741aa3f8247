import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashText } from '../hash.ts';
import { keysOf } from './parameter-keys.ts';
import { readStatement } from './statement.ts';

describe('keysOf', () => {
  it('makes equal hashes of equal values only, and takes nothing long', () => {
    assert.deepEqual(keysOf([7], []), keysOf(['7'], []));
    assert.notDeepEqual(keysOf([7], []), keysOf([8], []));
    assert.deepEqual(keysOf([{ a: 1 }, 'x'.repeat(1_000), null], []), []);
    assert.deepEqual(keysOf(undefined, []), []);
  });

  it('takes literals only where there are no parameters', () => {
    assert.deepEqual(keysOf([7], [1]), [hashText('7')]);
    assert.deepEqual(keysOf([], [1]), [1]);
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
    assert.deepEqual(readStatement('UPDATE t SET a = 1 WHERE id = 12').keys, keysOf([12], []));
  });
});
