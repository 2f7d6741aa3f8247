import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startPostgres } from '@holdup/testkit';
import { type HostRun, runHeld, runPlain } from './testing/host.ts';
import { assertDiscreet, verdictsOf } from './testing/same.ts';

/** Of what is late: a verdict may be left out to stay cheap, but not many. */
const LEAST_SHARE = 0.8;

/** Roles are the server's, so each run has a server of its own. */
async function withDatabase(run: typeof runHeld): Promise<HostRun> {
  const database = await startPostgres();
  try {
    return await run('secrets.mjs', { env: { DATABASE: database.url }, agentEnv: { HOLDUP_BUDGET: '20s' } });
  } finally {
    await database.stop();
  }
}

describe('what a program keeps secret', () => {
  it('is in no verdict', async () => {
    const [plain, held] = await Promise.all([withDatabase(runPlain), withDatabase(runHeld)]);
    assert.equal(held.code, 0, held.stderr);
    assert.equal(held.stdout, plain.stdout);
    assertDiscreet(held, /counted but not diagnosed/);
    assert.doesNotMatch(JSON.stringify(held.sink), /41111111/);
    const late = held.stdout.split('\n').filter((line) => line.startsWith('/')).length;
    const verdicts = verdictsOf(held.sink);
    assert.ok(verdicts.length >= late * LEAST_SHARE, `${verdicts.length} verdicts for ${late} late requests`);
  });
});
