import type { Op, OpId } from '@holdup/model';
import { endOf, now, OPEN, toNs } from '../clock.ts';

/** Less is the ordinary turn-around of a full buffer. Two waits closer than this are one. Milliseconds. */
const LEAST_MS = 1;
/** Beyond so many waits of one response the rest is one wait: a body in a million pieces must not fill the memory. */
const MAX_WAITS = 200;

interface Wait {
  readonly start: number;
  end: number;
  /** The response had been written to its end. */
  complete: boolean;
}

/** Times in which a response could not be handed to the system, because the caller did not take what was there. */
export class Download {
  readonly #waits: Wait[] = [];

  /** A write found the buffer full, or the last one did and the response is complete. */
  began(complete: boolean): void {
    const time = now();
    const last = this.#waits.at(-1);
    if (last !== undefined && (last.end === OPEN || time - last.end < LEAST_MS || this.#waits.length >= MAX_WAITS)) {
      last.end = OPEN;
      last.complete ||= complete;
    } else this.#waits.push({ start: time, end: OPEN, complete });
  }

  /** The buffer is empty, or nobody wants it any more. */
  over(at: number): void {
    const last = this.#waits.at(-1);
    if (last?.end === OPEN) last.end = at;
  }

  /** Cold. @param unsentBytes of a response in flight */
  toOps(id: string, at: number, unsentBytes: number | undefined): Op[] {
    const long = this.#waits.filter(({ start, end }) => (end === OPEN ? at : end) - start >= LEAST_MS);
    return long.map(({ start, end, complete }, i) => ({
      id: `${id}${i}` as OpId,
      name: complete ? 'rest of the response' : 'part of the response',
      start: toNs(start),
      ...endOf(end),
      account: 'client.download',
      phases: [],
      detail: { kind: 'download', complete, ...(end === OPEN && unsentBytes !== undefined ? { unsentBytes } : {}) },
    }));
  }
}
