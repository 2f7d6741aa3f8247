import type { Route } from './route.ts';
import { formatTime } from './time-text.ts';
import { answerWith, type View } from './view.ts';
import type { ClientWire, LimitWire, PoolLimitsWire, ServerWire, TimeoutsWire } from './wire.ts';

export const timeoutsRoute: Route = {
  path: '/debug/holdup/timeouts',
  title: 'timeouts of servers, clients and pools, as they really are (?format=text|json|html)',
  handle: (query, site) => answerWith('timeouts', VIEW, query, site),
};

const VIEW: View<TimeoutsWire> = { title: 'Timeouts', text: toText };

/** Of the longest name a library has for a limit. */
const NAME_COLUMNS = 36;

function toText({ at, pid, node, budget, servers, clients, pools }: TimeoutsWire): string {
  const late = budget.ms === 'none' ? 'no request is late by itself' : `late after ${showMs(budget.ms)}`;
  const routes = budget.routes.map(({ route, ms }) => `  ${route}: ${showMs(ms)} (HOLDUP_ROUTE_BUDGETS)`);
  const blocks = [
    [`Node ${node} · ${formatTime(at)} · pid ${pid}`],
    [`agent: ${late} (${budget.source})`, ...routes],
    ...section(servers, 'no server that speaks HTTP/1 listens', serverLines),
    ...section(clients, 'no client has connected so far', clientLines),
    ...section(pools, 'no pool that is watched was used so far', poolLines),
  ];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

function section<T>(parts: readonly T[], none: string, toLines: (part: T) => string[]): string[][] {
  return parts.length === 0 ? [[none]] : parts.map(toLines);
}

function serverLines({ name, listens, limits, keepAliveTimeoutBufferMs, maxRequestsPerSocket }: ServerWire): string[] {
  const buffer =
    keepAliveTimeoutBufferMs === null ? [] : [line('keepAliveTimeoutBuffer', showMs(keepAliveTimeoutBufferMs))];
  const most = line('maxRequestsPerSocket', maxRequestsPerSocket === null ? 'no limit' : String(maxRequestsPerSocket));
  return [`${name} on ${listens}`, ...limits.map(limitLine), ...buffer, most];
}

function clientLines(client: ClientWire): string[] {
  const { name, to, limits, keepAlive, maxSockets, maxTotalSockets, pipelining } = client;
  return [
    `${name}${to === undefined ? '' : ` to ${to}`}`,
    ...limits.map(limitLine),
    line('keepAlive', keepAlive ? 'yes' : 'no'),
    line('maxSockets', maxSockets === null ? 'no limit' : String(maxSockets)),
    ...(maxTotalSockets === null ? [] : [line('maxTotalSockets', String(maxTotalSockets))]),
    ...(pipelining === null ? [] : [line('pipelining', String(pipelining))]),
  ];
}

function poolLines({ name, driver, max, limits }: PoolLimitsWire): string[] {
  return [`${name} (${driver})`, ...limits.map(limitLine), line('max', max === null ? 'no limit' : String(max))];
}

function limitLine({ setting, ms, why }: LimitWire): string {
  return line(setting, `${showLimit(ms)}${why === undefined ? '' : `: ${why}`}`);
}

function showLimit(ms: LimitWire['ms']): string {
  if (ms === null) return 'not set here';
  if (ms === 'none') return 'no limit';
  return ms === 'unknown' ? 'unknown' : showMs(ms);
}

/** As they are written: 65000 is `65 s`, not `1 min 5 s`. */
function showMs(ms: number): string {
  return ms < 1000 || ms % 100 !== 0 ? `${ms} ms` : `${ms / 1000} s`;
}

function line(name: string, value: string): string {
  return `  ${name.padEnd(NAME_COLUMNS)} ${value}`;
}
