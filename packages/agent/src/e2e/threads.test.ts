import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertSame, verdictsOf } from './testing/same.ts';

/** Late is only who is meant to be: a busy machine is slow. */
const BUDGETS = ['main', 'worker', 'fork', 'cluster'].map((name) => `GET /in-${name}=100ms`).join();

const late: Record<string, readonly string[]> = {
  worker: ['GET /in-main', 'GET /in-worker'],
  cluster: ['GET /in-cluster', 'GET /in-cluster'],
  fork: ['GET /in-fork'],
  'worker-ends': [],
  'worker-exit-early': [],
};

describe('every thread and every process has its own verdicts, and ends as ever', { concurrency: 3 }, () => {
  for (const [how, routes] of Object.entries(late)) {
    it(how, async () => {
      const agentEnv = { HOLDUP_BUDGET: '20s', HOLDUP_ROUTE_BUDGETS: BUDGETS };
      const { held } = await assertSame('threads.mjs', { args: [how], agentEnv });
      assert.equal(held.code, how === 'worker-exit-early' ? 3 : 0, held.stderr);
      const verdicts = verdictsOf(held.sink);
      assert.deepEqual(verdicts.map(({ route }) => route).sort(), routes);
      const pids = new Set(verdicts.map(({ pid }) => pid));
      assert.equal(pids.size, how === 'worker' ? 1 : routes.length);
    });
  }
});
