import type { Hazard } from '../../hazard.ts';
import { finite, tightest, timeoutOf } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import type { Hop, Retries, Timeout } from '../hop.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { related, showTimeout } from './text.ts';

/** Retries whose attempts do not fit into the time there is. */
export const retriesExceedTotal: ChainRule = {
  id: 'chain/retries-exceed-total',
  severity: 'error',
  title: 'all attempts together take longer than the total, or than the caller waits',
  check,
};

function check({ chains }: ChainView): readonly Hazard[] {
  return chains.flatMap((chain) =>
    chain.flatMap((hop, index) => [
      ...(hop.retries ? inside(hop, hop.retries, chain.slice(0, index)) : []),
      ...oneTooLong(hop),
    ]),
  );
}

/** An attempt that may take longer than all of them never gets that long. */
function oneTooLong(hop: Hop): Hazard[] {
  const [total, each] = [timeoutOf(hop, 'request'), timeoutOf(hop, 'try')];
  const [all, one] = [finite(total?.ms), finite(each?.ms)];
  if (!total || !each || all === undefined || one === undefined || one <= all || hasAttempts(hop)) return [];
  return [
    {
      rule: retriesExceedTotal.id,
      severity: each.source === 'set' && total.source === 'set' ? 'error' : 'warning',
      message: `${hop.name}: one attempt may take ${showLimit(one)} (${showTimeout(each)}), longer than its own total of ${showLimit(all)} (${showTimeout(total)}), which ends it first`,
      help: `an attempt of at most ${showLimit(all)}, or a longer total`,
      place: each.place,
      related: [related(hop, total)],
    },
  ];
}

/** Then all of them are too long as well, and that is said. */
function hasAttempts({ retries }: Hop): boolean {
  return typeof retries?.count === 'number' && retries.count > 0;
}

function inside(hop: Hop, retries: Retries, outer: readonly Hop[]): Hazard[] {
  const total = timeoutOf(hop, 'request');
  // Where there is a total, only a limit written for one attempt bounds an attempt.
  const each = timeoutOf(hop, 'try') ?? (total === undefined ? timeoutOf(hop, 'response') : undefined);
  const attempt = finite(each?.ms);
  if (!each || attempt === undefined || retries.count === 'unknown' || retries.count < 1) return [];
  const all = attempt * (retries.count + 1);
  const most = retries.windowMs === undefined ? all : Math.min(all, retries.windowMs + attempt);
  const own = finite(total?.ms);
  if (total && own !== undefined)
    return most > own
      ? [
          hazard(
            hop,
            retries,
            each,
            most,
            own,
            `its own total of ${showLimit(own)} (${showTimeout(total)})`,
            related(hop, total),
          ),
        ]
      : [];
  if (total?.ms === 'unknown') return [];
  const caller = tightest(outer);
  // One attempt alone is already too long: that is chain/outer-shorter.
  if (!caller || attempt > caller.bound.ms || most <= caller.bound.ms) return [];
  return [
    hazard(
      hop,
      retries,
      each,
      most,
      caller.bound.ms,
      `the ${showLimit(caller.bound.ms)} that ${caller.hop.name} waits (${showTimeout(caller.bound.timeout)})`,
      related(caller.hop, caller.bound.timeout),
    ),
  ];
}

function hazard(
  hop: Hop,
  retries: Retries,
  each: Timeout,
  most: number,
  limit: number,
  what: string,
  other: ReturnType<typeof related>,
): Hazard {
  const count = retries.count === 'unknown' ? 0 : retries.count;
  const standard = retries.source === 'default' ? ' (default)' : '';
  const fitting = Math.floor(limit / (most / (count + 1)));
  return {
    rule: retriesExceedTotal.id,
    severity: retries.source === 'set' && each.source === 'set' ? 'error' : 'warning',
    message: `${hop.name} tries ${count + 1} times${standard} with ${showTimeout(each)} each: up to ${showLimit(most)}, longer than ${what}; only ${fitting === 1 ? 'one attempt fits' : `${fitting} attempts fit`}`,
    help: `an attempt of at most ${showLimit(Math.floor(limit / (count + 1)))}, fewer retries, or a longer total`,
    place: retries.source === 'set' ? retries.place : each.place,
    related: [related(hop, each), other],
  };
}
