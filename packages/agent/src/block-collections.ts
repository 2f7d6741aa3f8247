import { GCProfiler, type GCProfilerResult } from 'node:v8';
import type { GcPause } from '@holdup/model';
import { now, toNs } from './clock.ts';

/** Of a block that never ends the last ones are kept. */
const MAX_PAUSES = 2_000;

/**
 * Collections of a block that goes on. The observer tells of them as the loop turns, which may be too late for a verdict
 * within the block; V8's own list can be had in between. Kept only while the loop is blocked: each entry costs some 20 µs.
 */
export class BlockCollections {
  #profiler: GCProfiler | undefined;
  #pauses: GcPause[] = [];
  #since = 0;
  #lookedAt = 0;

  /** Called at every look into a block. What is known since the first one: no `pauses` at that one itself. */
  look(): { readonly since: number; readonly pauses: readonly GcPause[] } {
    const time = now();
    if (this.#profiler === undefined) this.#since = time;
    else this.#pauses = [...this.#pauses, ...spread(this.#profiler.stop(), this.#lookedAt, time)].slice(-MAX_PAUSES);
    this.#lookedAt = time;
    this.#profiler = new GCProfiler();
    this.#profiler.start();
    return { since: this.#since, pauses: this.#pauses };
  }

  /** The block is over, and the observer tells; or nobody looks any more. The profiler would go on for ever. */
  end(): void {
    this.#profiler?.stop();
    this.#profiler = undefined;
    this.#pauses = [];
  }
}

/** The list has how long each took, not when it was: evenly between two looks. @param from ms @param to ms */
function spread({ statistics }: GCProfilerResult, from: number, to: number): GcPause[] {
  const lengths = statistics.map(({ cost }) => cost / US_PER_MS);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const gap = Math.max(0, to - from - total) / (lengths.length + 1);
  let at = from;
  return statistics.map(({ gcType }, i) => {
    const start = Math.min(to, at + gap);
    at = Math.min(to, start + (lengths[i] ?? 0));
    return { start: toNs(start), end: toNs(at), kind: KINDS[gcType] ?? 'major' };
  });
}

const US_PER_MS = 1_000;
const KINDS: Readonly<Record<string, GcPause['kind']>> = {
  Scavenge: 'minor',
  MinorMarkCompact: 'minor',
  MinorMarkSweep: 'minor',
  MarkSweepCompact: 'major',
  IncrementalMarking: 'incremental',
  ProcessWeakCallbacks: 'weak-callbacks',
};
