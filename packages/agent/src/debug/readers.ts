import { now } from '../clock.ts';
import type { DeepSwitch } from '../deep/deep-switch.ts';
import type { Flight } from '../recorder/flight.ts';

/**
 * Answers a question of an endpoint on the main thread, in the middle of whatever runs there, the agent's own code included: it
 * looks and changes nothing, uses no regular expression and enters no AsyncLocalStorage. Its result becomes JSON, and is
 * bounded by a count.
 */
export type Reader = (args: unknown) => unknown;

/** What readers look at. */
export interface ReaderScene {
  readonly flight: Flight;
  readonly deep: DeepSwitch;
}

/** Every reader by name, for `DebugSite.evaluate`. */
export function createReaders({ flight, deep }: ReaderScene): ReadonlyMap<string, Reader> {
  return new Map<string, Reader>([
    ['loop', () => ({ at: now(), blocks: flight.blocks.size })],
    ['deepStart', () => deep.start().drain(false)],
    ['deepTick', () => deep.tick()],
    ['deepDrain', (args) => deep.drain(Array.isArray(args) && args[0] === true)],
    ['deepStop', () => deep.stop()],
  ]);
}
