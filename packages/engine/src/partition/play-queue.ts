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
 * Plays libuv's queue (`worker` and `post` in its threadpool.c): first in, first out, `threads` at once. Lookups stand in a
 * queue of their own, for which one marker stands in the line; whoever reaches the marker takes one lookup and puts the
 * marker back at the end, so the next lookup waits for every job that came meanwhile. No more than `slots` lookups run at
 * once: a marker met then goes to the end, too.
 *
 * Nothing reports when something leaves the queue, but starts and ends are known, and a thread is free when what it
 * ran ends.
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

/** Stands in the line for all lookups that wait. */
const MARKER = undefined;

class Queue<Q extends Queued> {
  readonly slotsFull: { start: number; end: number }[] = [];
  contradictions = 0;
  readonly #threads: number;
  readonly #slots: number;
  readonly #order: Q[] = [];
  readonly #runs = new Map<Q, number>();
  readonly #line = new Line<Q | typeof MARKER>();
  readonly #lookups = new Line<Q>();
  #isMarked = false;
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
    this.#order.push(item);
    if (item.isLookup) {
      this.#lookups.push(item);
      this.#mark();
    } else this.#line.push(item);
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

  #mark(): void {
    if (this.#isMarked) return;
    this.#isMarked = true;
    this.#line.push(MARKER);
  }

  #serve(at: number): void {
    while (this.#running < this.#threads) {
      const next = this.#next();
      if (next === undefined) return;
      this.#runs.set(next, at);
      this.#running++;
      if (next.isLookup && ++this.#runningLookups === this.#slots) this.#fullSince = at;
    }
  }

  /** Whose turn it is; those that ended in the queue, which cannot be, are passed over. */
  #next(): Q | undefined {
    for (let left = this.#line.size; left > 0; left--) {
      const first = this.#line.shift();
      if (first !== MARKER) {
        if (!this.#runs.has(first)) return first;
        continue;
      }
      this.#isMarked = false;
      const isFull = this.#runningLookups >= this.#slots;
      const lookup = isFull ? undefined : this.#nextLookup();
      if (this.#lookups.size > 0) this.#mark();
      if (lookup !== undefined) return lookup;
    }
    return undefined;
  }

  #nextLookup(): Q | undefined {
    while (this.#lookups.size > 0) {
      const lookup = this.#lookups.shift();
      if (lookup !== undefined && !this.#runs.has(lookup)) return lookup;
    }
    return undefined;
  }
}

/** First in, first out, without moving the rest. */
class Line<T> {
  readonly #items: T[] = [];
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    return this.#items[this.#first++];
  }
}
