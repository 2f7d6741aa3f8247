import type { Conservation } from './conservation.ts';
import type { Phase } from './phase.ts';

/** One line about a phase in which nothing was wrong. */
export function describeHealthy(phase: Phase): string {
  const quiet = phase.ok ? 'no verdict' : (phase.problem ?? '');
  return `${mark(phase.ok)} healthy: ${phase.requests} requests, p99 ${formatMs(phase.p99Ms)}, ${quiet}`;
}

/** One line about what a fault's verdicts said. */
export function describeFault(phase: Phase): string {
  const causes = Object.entries(phase.byCause).map(([cause, count]) => `${cause} × ${count}`);
  const counts = `${phase.late} of ${phase.requests} requests late, verdicts: ${causes.join(', ') || 'none'}`;
  return `${mark(phase.ok)} ${phase.victim}: ${counts}${phase.problem === null ? '' : ` (${phase.problem})`}`;
}

/** The table at the end, one line per fault, healthy phases summed up. */
export function renderTable(phases: readonly Phase[], conservation: Conservation): string {
  const faults = phases.filter(({ kind }) => kind === 'fault');
  const healthy = phases.filter(({ kind }) => kind === 'healthy');
  const rows = [
    ['fault', 'verdict', 'culprit', 'explained', 'of', 'time to verdict', 'after deadline', ''],
    ...faults.map((phase) => [
      phase.name,
      phase.verdict?.verdict.cause ?? '(none)',
      phase.verdict?.verdict.culprit?.name ?? '',
      formatMs(phase.verdict?.verdict.explainedMs ?? null),
      formatMs(phase.verdict?.wallMs ?? null),
      formatMs(phase.timeToVerdictMs),
      formatMs(phase.verdictLagMs),
      phase.ok ? 'ok' : `NOT OK: ${phase.problem}`,
    ]),
  ];
  const quiet = healthy.filter(({ ok }) => ok).length;
  const sums = `${conservation.checked - conservation.broken.length} of ${conservation.checked}`;
  return [
    ...alignColumns(rows),
    '',
    `${quiet} of ${healthy.length} healthy phases without a verdict; ${sums} ledgers add up to the wall time exactly`,
  ].join('\n');
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function formatMs(ms: number | null): string {
  return ms === null ? '-' : `${Math.round(ms)} ms`;
}

function mark(ok: boolean): string {
  return ok ? '✓' : '✗';
}
