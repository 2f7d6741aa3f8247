import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 500;
/** Of one processor: a service with a fault of its own needs most of one. */
const SPARE = 0.8;

/** Until the machine has a processor to spare, or the patience is at its end, ms. */
export async function waitForProcessor(patienceMs: number): Promise<void> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until && (await spareProcessors()) < SPARE);
}

async function spareProcessors(): Promise<number> {
  const before = idleMs();
  const start = performance.now();
  await pause(LOOK_MS);
  return (idleMs() - before) / (performance.now() - start);
}

function idleMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.idle, 0);
}

/** How long the lab's own loop stood still at most, but for work of its own. */
export class Stillness {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  #before = 0;

  get maxMs(): number {
    return Math.max(this.#before, this.#delay.max / 1e6);
  }

  /** From here on it counts. */
  watch(): void {
    this.#before = this.maxMs;
    // Else the pause since it was last watched would count.
    this.#delay.reset();
    this.#delay.enable();
  }

  /** What comes now is the lab's own doing, as measuring how fast the machine is. */
  ignore(): void {
    this.#delay.disable();
  }
}
