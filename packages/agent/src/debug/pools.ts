import type { Route } from './route.ts';
import { clip, count, formatMs, formatTime } from './time-text.ts';
import { answerWith, type View } from './view.ts';
import type { HolderWire, PoolsWire, PoolWire } from './wire.ts';

/** Of each sort; JSON has more. */
const SHOWN = 10;
const COLUMNS = 100;

export const poolsRoute: Route = {
  path: '/debug/holdup/pools',
  title: 'pools, locks and workers: who holds them and who waits (?format=text|json|html)',
  handle: (query, site) => answerWith('pools', VIEW, query, site),
};

const VIEW: View<PoolsWire> = { title: 'Pools, locks and workers', text: toText };

function toText({ pools, leftOut, at }: PoolsWire): string {
  const lines = [`${count(pools.length + leftOut, 'pool')} known · ${formatTime(at)} · pid ${process.pid}`, ''];
  for (const pool of pools) lines.push(...poolLines(pool), '');
  if (pools.length === 0) lines.push('none was used so far');
  if (leftOut > 0) lines.push(`and ${leftOut} more without anybody waiting`);
  return lines.join('\n').trimEnd();
}

function poolLines({ name, capacity, inUse, waiting, holders, waiters }: PoolWire): string[] {
  const of = capacity === null ? '' : ` of ${capacity}`;
  return [
    `${name}: ${inUse}${of} held, ${waiting} waiting`,
    ...some(holders.map(holderLine), inUse),
    ...some(
      waiters.map(({ request = '', route, forMs }) => `  waits ${formatMs(forMs)}: ${request} ${route}`),
      waiting,
    ),
  ].map((line) => clip(line, COLUMNS));
}

function holderLine({ request = '', route, forMs, doing, ended }: HolderWire): string {
  const what = ended ? ', whose request has ended' : doing === undefined ? '' : `, meanwhile ${doing}`;
  return `  held ${formatMs(forMs)}: ${request} ${route}${what}`;
}

function some(lines: readonly string[], total: number): string[] {
  const shown = lines.slice(0, SHOWN);
  return total > shown.length ? [...shown, `  and ${total - shown.length} more`] : shown;
}
