import { type RenderOptions, renderVerdict, wrap } from 'holdup';
import type { Declaration } from './declaration.ts';
import type { RunResult } from './judge.ts';
import type { Score } from './score.ts';

/** Columns of a terminal nobody made wider. */
const COLUMNS = 80;
const INDENT = '    ';

export function renderFaults(declarations: readonly Declaration[]): string {
  const width = Math.max(...declarations.map(({ name }) => name.length));
  return declarations
    .flatMap(({ name, cause, stack, title, compound }) => [
      `${name.padEnd(width)}  ${cause}${compound ? ' (compound)' : ''}`,
      ...wrap(`${title} (${stack})`, COLUMNS - INDENT.length).map((line) => INDENT + line),
    ])
    .join('\n');
}

/** One line per run; the verdict too when asked for. */
export function renderRun(run: RunResult, look?: RenderOptions): string {
  const mark = run.invalid !== null || run.disturbed !== null ? '?' : run.culpritRight ? '✓' : '✗';
  const what = run.mode === 'fault' ? run.fault : `${run.fault} (${run.mode})`;
  const { budgetMs, holdMs } = run.plan;
  const line = `${mark} seed ${run.seed} ${what}: budget ${budgetMs} ms, severity ${holdMs} ms, ${run.late} of ${run.requests} late, ${outcome(run)}`;
  return look === undefined || run.shown === null ? line : `${line}\n\n${renderVerdict(run.shown, look)}`;
}

function outcome(run: RunResult): string {
  if (run.disturbed !== null) return run.disturbed;
  if (run.invalid !== null) return `says nothing: ${run.invalid}`;
  const said = run.cause === null ? 'no verdict' : `${countsOf(run.byCause)}, culprit ${run.culprit}`;
  if (run.culpritRight) return said;
  if (run.expected === null) return `${said}; nothing was to be said`;
  return `${said}; expected ${run.expected.cause} by ${run.expected.culprits.join(' or ')}`;
}

function countsOf(byCause: Readonly<Record<string, number>>): string {
  return Object.entries(byCause)
    .sort((a, b) => b[1] - a[1])
    .map(([cause, count]) => `${count} ${cause}`)
    .join(', ');
}

export function renderScore(score: Score): string {
  const { summary, compound, timeToVerdictMs, verdicts } = score;
  const lines = [
    '',
    table(
      ['cause', 'runs', 'recall', 'precision', 'culprit', 'named instead'],
      score.causes.map((row) => [
        row.cause,
        String(row.runs),
        percent(row.recall),
        percent(row.precision),
        percent(row.culprit),
        others(row.cause, score.confusion[row.cause] ?? {}),
      ]),
    ),
    '',
    `cause right    ${percent(summary.top1)} of ${summary.runs - score.controls} runs with a fault`,
    `culprit right  ${percent(summary.culprit)}`,
    `wrong with confidence ${percent(summary.wrongConfident)}`,
    `compound       ${percent(compound.top1)} of ${compound.runs}`,
    `false alarms   ${summary.falseOnControls} verdicts in ${score.controls} controls, ${score.early} before the fault was on`,
    `verdicts       ${percent(verdicts.total === 0 ? null : verdicts.right / verdicts.total)} of ${verdicts.total} right, ${percent(verdicts.total === 0 ? null : verdicts.undetermined / verdicts.total)} undetermined`,
    `unattributed   ${percent(summary.unattributedMedian)} of late time (median)`,
    `time to verdict ${ms(timeToVerdictMs.median)} after the deadline (median), 95 % within ${ms(timeToVerdictMs.p95)}`,
    ...score.errors.map(({ seed, fault, why }) => `broke: seed ${seed} ${fault}: ${why}`),
    ...score.invalid.map(({ seed, fault, why }) => `says nothing: seed ${seed} ${fault}: ${why}`),
    ...score.skipped.map(({ fault, why }) => `skipped: ${fault}: ${why}`),
  ];
  return lines.join('\n');
}

function others(cause: string, named: Readonly<Record<string, number>>): string {
  return countsOf(Object.fromEntries(Object.entries(named).filter(([name]) => name !== cause)));
}

function percent(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(1)} %`;
}

function ms(value: number | null): string {
  return value === null ? '–' : `${Math.round(value)} ms`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
