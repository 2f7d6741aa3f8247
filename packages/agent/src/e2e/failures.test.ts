import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import { assertSame, verdictsOf } from './testing/same.ts';

let database: RunningPostgres;

before(async () => {
  database = await startPostgres();
});

after(() => database.stop());

/** Calls that nobody catches. */
const FATAL = [
  'fetch',
  'query',
  'pool refused',
  'client',
  'null statement',
  'bad callback',
  'callback throws',
  'connect callback throws',
  'pool without listener',
];

describe('a database that goes away', () => {
  it('in the middle of everything fails alike', async () => {
    const shop = await startPostgres();
    let querying = 0;
    const { held } = await assertSame('outage.mjs', {
      env: { DATABASE: shop.url },
      // Only once both hosts are in the middle of it.
      during: async ({ line }) => {
        await line(/^querying/);
        if (++querying === 2) await shop.stop();
      },
    });
    assert.equal(held.code, 0, held.stderr);
    assert.match(held.stdout, /in flight .*gone/);
    const [verdict] = verdictsOf(held.sink);
    assert.equal(verdict?.route, 'GET /');
  });

  it('before the start fails alike', async () => {
    const env = { DATABASE: 'postgres://shop:c4nary@127.0.0.1:9/shop' };
    const { held } = await assertSame('failures.mjs', { args: ['background', 'query'], env });
    assert.equal(held.code, 1, held.stderr);
    assert.match(held.stderr, /ECONNREFUSED/);
  });
});

describe('what fails outside fails alike', { concurrency: 2 }, () => {
  for (const where of ['request', 'background']) {
    it(`in the ${where}`, async () => {
      const { held } = await assertSame('failures.mjs', { args: [where], env: { DATABASE: database.url } });
      assert.equal(held.code, 0, held.stderr);
    });

    for (const call of where === 'request' ? FATAL : FATAL.slice(0, 2)) {
      it(`in the ${where}, and ends the process: ${call}`, async () => {
        const { held } = await assertSame('failures.mjs', { args: [where, call], env: { DATABASE: database.url } });
        assert.equal(held.code, 1, held.stderr);
      });
    }
  }
});
