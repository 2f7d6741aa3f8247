import type { RunResult } from './judge.ts';
import { countBy, median } from './judge.ts';

/** Shares from 0 to 1; `falseOnControls` counts verdicts. */
export interface Summary {
  readonly runs: number;
  /** Runs with a fault whose most frequent cause is the true one. */
  readonly top1: number;
  /** … and whose culprit is, too. */
  readonly culprit: number;
  /** Verdicts on victims of controls. */
  readonly falseOnControls: number;
  /** Runs with a fault that name another cause with confidence. */
  readonly wrongConfident: number;
  /** Share of a late request's time nothing explains, median over verdicts. */
  readonly unattributedMedian: number;
}

export interface FailedRun {
  readonly seed: number;
  readonly fault: string;
  readonly why: string;
}

export interface CauseScore {
  readonly cause: string;
  readonly runs: number;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly culprit: number | null;
}

export interface Score {
  readonly summary: Summary;
  readonly controls: number;
  readonly compound: { readonly runs: number; readonly top1: number | null };
  /** Verdicts on any route before the fault was on. */
  readonly early: number;
  /** Median and 95th percentile from the deadline to the verdict, ms. */
  readonly timeToVerdictMs: { readonly median: number | null; readonly p95: number | null };
  readonly verdicts: { readonly total: number; readonly right: number; readonly undetermined: number };
  readonly causes: readonly CauseScore[];
  /** True cause → named cause → runs. `none`: nothing was wrong, or no verdict. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Runs that broke: a part of the lab failed or was stuck. */
  readonly errors: readonly FailedRun[];
  /** Runs that test nothing: nobody was late, or the machine had no time for them. */
  readonly invalid: readonly FailedRun[];
  /** Faults left out, with the reason. */
  readonly skipped: readonly { readonly fault: string; readonly why: string }[];
  /** Runs that did not go as they should have, worst first. */
  readonly misses: readonly RunResult[];
}

const NONE = 'none';

export function summarize(
  results: readonly RunResult[],
  errors: readonly FailedRun[] = [],
  skipped: Score['skipped'] = [],
): Score {
  const invalid = results.flatMap((run) => {
    const why = run.disturbed ?? run.invalid;
    return why === null ? [] : [{ seed: run.seed, fault: run.fault, why }];
  });
  const valid = results.filter((run) => run.invalid === null && run.disturbed === null);
  const faults = valid.filter(({ expected }) => expected !== null);
  const controls = valid.filter(({ expected }) => expected === null);
  const compounds = faults.filter(({ compound }) => compound);
  const lags = faults.flatMap(({ lagMs }) => lagMs ?? []).sort((a, b) => a - b);
  return {
    summary: {
      runs: valid.length,
      top1: share(faults, ({ causeRight }) => causeRight) ?? 0,
      culprit: share(faults, ({ culpritRight }) => culpritRight) ?? 0,
      falseOnControls: controls.reduce((sum, { verdicts }) => sum + verdicts, 0),
      wrongConfident: share(faults, isWrongConfident) ?? 0,
      unattributedMedian: median(faults.flatMap(({ unattributed }) => unattributed)) ?? 0,
    },
    controls: controls.length,
    compound: { runs: compounds.length, top1: share(compounds, ({ causeRight }) => causeRight) },
    early: valid.reduce((sum, { early }) => sum + early.length, 0),
    timeToVerdictMs: { median: median(lags) ?? null, p95: lags[Math.floor(lags.length * 0.95)] ?? null },
    verdicts: countVerdicts(faults),
    causes: scoreCauses(faults, valid),
    confusion: confuse(valid),
    errors,
    invalid,
    skipped,
    misses: valid
      .filter((run) => !run.culpritRight)
      .sort((a, b) => Number(isWrongConfident(b)) - Number(isWrongConfident(a))),
  };
}

function isWrongConfident({ cause, causeRight }: RunResult): boolean {
  return !causeRight && cause !== null && cause !== 'undetermined';
}

function share<T>(items: readonly T[], test: (item: T) => boolean): number | null {
  return items.length === 0 ? null : items.filter(test).length / items.length;
}

function countVerdicts(faults: readonly RunResult[]): Score['verdicts'] {
  const sum = (of: (run: RunResult) => number) => faults.reduce((total, run) => total + of(run), 0);
  return {
    total: sum(({ verdicts }) => verdicts),
    right: sum(({ byCause, expected }) => byCause[expected?.cause ?? ''] ?? 0),
    undetermined: sum(({ byCause }) => byCause.undetermined ?? 0),
  };
}

function scoreCauses(faults: readonly RunResult[], all: readonly RunResult[]): CauseScore[] {
  const causes = [...new Set(faults.map(trueCause))].sort();
  return causes.map((cause) => {
    const meant = faults.filter((run) => trueCause(run) === cause);
    return {
      cause,
      runs: meant.length,
      recall: share(meant, ({ causeRight }) => causeRight),
      // A control that names it counts too.
      precision: share(
        all.filter((run) => run.cause === cause),
        ({ causeRight }) => causeRight,
      ),
      culprit: share(meant, ({ culpritRight }) => culpritRight),
    };
  });
}

function trueCause({ expected }: RunResult): string {
  return expected?.cause ?? NONE;
}

function confuse(runs: readonly RunResult[]): Score['confusion'] {
  const causes = [...new Set(runs.map(trueCause))].sort();
  return Object.fromEntries(
    causes.map((cause) => {
      const meant = runs.filter((run) => trueCause(run) === cause);
      return [cause, Object.fromEntries(countBy(meant, (run) => run.cause ?? NONE))];
    }),
  );
}
