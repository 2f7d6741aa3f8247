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

/** What fits beside other windows and into a mail. */
const COLUMNS = 80;
/** Runnable processes per processor: beyond it the shop does not get the time it needs. */
const BUSY_PER_PROCESSOR = 2;

/** The agent's notices, those that differ in their leading number only as one with the sum. */
export function sumNotices(notices: readonly string[]): string[] {
  const sums = new Map<string, number>();
  for (const notice of notices) {
    const [, count = '', text = notice] = /^(\d+)( .*)$/s.exec(notice) ?? [];
    sums.set(text, (sums.get(text) ?? 0) + Number(count));
  }
  return [...sums].map(([text, sum]) => (sum > 0 ? `${sum}${text}` : text));
}

/**
 * Where others use the machine everything is late, and the faults are not what made it so; undefined where they do not.
 * @param load runnable processes, averaged over a minute
 */
export function describeBusyMachine(load: number, processors: number): string | undefined {
  if (load < processors * BUSY_PER_PROCESSOR) return undefined;
  return `This machine is busy: ${load.toFixed(0)} processes want its ${processors} processors. Faults are told apart\nwhen the shop gets the time it needs; run the demo again when it is quiet.`;
}

/** The table at the end, one line per fault of at most 80 columns, healthy phases summed up, what was wrong below. */
export function renderTable(phases: readonly Phase[], conservation: Conservation): string {
  const faults = phases.filter(({ kind }) => kind === 'fault');
  const healthy = phases.filter(({ kind }) => kind === 'healthy');
  const rows = [
    ['', 'fault', 'verdict', 'told after', 'culprit'],
    ...faults.map((phase) => [
      mark(phase.ok),
      phase.name,
      phase.verdict?.verdict.cause ?? '(none)',
      formatMs(phase.verdictLagMs),
      phase.verdict?.verdict.culprit?.name ?? '',
    ]),
  ];
  const quiet = healthy.filter(({ ok }) => ok).length;
  const sums = `${conservation.checked - conservation.broken.length} of ${conservation.checked}`;
  const wrong = faults.filter(({ ok }) => !ok).map(({ name, problem }) => `✗ ${name}: ${problem}`);
  return [
    ...alignColumns(rows),
    '',
    ...wrong,
    ...(wrong.length > 0 ? [''] : []),
    `${quiet} of ${healthy.length} healthy phases without a verdict; ${sums} ledgers add up to the wall time exactly`,
  ].join('\n');
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => (line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line));
}

function formatMs(ms: number | null): string {
  return ms === null ? '-' : `${Math.round(ms)} ms`;
}

function mark(ok: boolean): string {
  return ok ? '✓' : '✗';
}
