import { installedAgent } from './global.ts';
import { Gate, type GateHold, type Waiter } from './recorder/gate.ts';

export interface TrackOptions {
  /** `worker-pool`: what is obtained is a worker, and holding it means that it works. Default `lock`. */
  readonly kind?: 'lock' | 'worker-pool';
  /** How many can have it at once, where that is known. */
  readonly capacity?: number;
}

export interface TrackedResource {
  /** The running request begins to wait, maybe for no time at all. */
  wait(): TrackedWait;
}

/** Ends with one of the two; what comes after does nothing. */
export interface TrackedWait {
  obtained(): TrackedHold;
  /** It is not waited for any longer. */
  abandoned(error?: unknown): void;
}

export interface TrackedHold {
  release(): void;
}

/** Longer names are data. */
const MAX_NAME = 80;

const UNTRACKED_HOLD: TrackedHold = { release() {} };
const UNTRACKED_WAIT: TrackedWait = { obtained: () => UNTRACKED_HOLD, abandoned() {} };
const UNTRACKED: TrackedResource = { wait: () => UNTRACKED_WAIT };

/**
 * Tells Holdup of a lock, a semaphore, a queue or a worker pool of your own, so that a late request that waited for it
 * names who had it. Does nothing when the agent is not running. Never throws.
 * @param name for people: `stock lock`
 * @example
 * const tracked = trackResource('stock lock', { capacity: 1 });
 *
 * async function withStock(work) {
 *   const wait = tracked.wait();
 *   await lock.acquire();
 *   const held = wait.obtained();
 *   try {
 *     return await work();
 *   } finally {
 *     held.release();
 *     lock.release();
 *   }
 * }
 */
export function trackResource(name: string, options: TrackOptions = {}): TrackedResource {
  const agent = installedAgent();
  if (agent === undefined || !agent.on) return UNTRACKED;
  const { kind = 'lock', capacity } = options;
  const gate = new Gate(agent.flight, { kind, label: String(name).slice(0, MAX_NAME), capacity: () => capacity });
  const begin = agent.attempt(() => gate.wait(agent.context.current(), true));
  const take = agent.attempt((waiter: Waiter) => gate.take(waiter.request, waiter));
  const release = agent.guard((hold: GateHold) => gate.release(hold));
  const leave = agent.guard((waiter: Waiter, error: unknown) => gate.leave(waiter, error));
  return {
    wait() {
      const waiter = begin();
      if (waiter === undefined) return UNTRACKED_WAIT;
      let isOver = false;
      return {
        obtained() {
          const hold = isOver ? undefined : take(waiter);
          isOver = true;
          return hold === undefined ? UNTRACKED_HOLD : { release: () => release(hold) };
        },
        abandoned(error) {
          if (!isOver) leave(waiter, error);
          isOver = true;
        },
      };
    },
  };
}
