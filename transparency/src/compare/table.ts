import { type Difference, diffLines } from './compare.ts';
import { KNOWN } from './known.ts';

/** One package on one Node. */
export interface Row {
  readonly subject: string;
  readonly version: string;
  readonly node: string;
  readonly behaviours: number;
  readonly differences: readonly Difference[];
  readonly unstable: readonly string[];
}

export interface Report {
  readonly rows: readonly Row[];
  /** What could not be compared, and why. */
  readonly skipped: readonly string[];
}

/** Of a difference; the rest is more of the same. */
const MAX_LINES = 20;

/** A line per package: behaviours on all Node versions, and differences on each. */
export function formatReport({ rows, skipped }: Report): string {
  const nodes = [...new Set(rows.map(({ node }) => node))];
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const head = ['package', 'version', 'compared', ...nodes.map((node) => `Node ${node}`), 'differences'];
  const body = subjects.map((subject) => {
    const of = rows.filter((row) => row.subject === subject);
    const cells = nodes.map((node) => String(of.find((row) => row.node === node)?.differences.length ?? '-'));
    const compared = of.reduce((sum, row) => sum + row.behaviours, 0);
    const differences = of.reduce((sum, row) => sum + row.differences.length, 0);
    return [subject, of[0]?.version ?? '', String(compared), ...cells, String(differences)];
  });
  const sum = (pick: (row: Row) => number) => String(rows.reduce((total, row) => total + pick(row), 0));
  const perNode = nodes.map((node) => sum((row) => (row.node === node ? row.differences.length : 0)));
  body.push(['total', '', sum((row) => row.behaviours), ...perNode, sum((row) => row.differences.length)]);
  const unstable = rows.reduce((total, row) => total + row.unstable.length, 0);
  return [
    ...align([head, ...body]),
    ...KNOWN.map(({ what, why }) => `not compared: ${what}: ${why}`),
    ...skipped.map((line) => `skipped: ${line}`),
    ...(unstable > 0 ? [`${unstable} differ from run to run without the agent too: --json names them`] : []),
    ...rows.flatMap(formatDifferences),
  ].join('\n');
}

function formatDifferences({ subject, node, differences }: Row): string[] {
  return differences.flatMap((difference) => {
    const lines = diffLines(difference);
    const more = lines.length > MAX_LINES ? [`  … and ${lines.length - MAX_LINES} lines more`] : [];
    const shown = lines.slice(0, MAX_LINES).map((line) => `  ${line}`);
    return [
      '',
      `Node ${node}, ${subject}: ${difference.behaviour}  (- without the agent, + with it)`,
      ...shown,
      ...more,
    ];
  });
}

function align(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
