import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { Session } from 'node:inspector';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { processorQueueClock } from '../cpu-clock.ts';
import { BEAT_MS } from '../watchdog/timing.ts';
import { IdleClock } from './idle-clock.ts';

const SAMPLES_EVERY_US = 5_000;

/** With a heartbeat, as the agent has one; the profiler is on from `profile` to the end. */
async function withClock(work: (clock: IdleClock, profile: () => void) => Promise<void>): Promise<void> {
  const clock = new IdleClock();
  const beats = setInterval(() => clock.beat(performance.now()), BEAT_MS);
  const session = new Session();
  session.connect();
  try {
    await work(clock, () => {
      session.post('Profiler.enable');
      session.post('Profiler.setSamplingInterval', { interval: SAMPLES_EVERY_US });
      session.post('Profiler.start');
      clock.look();
    });
  } finally {
    clearInterval(beats);
    session.disconnect();
  }
}

describe('IdleClock', () => {
  it('says what Node says as long as nobody profiles', () =>
    withClock(async (clock) => {
      await sleep(100);
      assert.equal(clock.read(), performance.nodeTiming.idleTime);
    }));

  it('finds the idle time that a profiler hides', () =>
    withClock(async (clock, profile) => {
      profile();
      const before = clock.read();
      const began = performance.now();
      await sleep(500);
      const wall = performance.now() - began;
      const idle = clock.read() - before;
      assert.ok(idle > 0.8 * wall && idle <= wall, `${idle} ms of ${wall} ms idle`);
    }));

  it('takes no work for idle time while a profiler runs', () =>
    withClock(async (clock, profile) => {
      profile();
      const before = clock.read();
      const until = performance.now() + 200;
      while (performance.now() < until);
      assert.ok(clock.read() - before < BEAT_MS + 5);
    }));

  it('takes no waiting for a processor for idle time while a profiler runs', async (test) => {
    if (processorQueueClock()() === undefined) {
      test.skip('this system does not tell how long a thread waited for a processor');
      return;
    }
    const others = Array.from({ length: availableParallelism() }, () =>
      spawn(process.execPath, ['-e', 'const until = Date.now() + 5_000; while (Date.now() < until);']),
    );
    test.after(() => others.map((other) => other.kill()));
    await withClock(async (clock, profile) => {
      profile();
      const before = clock.read();
      const until = performance.now() + 1_000;
      while (performance.now() < until) {
        const pieceUntil = performance.now() + 20;
        while (performance.now() < pieceUntil);
        clock.read();
        await nextTurn();
      }
      assert.ok(clock.read() - before < 2 * BEAT_MS, `${clock.read() - before} ms of a busy second`);
    });
  });

  it('takes a process that sleeps in a call for idle no longer than to the next beat', () =>
    withClock(async (clock, profile) => {
      profile();
      const before = clock.read();
      execFileSync(process.execPath, ['-e', 'setTimeout(() => {}, 300)']);
      assert.ok(clock.read() - before < BEAT_MS + 5);
    }));
});
