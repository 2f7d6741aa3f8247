import type { Flight } from '../recorder/flight.ts';
import type { RequestRecord } from '../recorder/request-record.ts';
import { type DeepScope, DeepWindow } from './deep-window.ts';
import type { DeepRows } from './rows.ts';

/** Turns deeper recording on and off; on the main thread. All of it may be called in the middle of anything. */
export class DeepSwitch {
  readonly #flight: Flight;
  readonly #current: () => RequestRecord | undefined;
  #window: DeepWindow | undefined;
  /** Numbers of stacks are never used twice: records may still carry those of an earlier window. */
  #nextStack = 0;

  /** @param current whose code runs */
  constructor(flight: Flight, current: () => RequestRecord | undefined) {
    this.#flight = flight;
    this.#current = current;
  }

  get window(): DeepWindow | undefined {
    return this.#window;
  }

  start(scope: DeepScope): DeepWindow {
    this.stop();
    this.#window = new DeepWindow(this.#flight, this.#nextStack, scope);
    const window = this.#window;
    this.#flight.deep = window;
    this.#flight.poolJobs.onEnd = (job) => window.worked(job);
    // Those who look that deep profile too, most of them.
    this.#flight.idle.look();
    return this.#window;
  }

  /** @returns nothing when it was turned off meanwhile */
  drain(isLast: boolean): DeepRows | undefined {
    return this.#window?.drain(isLast);
  }

  /** Interrupts whatever runs and looks whose it is. */
  tick(): void {
    this.#window?.tick(this.#current(), this.tick);
  }

  stop(): void {
    if (this.#window === undefined) return;
    this.#nextStack = this.#window.stacks.next;
    this.#flight.deep = undefined;
    this.#flight.poolJobs.onEnd = undefined;
    this.#window = undefined;
    this.#flight.idle.look();
  }
}
