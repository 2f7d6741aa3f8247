import type { Op, OpId } from '@holdup/model';
import { endOf, OPEN, toNs } from '../clock.ts';

/** Timers of one request that are kept; a loop that polls sets more, and the last ones are the wait. */
const MOST_KEPT = 50;
/** Shorter pauses make nobody late. Milliseconds. */
const LEAST_PAUSE_MS = 5;
/** A timer counts as what was waited for when the request is seen to do something within so long after it was due, ms. */
const GOES_ON_MS = 50;

/** What Node's timers say of themselves: the same in Node 20 to 26. */
interface TimerState {
  readonly _destroyed?: boolean;
  /** -1 once it was cleared. */
  readonly _idleTimeout?: number;
  hasRef?(): boolean;
}

interface Pause {
  readonly start: number;
  readonly delay: number;
  /** Let go when the request ends: what its callback holds is the host's. */
  timer: TimerState | undefined;
}

/** Something of the same request that was seen to begin and to end, ms of the agent's clock. */
interface Seen {
  readonly start: number;
  readonly end: number;
}

/**
 * Timers set with plain `setTimeout`. Most are no pause: they bound something, clean up later, or are cleared. Nobody sees
 * what a callback is for, so a timer is taken for a pause only where nothing else of the request was going on at its
 * end and it went on right then.
 */
export class Pauses {
  #pauses: Pause[] = [];

  add(start: number, delay: number, timer: object): void {
    if (this.#pauses.length === MOST_KEPT) this.#pauses.shift();
    this.#pauses.push({ start, delay, timer });
  }

  /** The request is over: what fired is known, and what did not was not waited for. */
  settle(): void {
    this.#pauses = this.#pauses.filter(({ timer }) => timer !== undefined && hasFired(timer));
    for (const pause of this.#pauses) pause.timer = undefined;
  }

  /**
   * Cold: called when a recording is cut.
   * @param others ops of the request
   * @param requestEnd ms, or OPEN
   * @param at the moment of the cut, ms
   */
  toOps(id: string, others: readonly Seen[], requestEnd: number, at: number): Op[] {
    const stop = requestEnd === OPEN ? at : requestEnd;
    const ops: Op[] = [];
    const seen: Seen[] = [...others];
    const begins = [...this.#pauses, ...others].map(({ start }) => start);
    for (const [index, pause] of this.#pauses.toSorted((a, b) => dueOf(a) - dueOf(b)).entries()) {
      const end = endOfPause(pause);
      if (end === undefined || end > stop) continue;
      const until = end === OPEN ? at : end;
      if (end !== OPEN && !goesOn(until, begins, stop)) continue;
      if (seen.some((other) => other.start < until && (other.end === OPEN || other.end > until))) continue;
      const start = Math.max(pause.start, ...seen.filter((other) => other.end <= until).map((other) => other.end));
      if (until - start < LEAST_PAUSE_MS) continue;
      seen.push({ start, end });
      ops.push(timerOp(`${id}.pause${index}` as OpId, pause.delay, start, end));
    }
    return ops;
  }
}

/** Of the pause, so that it reads the same however the program asked for it. All times in ms. */
export function timerOp(id: OpId, delay: number, start: number, end: number): Op {
  return {
    id,
    name: `pause of ${delay} ms`,
    start: toNs(start),
    ...endOf(end),
    account: 'timer',
    phases: [],
    detail: { kind: 'timer', delayMs: delay },
  };
}

function dueOf({ start, delay }: Pause): number {
  return start + delay;
}

function hasFired({ _destroyed, _idleTimeout }: TimerState): boolean {
  return _destroyed === true && _idleTimeout !== -1;
}

/** OPEN: it runs. Undefined: it was cleared, or is one that keeps nobody waiting. */
function endOfPause(pause: Pause): number | undefined {
  const { timer } = pause;
  if (timer === undefined || hasFired(timer)) return dueOf(pause);
  return timer._destroyed === true || timer.hasRef?.() === false ? undefined : OPEN;
}

/** @param begins when anything of the request began, ms; @param stop its end, or now */
function goesOn(due: number, begins: readonly number[], stop: number): boolean {
  const isNext = (time: number) => time >= due - 1 && time <= due + GOES_ON_MS;
  return isNext(stop) || begins.some(isNext);
}
