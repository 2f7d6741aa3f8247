import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readProfile } from '../read-profile.ts';
import { mustRead, namesOf, totals } from '../testing/fixtures.ts';

describe('folded stacks', () => {
  it('has the stack up to the last space, outermost first', () => {
    const profile = mustRead('# a comment\nmain;operator new (int);écrire 12\r\n\nmain 3\n');
    assert.deepEqual(namesOf(profile, 0), ['main', 'operator new (int)', 'écrire']);
    assert.deepEqual([...profile.samples.values], [12n, 3n]);
  });

  it('is told from pprof, whose fields letters may look like', () => {
    const text = 'main;handler;query 30\nmain;handler;render 60\nmain;(garbage collector) 10\n';
    assert.deepEqual(totals(mustRead(text)), [100n]);
    assert.equal(readProfile(Buffer.from('hello world, no profile'), gunzipSync), undefined);
  });

  it('counts what lies across the chunks it is read in', () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `main;a function with a rather long name;f${i % 50} 1`);
    assert.deepEqual(totals(mustRead(lines.join('\n'))), [30_000n]);
  });

  it('is known by a first line of any depth', () => {
    const deep = Array.from({ length: 5_000 }, (_, i) => `f${i}`).join(';');
    for (const text of [`${deep} 7`, `# made by hand\n${deep} 7\nmain 3\n`]) {
      assert.equal(namesOf(mustRead(text), 0).length, 5_000);
    }
    assert.equal(readProfile(Buffer.from('a;'.repeat(2 ** 20)), gunzipSync), undefined);
  });

  it('says in which line a number is missing', () => {
    const message = 'broken folded stacks: "a;c x" without a whole number at its end at line 2; take the profile again';
    assert.throws(() => mustRead('a;b 1\na;c x\n'), { code: 'HOLDUP_PROFILE_BROKEN', message });
  });

  it('is not what happens to end in a number', () => {
    for (const text of ['Chapter 1\nIt was late.\nVery late.\n', '', '\n\n', 'a;b', '{"a": 1}', '\0\0\0 1']) {
      assert.equal(readProfile(Buffer.from(text), gunzipSync), undefined, JSON.stringify(text));
    }
  });
});
