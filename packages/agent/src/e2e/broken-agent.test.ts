import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import { type HostRun, runPlain } from './testing/host.ts';
import { assertSameAs } from './testing/same.ts';

let database: RunningPostgres;

before(async () => {
  database = await startPostgres();
});

after(() => database.stop());

/** Parts of the agent, and from which call on they throw. */
const BROKEN: Readonly<Record<string, number>> = {
  'flight.begin': 1,
  'flight.finish': 1,
  'flight.open': 1,
  'flight.close': 2,
  'flight.hold': 1,
  'flight.release': 1,
  'flight.lookup': 1,
  'flight.endLookup': 1,
  'flight.loop.mark': 30,
  'flight.loop.stretches': 1,
  'flight.usual.of': 1,
  'flight.usual.learn': 1,
  'context.current': 1,
  'context.enter': 1,
  setDeadline: 1,
  finished: 1,
};

/** Needed only once a request is late. */
const DIAGNOSIS = new Set(['flight.loop.stretches', 'flight.usual.of']);

describe('an agent that fails', { concurrency: 3 }, () => {
  const plain = new Map<string, Promise<HostRun>>();

  for (const [what, from] of Object.entries(BROKEN)) {
    it(`takes itself out, says so once, and the host goes on: ${what}`, async () => {
      const load = DIAGNOSIS.has(what) ? ['late'] : [];
      const env = { DATABASE: database.url };
      const args = [what, String(from), ...load];
      const like = plain.get(load.join()) ?? runPlain('sabotage.mjs', { args, env });
      plain.set(load.join(), like);
      // Late is only who says so: a busy machine is slow.
      const agentEnv = { HOLDUP_BUDGET: '20s' };
      const notices = /turned itself off.*sabotage/;
      const held = await assertSameAs(like, 'sabotage.mjs', { args, env, agentEnv, notices });
      assert.equal(held.code, 0, held.stderr);
      assert.match(held.stdout, /end\n$/);
      // Where its endpoints are is said when they are open, if it gets that far.
      const lines = held.sink.map(({ holdup }) => holdup).filter((holdup) => holdup !== 'debug');
      assert.deepEqual(lines, ['started', 'notice'], JSON.stringify(held.sink));
    });
  }
});
