import { now } from '../clock.ts';
import { HEARTBEAT } from '../recorder/loop-ring.ts';
import { BEAT_MS, LATE_MS } from '../watchdog/timing.ts';
import type { Probe } from './probe.ts';

/** Beats between two looks at the deadlines: 120 ms, a tenth of what a verdict may take. */
const BEATS_PER_SCAN = 3;

/**
 * The heartbeat: a timer that marks the loop ring, tells the watchdog that the loop turns, and now and then has the
 * deadlines looked at. It never keeps the process alive.
 */
export function loopProbe(beat: (time: number) => void, scan: (time: number) => void): Probe {
  return {
    name: 'loop',
    sources: ['loop'],
    install(kit) {
      let beats = 0;
      let last = now();
      let postponed = false;
      const tick = kit.guard(() => {
        const time = now();
        kit.flight.idle.beat(time);
        kit.flight.loop.mark(time, HEARTBEAT);
        beat(time);
        beats++;
        // Behind a block: what it left to be told (collection pauses, answers that lay there) is told after this timer.
        const tooSoon = time - last >= BEAT_MS + LATE_MS && !postponed;
        last = time;
        if (beats < BEATS_PER_SCAN) return;
        postponed = tooSoon;
        if (tooSoon) return;
        beats = 0;
        scan(time);
      });
      const timer = setInterval(tick, BEAT_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
