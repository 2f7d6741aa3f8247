import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startPostgres } from '@holdup/testkit';
import { assertSame } from './testing/same.ts';

describe('a thousand requests', () => {
  it('leave nothing in flight, no handle and no listener', async () => {
    const database = await startPostgres();
    try {
      const options = { env: { DATABASE: database.url }, agentEnv: { HOLDUP_BUDGET: '20s' } };
      const { held } = await assertSame('thousand.mjs', options);
      assert.equal(held.code, 0, held.stderr);
      assert.match(held.stdout, /^inFlight 0\nopenHolds 0\nopenLookups 0\nanswered 1000\n/);
    } finally {
      await database.stop();
    }
  });
});
