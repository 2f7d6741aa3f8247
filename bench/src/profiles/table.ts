import { formatTable } from '../table.ts';
import type { DecodingReport, NamedFuzz, Reading } from './run.ts';

export function formatDecoding({ megabytes, readings, skipped }: DecodingReport): string {
  const tools = [...new Set(readings.map(({ tool }) => tool))];
  const isStopped = (tool: string): boolean => readings.some((reading) => reading.tool === tool && reading.stopped);
  const rows = tools.map((tool) => {
    const of = (pick: (reading: Reading) => number | undefined): string => {
      const values = readings.filter((reading) => reading.tool === tool).map(pick);
      const value = middle(values.filter((known) => known !== undefined));
      return value === undefined ? '–' : `${isStopped(tool) ? '> ' : ''}${value.toFixed(0)}`;
    };
    const whole = ({ decodeMs, layoutMs }: Reading): number => decodeMs + (layoutMs ?? 0);
    return [tool, of((r) => r.decodeMs), of((r) => r.layoutMs), of(whole), of((r) => r.cpuMs), of((r) => r.rssMb)];
  });
  return [
    `A pprof of ${megabytes.toFixed(0)} MB: 1,000,000 samples, 100,000 stacks`,
    ...formatTable([['tool', 'decode ms', 'layout ms', 'together', 'CPU ms', 'RSS MB'], ...rows]),
    ...skipped.map((line) => `not measured: ${line}`),
  ].join('\n');
}

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

export function formatFuzz(reports: readonly NamedFuzz[]): string {
  const rows = reports.map(({ name, inputs, outcomes, failures, slowestMs, peakRssMb }) => [
    name,
    String(inputs),
    Object.entries(outcomes)
      .map(([outcome, count]) => `${count} ${outcome.replace('HOLDUP_PROFILE_', '')}`)
      .join(', '),
    String(failures.length),
    slowestMs.toFixed(0),
    peakRssMb.toFixed(0),
  ]);
  return [
    ...formatTable([['what', 'inputs', 'outcome', 'failures', 'slowest ms', 'RSS MB'], ...rows]),
    ...reports.flatMap(({ failures }) => failures.slice(0, MOST_SHOWN).map((failure) => `FAILED ${failure}`)),
  ].join('\n');
}

const MOST_SHOWN = 10;
