import { broken } from '../../errors.ts';
import { type JsonObject, toArray, toNumber } from './json.ts';

const NS_PER_US = 1000;

/** Which node each sample saw, and when: whole nanoseconds since the profile's start, rising; one time more may be the end. */
export interface Timeline {
  readonly ids: readonly number[];
  readonly times: readonly number[];
}

/**
 * From `timeDeltas` (the first since the start) or, in the old form, `timestamps`.
 * @param start Nanoseconds on V8's clock.
 * @returns Undefined when the profile has only counts.
 */
export function readTimeline(json: JsonObject, format: string, start: number): Timeline | undefined {
  const times = readTimes(json, format, start);
  if (json.samples === undefined || !times) return undefined;
  const ids = toArray(json.samples, format, 'samples').map((id, i) => toNumber(id, format, `sample ${i + 1}`));
  if (times.length !== ids.length && times.length !== ids.length + 1) {
    throw broken(format, 'samples', `${ids.length} samples and ${times.length} times`);
  }
  return inOrder({ ids, times });
}

function readTimes(json: JsonObject, format: string, start: number): readonly number[] | undefined {
  if (json.timeDeltas !== undefined) {
    let time = 0;
    return toArray(json.timeDeltas, format, 'timeDeltas').map((delta, i) => {
      time += toNanoseconds(delta, format, `time delta ${i + 1}`);
      return time;
    });
  }
  if (json.timestamps === undefined) return undefined;
  return toArray(json.timestamps, format, 'timestamps').map((stamp, i) => {
    return toNanoseconds(stamp, format, `timestamp ${i + 1}`) - start;
  });
}

function toNanoseconds(value: unknown, format: string, where: string): number {
  const ns = Math.round(toNumber(value, format, where) * NS_PER_US);
  if (!Number.isSafeInteger(ns)) throw broken(format, where, 'a time beyond 104 days');
  return ns;
}

/** V8 writes a negative delta where a sample was taken before one it had already seen. */
function inOrder(timeline: Timeline): Timeline {
  const { ids, times } = timeline;
  const timeOf = (i: number): number => times[i] ?? 0;
  if (times.every((time, i) => i === 0 || time >= timeOf(i - 1))) return timeline;
  const order = Array.from(ids.keys()).sort((a, b) => timeOf(a) - timeOf(b));
  const end = times.length > ids.length ? [Math.max(...[order.at(-1) ?? 0, ids.length].map(timeOf))] : [];
  return { ids: order.map((i) => ids[i] ?? 0), times: [...order.map(timeOf), ...end] };
}
