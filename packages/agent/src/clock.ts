import { performance } from 'node:perf_hooks';
import { type Ns, ns } from '@holdup/model';

/**
 * The agent's only clock: milliseconds of `performance.now()`, a float. The hot path stores these; nanoseconds
 * are made when a recording is cut. -1 stands for "not yet".
 */
export const now: () => number = performance.now.bind(performance);

export const OPEN = -1;

/** Epoch nanoseconds of `performance.now() === 0`. */
export function originNs(): bigint {
  return BigInt(Math.round(performance.timeOrigin * 1e6));
}

export function toNs(ms: number): Ns {
  return ns(ms * 1e6);
}

/** `{ end }` for a closed stretch, `{}` for an open one: the model has no placeholder ends. */
export function endOf(end: number): { end?: Ns } {
  return end === OPEN ? {} : { end: toNs(end) };
}
