import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import { assertSame } from './testing/same.ts';

let database: RunningPostgres;

before(async () => {
  database = await startPostgres();
});

after(() => database.stop());

/** Calls that nobody catches. */
const FATAL = [
  'fetch',
  'query',
  'query later',
  'pool refused',
  'connect',
  'client',
  'null statement',
  'bad callback',
  'callback throws',
  'connect callback throws',
  'no listener',
  'pool without listener',
];

describe('what fails outside fails alike', { concurrency: 2 }, () => {
  for (const where of ['request', 'background']) {
    it(`in the ${where}`, async () => {
      const { held } = await assertSame('failures.mjs', { args: [where], env: { DATABASE: database.url } });
      assert.equal(held.code, 0, held.stderr);
    });

    for (const call of FATAL) {
      it(`in the ${where}, and ends the process: ${call}`, async () => {
        const { held } = await assertSame('failures.mjs', { args: [where, call], env: { DATABASE: database.url } });
        assert.equal(held.code, 1, held.stderr);
      });
    }
  }
});
