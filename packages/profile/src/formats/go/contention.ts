import { broken, quote } from '../../errors.ts';
import { readWhole } from '../../numbers.ts';
import { headOf, type Line, linesOf } from '../../text.ts';
import type { Format } from '../format.ts';
import { profileOfRecords } from './records-profile.ts';

const HEAD = /^--- (contention|mutex):\r?\n/;
const FORMAT = 'Go contention text';
const NS_PER_SECOND = 1_000_000_000n;

interface Settings {
  readonly cyclesPerSecond: bigint;
  readonly period: bigint;
}

/**
 * `/debug/pprof/block?debug=1` and `mutex?debug=1`: cycles waited and how often, by the stack that waited (block) or released
 * (mutex).
 */
export const goContention: Format = {
  id: 'go-contention',
  sniff: (bytes) => HEAD.test(headOf(bytes)),
  parse(bytes) {
    const lines = linesOf(bytes, FORMAT);
    lines.next();
    const { settings, rest } = readSettings(lines);
    const header = {
      sampleTypes: [
        { type: 'contentions', unit: 'count' },
        { type: 'delay', unit: 'nanoseconds' },
      ],
      periodType: { type: 'contentions', unit: 'count' },
      period: settings.period,
    };
    return profileOfRecords(rest, FORMAT, header, ([cycles, count, ...more]) => {
      if (cycles === undefined || count === undefined || more.length > 0) return undefined;
      return [count, (cycles * NS_PER_SECOND) / settings.cyclesPerSecond];
    });
  },
};

/**
 * Reads `name=number` lines up to the first record. Go's runtime has already scaled what it sampled (mprof.go), so the period
 * says what it was and scales nothing; `go tool pprof` scales a second time here.
 */
function readSettings(lines: Generator<Line>): { settings: Settings; rest: Iterable<Line> } {
  let cyclesPerSecond = NS_PER_SECOND;
  let period = 1n;
  for (let next = lines.next(); !next.done; next = lines.next()) {
    const { text, number } = next.value;
    const equals = text.indexOf('=');
    if (equals < 0) return { settings: { cyclesPerSecond, period }, rest: chain([next.value], lines) };
    const value = readWhole(text.slice(equals + 1).trim());
    if (value === undefined) throw broken(FORMAT, `line ${number}`, `${quote(text)} without a whole number`);
    const name = text.slice(0, equals).trim();
    if (name === 'sampling period') period = value;
    if (name !== 'cycles/second') continue;
    if (value <= 0n) throw broken(FORMAT, `line ${number}`, `${value} cycles per second`);
    cyclesPerSecond = value;
  }
  return { settings: { cyclesPerSecond, period }, rest: [] };
}

function* chain(first: Iterable<Line>, rest: Iterable<Line>): Generator<Line> {
  yield* first;
  yield* rest;
}
