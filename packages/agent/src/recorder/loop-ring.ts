import type { BusyStretch, Holder } from '@holdup/model';
import { now, toNs } from '../clock.ts';
import type { IdleClock } from './idle-clock.ts';
import type { RequestRecord } from './request-record.ts';

/** Marks kept. At 20,000 probe events a second this is the last 1.6 seconds, idle services keep minutes. */
const CAPACITY = 32_768;
const MASK = CAPACITY - 1;

/** Active time below this between two marks is the cost of looking, not work. */
const NOISE_MS = 0.02;

/** Marks this close together are made in one turn of the loop, nearly always. A fraction of {@link NOISE_MS}. */
const SAME_MOMENT_MS = 0.01;

/** A mark made by the heartbeat timer, whose lateness says that the loop was busy just before. */
export const HEARTBEAT = Symbol('heartbeat');

/** A request's number, or one of the two below. */
type Owner = number;

const NOBODY: Owner = 0;
const BEAT: Owner = -1;

/**
 * Work that no mark announced, and that ended with an op begun or a response finished, was most likely for the request
 * that did so: its own code ran just then. Not so a longer run, which the watchdog looks into. Milliseconds.
 */
const MOST_INFERRED_MS = 40;

interface Mark {
  readonly end: number;
  readonly idle: number;
  readonly owner: Owner;
  readonly maker: Owner;
}

/**
 * Who had the event loop. Every probe event leaves a mark: the time, the loop's idle time so far and whose code runs
 * from here on. Between two marks the growth of idle time says how much of the stretch the loop was busy; until
 * the next mark that busy time is the first mark's owner's.
 */
export class LoopRing {
  readonly #times = new Float64Array(CAPACITY);
  readonly #idles = new Float64Array(CAPACITY);
  /** Numbers, not records: the ring must not keep alive what the flight memory has let go. */
  readonly #owners = new Float64Array(CAPACITY);
  /** Whose code made the mark, where that is sure. */
  readonly #makers = new Float64Array(CAPACITY);
  readonly #idle: IdleClock;
  #next = 0;

  constructor(idle: IdleClock) {
    this.#idle = idle;
  }

  /**
   * @param owner whose code runs from here on
   * @param maker whose code ran up to here
   */
  mark(time: number, owner: RequestRecord | typeof HEARTBEAT | undefined, maker?: RequestRecord): void {
    const last = (this.#next - 1) & MASK;
    const slot = this.#next++ & MASK;
    // Asking Node is half of what a mark costs, and so soon after the last one little idle time can have passed.
    const sameMoment = time - (this.#times[last] ?? 0) < SAME_MOMENT_MS;
    this.#times[slot] = time;
    this.#idles[slot] = sameMoment ? (this.#idles[last] ?? 0) : this.#idle.read();
    this.#owners[slot] = owner === undefined ? NOBODY : owner === HEARTBEAT ? BEAT : owner.number;
    this.#makers[slot] = maker === undefined ? NOBODY : maker.number;
  }

  /** The first moment the ring still knows of. */
  get since(): number {
    return this.#next <= CAPACITY ? Number.NEGATIVE_INFINITY : (this.#times[this.#next & MASK] ?? 0);
  }

  /**
   * Busy stretches that overlap `[from, to]`, ordered, disjoint.
   * @param beat period of the heartbeat in ms: a beat later than this was waiting for the loop
   */
  stretches(from: number, to: number, beat: number, holderOf: (request: number) => Holder | undefined): BusyStretch[] {
    const found: { -readonly [K in keyof BusyStretch]: BusyStretch[K] }[] = [];
    const push = (start: number, end: number, owner: Owner) => {
      if (end - start < NOISE_MS || end <= from || start >= to) return;
      const holder = owner > 0 ? holderOf(owner) : undefined;
      const last = found.at(-1);
      const startNs = toNs(start);
      const endNs = toNs(end);
      if (last !== undefined && last.end >= startNs && last.holder?.requestId === holder?.requestId) {
        last.end = endNs;
      } else if (endNs > startNs) {
        found.push(holder === undefined ? { start: startNs, end: endNs } : { start: startNs, end: endNs, holder });
      }
    };
    const first = this.#first(from);
    let due = this.#beatBefore(first) + beat;
    for (let i = first; i < this.#next; i++) {
      const slot = i & MASK;
      const start = this.#times[slot] ?? 0;
      if (start >= to) break;
      const owner = this.#owners[slot] ?? NOBODY;
      if (owner === BEAT) due = start + beat;
      const after = this.#after(i);
      const { end } = after;
      const idle = Math.max(0, after.idle - (this.#idles[slot] ?? 0));
      const active = Math.max(0, end - start - idle);
      const late = after.owner === BEAT ? Math.min(active, Math.max(0, end - due)) : 0;
      const head = idle < NOISE_MS ? active : headOf(active, due - start, late, owner);
      const maker = active < MOST_INFERRED_MS ? after.maker : NOBODY;
      push(start, start + head, owner > NOBODY ? owner : maker);
      push(end - (active - head), end, maker);
    }
    return found;
  }

  /** What ends the stretch that mark `index` begins: the next mark, or this very moment. */
  #after(index: number): Mark {
    if (index + 1 >= this.#next) return { end: now(), idle: this.#idle.peek(), owner: NOBODY, maker: NOBODY };
    const slot = (index + 1) & MASK;
    return {
      end: this.#times[slot] ?? 0,
      idle: this.#idles[slot] ?? 0,
      owner: this.#owners[slot] ?? NOBODY,
      maker: this.#makers[slot] ?? NOBODY,
    };
  }

  /**
   * The longest run of one callback in `[from, to]`: between two marks nobody else was seen to run. A loop that is busy
   * with many short runs misses beats too, but has no long run. Milliseconds.
   */
  longestRun(from: number, to: number): { readonly start: number; readonly end: number } {
    let longest = { start: from, end: from };
    let start = from;
    for (let i = this.#first(from) + 1; i <= this.#next; i++) {
      const time = i === this.#next ? to : (this.#times[i & MASK] ?? 0);
      const end = Math.min(Math.max(time, from), to);
      if (end - start > longest.end - longest.start) longest = { start, end };
      start = end;
      if (end === to) break;
    }
    return longest;
  }

  /** Time of the last heartbeat at or before a mark; 0 when the ring no longer knows it. */
  #beatBefore(index: number): number {
    const oldest = Math.max(0, this.#next - CAPACITY);
    for (let i = index; i >= oldest; i--) if (this.#owners[i & MASK] === BEAT) return this.#times[i & MASK] ?? 0;
    return 0;
  }

  /** The last mark at or before `time`, or the oldest there is. */
  #first(time: number): number {
    let low = Math.max(0, this.#next - CAPACITY);
    let high = this.#next;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle & MASK] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return Math.max(this.#next - CAPACITY, low - 1, 0);
  }
}

/**
 * A stretch between two marks in which the loop was partly idle: how much of its busy time came right after the first
 * mark (that mark's owner going on), the rest being just before the second (somebody no probe saw)?
 * After an op began or a beat, nobody is going on. And a run that lasts until the heartbeat is due cannot be followed
 * by idle time: the heartbeat would have left its mark first. A late heartbeat itself was waiting for a busy loop.
 */
function headOf(active: number, untilDue: number, late: number, owner: Owner): number {
  if (owner === NOBODY || owner === BEAT) return 0;
  return Math.max(0, Math.min(active - late, untilDue));
}
