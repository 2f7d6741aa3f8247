import { median } from '../overhead/statistics.ts';
import type { Remains } from '../processes/soak-service.ts';

/** Milliseconds of event-loop delay. */
interface Delay {
  readonly p50: number;
  readonly p99: number;
}

/** One variant's turn: calm, then a fault, then what was left. */
export interface Turn {
  readonly fault: string;
  readonly requests: number;
  readonly calm: Delay;
  readonly faulty: Delay;
  readonly remains: Remains;
}

export interface SoakVerdict {
  readonly requests: number;
  readonly turns: number;
  /** What the agent wrote: that it was at work. */
  readonly verdicts: number;
  /** Medians of the last quarter over those of the second, with the agent; the first quarter fills what is bounded. */
  readonly heapGrowthMb: number;
  readonly externalGrowthMb: number;
  readonly rssGrowthMb: number;
  /** In the last turns over those of the second quarter, beyond what plain gained. */
  readonly timersLeft: number;
  readonly listenersLeft: number;
  /** Median over the turns of p99 with the agent over p99 without, turn by turn. */
  readonly delayRatioCalm: number;
  readonly delayRatioFaulty: number;
  /** What is out of bounds, for people; empty when nothing is. */
  readonly problems: readonly string[];
}

export interface SoakRow extends SoakVerdict {
  readonly nodeVersion: string;
}

const BYTES_PER_MB = 1_000_000;

/** A leak of ten bytes a request is ten megabytes after a million: heaps of the same service differ by less than this. */
const MAX_HEAP_GROWTH_MB = 2;
/** Buffers come and go with connections. */
const MAX_EXTERNAL_GROWTH_MB = 2;
/** A timer of the service's own, undici's among them, may or may not be set at the moment of the look. */
const MAX_TIMERS_LEFT = 3;
/** The promise: nobody waits for the loop a tenth longer. */
const MAX_DELAY_RATIO = 1.1;

export function judgeSoak(turns: { plain: readonly Turn[]; holdup: readonly Turn[] }, verdicts: number): SoakVerdict {
  const { plain, holdup } = turns;
  const mb = (of: (remains: Remains) => number) => round(growth(holdup, of) / BYTES_PER_MB, 2);
  const left = (of: (remains: Remains) => number) => growth(holdup, of) - Math.max(0, growth(plain, of));
  const ratio = (of: (turn: Turn) => Delay) =>
    round(median(holdup.map((turn, i) => of(turn).p99 / (plain[i] ? of(plain[i]).p99 : Number.NaN))), 3);
  const found = {
    requests: holdup.reduce((sum, { requests }) => sum + requests, 0),
    turns: holdup.length,
    verdicts,
    heapGrowthMb: mb(({ heapBytes }) => heapBytes),
    externalGrowthMb: mb(({ externalBytes }) => externalBytes),
    rssGrowthMb: mb(({ rssBytes }) => rssBytes),
    timersLeft: left(({ timers }) => timers),
    listenersLeft: left(({ listeners }) => listeners),
    delayRatioCalm: ratio(({ calm }) => calm),
    delayRatioFaulty: ratio(({ faulty }) => faulty),
  };
  return { ...found, problems: listProblems(found) };
}

function listProblems(found: Omit<SoakVerdict, 'problems'>): string[] {
  const bounds = [
    ['heapGrowthMb', MAX_HEAP_GROWTH_MB],
    ['externalGrowthMb', MAX_EXTERNAL_GROWTH_MB],
    ['timersLeft', MAX_TIMERS_LEFT],
    ['listenersLeft', 0],
    ['delayRatioCalm', MAX_DELAY_RATIO],
    ['delayRatioFaulty', MAX_DELAY_RATIO],
  ] as const;
  const problems = bounds.filter(([name, most]) => found[name] > most);
  const silent = found.verdicts === 0 ? ['no verdict was made: the faults made nobody late'] : [];
  return [...problems.map(([name, most]) => `${name} is ${found[name]}, more than ${most}`), ...silent];
}

/** Median of the last quarter of the turns minus that of the second; of few turns, the last minus the first. */
function growth(turns: readonly Turn[], of: (remains: Remains) => number): number {
  const values = turns.map(({ remains }) => of(remains));
  const quarter = Math.max(1, Math.floor(values.length / 4));
  const second = values.slice(values.length >= 4 ? quarter : 0).slice(0, quarter);
  return median(values.slice(-quarter)) - median(second);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
