import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StuckError } from '../profiling/main-thread.ts';
import { type Answer, refuse } from './answer.ts';
import { ProfileLease } from './lease.ts';
import { profileAnswer } from './profiles.ts';
import type { DebugSite } from './route.ts';

/** Of an endpoint's site only what keeps profiles apart. */
function siteOf(lease: ProfileLease): DebugSite {
  const never = () => Promise.reject(new Error('not asked for'));
  return {
    evaluate: never,
    withSession: never,
    async exclusive(who: string, profile: () => Promise<Answer>) {
      const holder = lease.take(who);
      if (holder !== undefined) return refuse(409, holder);
      try {
        return await profile();
      } finally {
        lease.give();
      }
    },
    vitals: () => ({ silentMs: 0, blocked: false, inFlight: 0 }),
    gone: new AbortController().signal,
    accept: '',
    isHead: false,
  };
}

describe('a profile in a native call', () => {
  it('is given up when it takes too long, and at work until all is switched off again', async () => {
    const site = siteOf(new ProfileLease());
    let returns = () => {};
    const first = await profileAnswer(site, 'first', async (onStuck) => {
      const stuck = new StuckError('in a native call');
      onStuck(stuck);
      await new Promise<void>((resolve) => {
        returns = resolve;
      });
      throw stuck;
    });
    assert.deepEqual([first.status, first.body], [503, 'in a native call\n']);
    const second = () => profileAnswer(site, 'second', () => Promise.resolve(refuse(200, 'done')));
    assert.match(String((await second()).body), /^first, for/);
    returns();
    await new Promise(setImmediate);
    assert.equal((await second()).status, 200);
  });
});
