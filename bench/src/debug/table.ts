import { formatTable } from '../table.ts';
import { DESCRIPTIONS, type DebugReport, type DebugRow } from './run.ts';

/** The aim of every endpoint, for what it does not watch on purpose. Milliseconds. */
const AIM_MS = 100;

const PREFIX = '/debug/';

const STATES = ['free', 'load', 'javascript', 'native'] as const;

export function formatDebug({ results }: DebugReport): string {
  const versions = [...new Set(results.map(({ nodeVersion }) => nodeVersion))];
  return versions.map((version) => formatVersion(version, results)).join('\n\n');
}

function formatVersion(version: string, results: readonly DebugRow[]): string {
  const of = (path: string, state: string) =>
    results.find((row) => row.nodeVersion === version && row.path === path && row.state === state);
  const paths = [...new Set(results.map(({ path }) => path))];
  const head = [`below ${PREFIX}`, ...STATES, 'status when native'];
  const rows = paths.map((path) => [
    path.slice(PREFIX.length),
    ...STATES.map((state) => formatTimes(of(path, state))),
    Object.keys(of(path, 'native')?.statuses ?? {}).join(' '),
  ]);
  return [
    `Node ${version}, ms until answered beyond the time it was asked to watch, p50 / p99 (aim: ${AIM_MS})`,
    ...STATES.map((state) => `  ${state}: ${DESCRIPTIONS[state]}`),
    '',
    ...formatTable([head, ...rows]),
    '',
    'In a native call, /debug/holdup/inflight?format=text says:',
    ...(of('/debug/holdup/inflight?format=text', 'native')?.says ?? '').split('\n').map((line) => `  ${line}`),
  ].join('\n');
}

function formatTimes(row: DebugRow | undefined): string {
  return row === undefined ? '-' : `${row.p50.toFixed(0)} / ${row.p99.toFixed(0)}`;
}
