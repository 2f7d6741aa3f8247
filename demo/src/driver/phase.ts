import type { VerdictJson } from '@holdup/model';
import type { Expected, Fault } from './faults.ts';
import type { Sample } from './load.ts';
import type { SeenVerdict } from './verdict-log.ts';

/** What was seen of one stretch of the demo; documented by `--help` as the JSON output. */
export interface Phase {
  readonly name: string;
  readonly kind: 'healthy' | 'fault';
  readonly expected: Expected | null;
  readonly ok: boolean;
  /** Why not, for people. */
  readonly problem: string | null;
  /** Route whose verdicts count; null when all do. */
  readonly victim: string | null;
  /** Requests sent to the victim route, or to all. */
  readonly requests: number;
  /** Those that took longer than the budget, or whose client hung up. */
  readonly late: number;
  /** 99th percentile of their duration, ms. */
  readonly p99Ms: number | null;
  readonly verdicts: number;
  readonly byCause: Readonly<Record<string, number>>;
  /** The first verdict of the most frequent cause. */
  readonly verdict: VerdictJson | null;
  /** From the fault switched on to the first verdict of that cause, its deadline included. */
  readonly timeToVerdictMs: number | null;
  /** From the deadline (or the client's hanging up) to that verdict. */
  readonly verdictLagMs: number | null;
}

/** Epoch milliseconds; a request belongs to the window it started in. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

export interface Seen {
  readonly window: Window;
  readonly samples: readonly Sample[];
  readonly verdicts: readonly SeenVerdict[];
  readonly budgetMs: number;
}

/** A phase in which nothing was wrong: any verdict is one too many. */
export function judgeHealthy(seen: Seen): Phase {
  const verdicts = startedIn(seen.window, seen.verdicts);
  const [first] = verdicts;
  const problem =
    first && `${verdicts.length} verdict(s) though nothing was wrong, first: ${first.json.verdict.summary}`;
  return {
    ...summarize('healthy', null, seen, verdicts, first),
    kind: 'healthy',
    expected: null,
    ok: problem === undefined,
    problem: problem ?? null,
  };
}

/** A phase with a fault: the victim's most frequent cause and its culprit have to be the true ones. */
export function judgeFault(fault: Fault, seen: Seen): Phase {
  const verdicts = startedIn(seen.window, seen.verdicts).filter(({ json }) => json.route === fault.victim);
  const cause = mostFrequent(countCauses(verdicts));
  const ofCause = verdicts.filter(({ json }) => json.verdict.cause === cause);
  const right = ofCause.find(({ json }) => findMiss(fault.expected, json) === null);
  const shown = right ?? ofCause[0];
  const problem = shown === undefined ? `no verdict on ${fault.victim}` : findMiss(fault.expected, shown.json);
  return {
    ...summarize(fault.name, fault.victim, seen, verdicts, shown),
    kind: 'fault',
    expected: fault.expected,
    ok: problem === null,
    problem,
  };
}

/** What a verdict got wrong, for people. */
function findMiss(expected: Expected, { verdict }: VerdictJson): string | null {
  if (verdict.cause !== expected.cause) return `expected ${expected.cause}, got ${verdict.cause}`;
  const culprit = verdict.culprit?.name ?? 'nobody';
  if (!culprit.includes(expected.culprit)) return `expected the culprit ${expected.culprit}, got ${culprit}`;
  const chain = JSON.stringify(verdict.chain);
  const missing = expected.chain?.find((text) => !chain.includes(text));
  return missing === undefined ? null : `the chain does not say ${missing}`;
}

function summarize(
  name: string,
  victim: string | null,
  seen: Seen,
  verdicts: readonly SeenVerdict[],
  shown?: SeenVerdict,
) {
  const samples = startedIn(seen.window, seen.samples).filter(({ route }) => victim === null || route === victim);
  const durations = samples.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    name,
    victim,
    requests: samples.length,
    late: samples.filter(({ ms, aborted }) => aborted || ms > seen.budgetMs).length,
    p99Ms: durations[Math.floor(durations.length * 0.99)] ?? null,
    verdicts: verdicts.length,
    byCause: Object.fromEntries(countCauses(verdicts)),
    verdict: shown?.json ?? null,
    timeToVerdictMs: shown === undefined ? null : shown.seenAt - seen.window.start,
    verdictLagMs: shown === undefined ? null : lagOf(shown),
  };
}

function startedIn<T extends { readonly startedAt: number }>(window: Window, items: readonly T[]): T[] {
  return items.filter(({ startedAt }) => startedAt >= window.start && startedAt < window.end);
}

/** A verdict is due when the deadline has passed, or at once when the request ended in another way before. */
function lagOf({ json, startedAt, seenAt }: SeenVerdict): number {
  return seenAt - startedAt - Math.min(json.budgetMs ?? Number.POSITIVE_INFINITY, json.wallMs);
}

function countCauses(verdicts: readonly SeenVerdict[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { json } of verdicts) counts.set(json.verdict.cause, (counts.get(json.verdict.cause) ?? 0) + 1);
  return counts;
}

function mostFrequent(counts: ReadonlyMap<string, number>): string | undefined {
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
