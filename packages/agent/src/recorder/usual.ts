import { ns, type Usual } from '@holdup/model';
import type { Random } from './random.ts';

/** Enough for a stable median and p90; 64 doubles are half a kilobyte. */
const SAMPLES = 64;
/** Fewer than this say nothing about what is usual. */
const MIN_SAMPLES = 8;
/** The reservoir forgets as if it had seen at most this many: slow drift is learnt, a minute of trouble is not. */
const MEMORY = 4_000;
/** Different things remembered. Beyond it nothing new is learnt: names come from traffic and must not fill memory. */
const MAX_KEYS = 1_000;

class Reservoir {
  readonly values: number[] = [];
  seen = 0;
  #usual: Usual | undefined;

  add(value: number, random: Random): void {
    this.seen++;
    this.#usual = undefined;
    if (this.values.length < SAMPLES) {
      this.values.push(value);
      return;
    }
    const slot = Math.floor(random.next() * Math.min(this.seen, MEMORY));
    if (slot < SAMPLES) this.values[slot] = value;
  }

  /** Undefined until enough was seen. Kept, because every op of a recording asks. */
  get usual(): Usual | undefined {
    if (this.values.length < MIN_SAMPLES) return undefined;
    if (this.#usual !== undefined) return this.#usual;
    const sorted = Float64Array.from(this.values).sort();
    const at = (share: number) => ns((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 1e6);
    this.#usual = { count: this.seen, median: at(0.5), p90: at(0.9) };
    return this.#usual;
  }
}

/** How long things take when all is well: fed by requests that met their deadline, asked about late ones. */
export class UsualTimes {
  readonly #random: Random;
  readonly #byKey = new Map<string, Reservoir>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param ms how long it took */
  learn(key: string, ms: number): void {
    let reservoir = this.#byKey.get(key);
    if (reservoir === undefined) {
      if (this.#byKey.size >= MAX_KEYS) return;
      reservoir = new Reservoir();
      this.#byKey.set(key, reservoir);
    }
    reservoir.add(ms, this.#random);
  }

  /** Undefined until enough was seen. */
  of(key: string | undefined): Usual | undefined {
    return key === undefined ? undefined : this.#byKey.get(key)?.usual;
  }
}
