/** Something that queues for a thread. Times in nanoseconds. */
export interface Queued {
  readonly start: number;
  readonly end: number;
  /** A name lookup: it needs one of the lookup slots besides a thread. */
  readonly isLookup: boolean;
}

export interface Played<Q extends Queued> {
  readonly item: Q;
  /** When it got a thread; its end when it never did, as far as anybody can tell. */
  readonly runs: number;
}

export interface PlayedQueue<Q extends Queued> {
  /** In the order of their starts. */
  readonly all: readonly Played<Q>[];
  /** When all lookup slots were taken; ordered, disjoint. */
  readonly slotsFull: readonly { readonly start: number; readonly end: number }[];
  /** Ended in the queue: impossible with so few threads. */
  readonly contradictions: number;
}

/**
 * Plays libuv's queue: first in, first out, `threads` at once, of them at most `slots` lookups; a lookup without a slot
 * lets later jobs pass. Nothing reports when something leaves the queue, but starts and ends are known, and a thread
 * is free when what it ran ends.
 */
export function playQueue<Q extends Queued>(items: readonly Q[], threads: number, slots: number): PlayedQueue<Q> {
  const queue = new Queue<Q>(threads, slots);
  const ends = items.toSorted((a, b) => a.end - b.end);
  let ended = 0;
  for (const item of items.toSorted((a, b) => a.start - b.start)) {
    for (let next = ends[ended]; next !== undefined && next.end <= item.start && next !== item; next = ends[++ended]) {
      queue.leave(next);
    }
    queue.enter(item);
  }
  for (const item of ends.slice(ended)) queue.leave(item);
  return queue;
}

class Queue<Q extends Queued> {
  readonly slotsFull: { start: number; end: number }[] = [];
  contradictions = 0;
  readonly #threads: number;
  readonly #slots: number;
  readonly #order: Q[] = [];
  readonly #runs = new Map<Q, number>();
  readonly #jobs: Waiting<Q> = new Waiting();
  readonly #lookups: Waiting<Q> = new Waiting();
  #running = 0;
  #runningLookups = 0;
  #fullSince = 0;

  constructor(threads: number, slots: number) {
    this.#threads = Math.max(1, threads);
    this.#slots = Math.max(1, slots);
  }

  get all(): Played<Q>[] {
    return this.#order.map((item) => ({ item, runs: this.#runs.get(item) ?? item.end }));
  }

  enter(item: Q): void {
    (item.isLookup ? this.#lookups : this.#jobs).push(item, this.#order.length);
    this.#order.push(item);
    this.#serve(item.start);
  }

  leave(item: Q): void {
    if (!this.#runs.has(item)) {
      this.#runs.set(item, item.end);
      this.contradictions++;
      return;
    }
    this.#running--;
    if (item.isLookup && this.#runningLookups-- === this.#slots) {
      this.slotsFull.push({ start: this.#fullSince, end: item.end });
    }
    this.#serve(item.end);
  }

  #serve(at: number): void {
    while (this.#running < this.#threads) {
      const job = this.#jobs.first(this.#runs);
      const lookup = this.#runningLookups < this.#slots ? this.#lookups.first(this.#runs) : undefined;
      const isLookup = lookup !== undefined && (job === undefined || lookup.place < job.place);
      const next = isLookup ? lookup : job;
      if (next === undefined) return;
      this.#runs.set(next.item, at);
      this.#running++;
      if (isLookup && ++this.#runningLookups === this.#slots) this.#fullSince = at;
    }
  }
}

class Waiting<Q> {
  readonly #items: { readonly item: Q; readonly place: number }[] = [];
  #next = 0;

  push(item: Q, place: number): void {
    this.#items.push({ item, place });
  }

  /** The first that has not run; those that have are forgotten. */
  first(runs: ReadonlyMap<Q, number>): { readonly item: Q; readonly place: number } | undefined {
    let first = this.#items[this.#next];
    while (first !== undefined && runs.has(first.item)) first = this.#items[++this.#next];
    return first;
  }
}
