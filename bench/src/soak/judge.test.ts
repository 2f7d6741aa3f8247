import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeSoak, type Turn } from './judge.ts';

function turn(change: { heapMb?: number; timers?: number; listeners?: number; p99?: number } = {}): Turn {
  const { heapMb = 20, timers = 5, listeners = 12, p99 = 4 } = change;
  const delay = { p50: 1, p99 };
  const remains = { heapBytes: heapMb * 1e6, externalBytes: 2e6, rssBytes: 9e7, timers, listeners };
  return { fault: 'none', requests: 1_000, calm: delay, faulty: delay, remains };
}

const flat = Array.from({ length: 8 }, () => turn());

describe('judgeSoak', () => {
  it('finds nothing where nothing grows', () => {
    const { problems, requests, turns } = judgeSoak({ plain: flat, holdup: flat }, 3);
    assert.deepEqual([problems, requests, turns], [[], 8_000, 8]);
  });

  it('does not mind the first quarter, which fills what is bounded', () => {
    const holdup = flat.map((_, i) => turn({ heapMb: i < 2 ? 10 : 20 }));
    assert.deepEqual(judgeSoak({ plain: flat, holdup }, 1).problems, []);
  });

  it('finds a heap, timers and listeners that grow, and a loop that is later', () => {
    const holdup = flat.map((_, i) => turn({ heapMb: 20 + i, timers: 5 + i, listeners: 12 + i, p99: 5 }));
    assert.deepEqual(judgeSoak({ plain: flat, holdup }, 1).problems, [
      'heapGrowthMb is 4, more than 2',
      'timersLeft is 4, more than 3',
      'listenersLeft is 4, more than 0',
      'delayRatioCalm is 1.25, more than 1.1',
      'delayRatioFaulty is 1.25, more than 1.1',
    ]);
  });

  it('does not charge the agent with what plain gains too', () => {
    const grows = flat.map((_, i) => turn({ timers: 5 + i }));
    assert.equal(judgeSoak({ plain: grows, holdup: grows }, 1).timersLeft, 0);
  });

  it('wants to see the agent at work', () => {
    assert.equal(judgeSoak({ plain: flat, holdup: flat }, 0).problems.length, 1);
  });
});
