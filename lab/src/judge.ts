import type { VerdictJson } from '@holdup/agent';
import type { Expected } from './declaration.ts';
import type { Sample } from './load.ts';
import type { Plan } from './plan.ts';
import type { SeenVerdict } from './verdict-log.ts';

/** What a run came to: documented by `holdup lab run --json`. */
export interface RunResult {
  readonly seed: number;
  readonly fault: string;
  readonly mode: Plan['mode'];
  readonly compound: boolean;
  readonly plan: Plan;
  /** Null for controls: nothing is to be said. */
  readonly expected: Expected | null;
  /** Requests to the victim in the judged phase, and those their callers saw late or unanswered. */
  readonly requests: number;
  readonly late: number;
  readonly verdicts: number;
  readonly byCause: Readonly<Record<string, number>>;
  /** Most frequent cause; null without a verdict. */
  readonly cause: string | null;
  /** Most frequent culprit among the verdicts of that cause. */
  readonly culprit: string | null;
  readonly causeRight: boolean;
  readonly culpritRight: boolean;
  /** Verdicts before anything was done about the fault, on any route: false alarms too. */
  readonly early: readonly string[];
  /** Per verdict: share of its time nothing explains. */
  readonly unattributed: readonly number[];
  /** Median from the deadline (or the end, when that came first) to the verdict, ms. */
  readonly lagMs: number | null;
  /** What the machine did to the run, where that was so much that it says nothing; else null. */
  readonly disturbed: string | null;
  /** Why the run says nothing: the fault made nobody late. */
  readonly invalid: string | null;
  /** A verdict of the most frequent cause. */
  readonly shown: VerdictJson | null;
  readonly notices: readonly string[];
}

/** Epoch milliseconds; a request belongs to the window it started in. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

export interface Seen {
  readonly window: Window;
  /** Epoch ms: from here to the window the lab itself makes the fault ready, and may keep the service busy with that. */
  readonly calmUntil: number;
  readonly samples: readonly Sample[];
  readonly verdicts: readonly SeenVerdict[];
  readonly notices: readonly string[];
  readonly disturbed: string | null;
}

/** Fewer late victims than this among others are chance, and no test of a verdict. */
const LEAST_LATE = 2;

export function judgeRun(plan: Plan, expected: Expected | null, compound: boolean, seen: Seen): RunResult {
  const samples = startedIn(seen.window, seen.samples).filter(({ route }) => route === plan.victim);
  const late = samples.filter((sample) => isLate(sample, plan.budgetMs)).length;
  const verdicts = startedIn(seen.window, seen.verdicts).filter(({ json }) => isRoute(plan.victim, json.route));
  const byCause = countBy(verdicts, ({ json }) => json.verdict.cause);
  const cause = mostFrequent(byCause);
  const ofCause = verdicts.filter(({ json }) => json.verdict.cause === cause);
  const culprit = mostFrequent(countBy(ofCause, ({ json }) => json.verdict.culprit?.name ?? 'nobody'));
  const shown = ofCause.find(({ json }) => (json.verdict.culprit?.name ?? 'nobody') === culprit);
  const causeRight = expected === null ? verdicts.length === 0 : cause === expected.cause;
  return {
    seed: plan.seed,
    fault: plan.fault,
    mode: plan.mode,
    compound,
    plan,
    expected,
    requests: samples.length,
    late,
    verdicts: verdicts.length,
    byCause: Object.fromEntries(byCause),
    cause: cause ?? null,
    culprit: culprit ?? null,
    causeRight,
    culpritRight: causeRight && (expected === null || expected.culprits.some((name) => culprit?.includes(name))),
    early: seen.verdicts
      .filter(({ startedAt, json }) => startedAt + json.wallMs < seen.calmUntil)
      .map(({ json }) => `${json.route}: ${json.verdict.summary}`),
    unattributed: verdicts.map(({ json }) => unattributedShare(json)),
    lagMs: median(verdicts.map(lagOf)) ?? null,
    disturbed: seen.disturbed,
    invalid: expected !== null && late < leastLate(samples) ? `${late} of ${samples.length} victims were late` : null,
    shown: shown?.json ?? null,
    notices: seen.notices,
  };
}

/** Not every framework tells its pattern: then what varies in the path is left out, and other names stand for it. */
export function isRoute(pattern: string, reported: string): boolean {
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+');
  return new RegExp(`^${escaped}$`).test(reported);
}

function leastLate({ length }: readonly Sample[]): number {
  return Math.max(1, Math.min(LEAST_LATE, length));
}

/** The server's own answer to a request that does not come in. */
const TIMED_OUT = 408;

function isLate({ ms, status, budgetMs }: Sample, usualBudgetMs: number): boolean {
  return ms > (budgetMs ?? usualBudgetMs) || status === 0 || status === TIMED_OUT || status >= 500;
}

function startedIn<T extends { readonly startedAt: number }>(window: Window, items: readonly T[]): T[] {
  return items.filter(({ startedAt }) => startedAt >= window.start && startedAt < window.end);
}

function unattributedShare({ ledger }: VerdictJson): number {
  return ledger.reduce((sum, { account, share }) => sum + (account === 'unattributed' ? share : 0), 0);
}

/** A verdict is due when the deadline has passed, or at once when the request ended in another way before. */
function lagOf({ json, startedAt, seenAt }: SeenVerdict): number {
  return seenAt - startedAt - Math.min(json.budgetMs ?? Number.POSITIVE_INFINITY, json.wallMs);
}

export function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

/** The first of several equally frequent. */
function mostFrequent(counts: ReadonlyMap<string, number>): string | undefined {
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
