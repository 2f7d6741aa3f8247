import { now } from '../../clock.ts';
import type { CountersWire, VerdictsWire } from '../wire.ts';
import { readInFlight } from './in-flight.ts';
import { readLoop, readLoopCounters } from './loop.ts';
import { readPools } from './pools.ts';
import type { ReaderScene, TakeStack } from './scene.ts';
import { readTimeouts } from './timeouts.ts';

/**
 * Answers a question of an endpoint on the main thread, in the middle of whatever runs there, the agent's own code included: it
 * looks and changes nothing, uses no regular expression and enters no AsyncLocalStorage. Its result becomes JSON, and is
 * bounded by a count.
 */
export type Reader = (args: unknown, takeStack: TakeStack) => unknown;

/** Every reader by name, for `DebugSite.evaluate`. */
export function createReaders(scene: ReaderScene): ReadonlyMap<string, Reader> {
  const { deep } = scene;
  return new Map<string, Reader>([
    ['in-flight', (_args, takeStack) => readInFlight(scene, takeStack)],
    ['loop', (_args, takeStack) => readLoop(scene, takeStack)],
    ['pools', () => readPools(scene)],
    ['timeouts', () => readTimeouts(scene)],
    ['verdicts', () => readVerdicts(scene)],
    ['counters', () => readCounters(scene)],
    ['watch-closely', (ms) => watchClosely(scene, ms)],
    ['deepStart', () => deep.start('endpoint').drain(false)],
    ['deepTick', () => deep.tick()],
    ['deepDrain', (args) => deep.drain(Array.isArray(args) && args[0] === true)],
    ['deepStop', () => deep.stop()],
  ]);
}

function readVerdicts(scene: ReaderScene): VerdictsWire {
  const { latest, made } = scene.verdicts;
  return { at: Date.now(), verdicts: [...latest].reverse(), made, skipped: scene.skipped() };
}

function readCounters(scene: ReaderScene): CountersWire {
  const { flight, verdicts } = scene;
  return {
    at: Date.now(),
    requests: flight.requestCount,
    inFlight: flight.inFlight.size,
    late: verdicts.counts,
    skipped: scene.skipped(),
    loop: readLoopCounters(scene),
    pools: readPools(scene).pools.map(({ name, kind, capacity, inUse, waiting }) => {
      return { name, kind, capacity, inUse, waiting };
    }),
  };
}

/** More of the ops that begin from now on get their stack. Sets two numbers: that disturbs nobody. */
function watchClosely({ flight }: ReaderScene, ms: unknown): boolean {
  if (typeof ms === 'number') flight.sites.watchClosely(now() + ms);
  return true;
}
