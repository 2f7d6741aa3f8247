import type { Hazard } from '../../hazard.ts';
import { finite, tightest, timeoutOf } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import type { Hop } from '../hop.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { bothSet, related, showTimeout } from './text.ts';

/** Waiting for a free connection uses up all the time a request has, or more. */
export const acquireExceedsBudget: ChainRule = {
  id: 'chain/acquire-exceeds-budget',
  severity: 'error',
  title: 'waiting for a pooled connection may take the whole request budget, or for ever',
  check,
};

function check({ chains, hops }: ChainView): readonly Hazard[] {
  return hops
    .filter(({ role }) => role === 'pool' || role === 'pooler')
    .flatMap((pool) => {
      const outer = chains.filter((chain) => chain.includes(pool)).map((chain) => chain.slice(0, chain.indexOf(pool)));
      return inPool(pool, outer);
    });
}

/** Once for each pool: the caller that gives up first says it for the others. */
function inPool(pool: Hop, outer: readonly (readonly Hop[])[]): Hazard[] {
  const acquire = timeoutOf(pool, 'acquire');
  if (!acquire || acquire.ms === 'unknown') return [];
  const [caller] = outer.flatMap((hops) => tightest(hops) ?? []).sort((a, b) => a.bound.ms - b.bound.ms);
  const ms = finite(acquire.ms);
  if (ms !== undefined && (!caller || ms < caller.bound.ms)) return [];
  const waits = ms === undefined ? 'without limit' : `up to ${showLimit(ms)}`;
  const budget = caller
    ? `, while ${caller.hop.name} gives up after ${showLimit(caller.bound.ms)} (${showTimeout(caller.bound.timeout)})`
    : '';
  const less = caller ? `well below ${showLimit(caller.bound.ms)}` : 'well below the time a request has';
  return [
    {
      rule: acquireExceedsBudget.id,
      severity: ms !== undefined && caller && bothSet(acquire, caller.bound.timeout) ? 'error' : 'warning',
      message: `${pool.name}: a request waits ${waits} for a free connection (${showTimeout(acquire)})${budget}: once the pool is empty, callers time out in the queue and their turns come when nobody is left`,
      help: /has none/.test(acquire.setting)
        ? `${pool.format} cannot bound this wait: put a timer around it (${less})${pool.engine === 'mysql' ? ' and set queueLimit' : ''}`
        : `set ${acquire.setting} ${less}`,
      place: acquire.place,
      related: [related(pool, acquire), ...(caller ? [related(caller.hop, caller.bound.timeout)] : [])],
    },
  ];
}
