import type { Hazard } from '../../hazard.ts';
import { type Bound, boundOf, isCertain, tightest } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import type { Hop } from '../hop.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { bothSet, placeToMend, related, showTimeout } from './text.ts';

/** A caller that gives up before what it calls does. */
export const outerShorter: ChainRule = {
  id: 'chain/outer-shorter',
  severity: 'error',
  title: 'an outer hop gives up before the one inside it, which works on for nobody',
  check,
};

function check({ chains }: ChainView): readonly Hazard[] {
  return chains.flatMap((chain) =>
    chain.flatMap((inner, index) => {
      const bound = boundOf(inner);
      // An unknown setting inside may well be the tighter one: no verdict.
      if (!bound || !isCertain(inner)) return [];
      const outer = shorterOutside(chain.slice(0, index), bound);
      return outer ? [hazard(outer.hop, outer.bound, inner, bound)] : [];
    }),
  );
}

/** The next hop outside with a limit, if that is shorter; else the tightest of all. */
function shorterOutside(outside: readonly Hop[], inner: Bound): { hop: Hop; bound: Bound } | undefined {
  const next =
    outside.flatMap((hop) => boundOf(hop) ?? []).length > 0
      ? tightest(outside.slice(outside.findLastIndex((hop) => boundOf(hop) !== undefined)))
      : undefined;
  if (next && next.bound.ms < inner.ms) return next;
  const least = tightest(outside);
  return least && least.bound.ms < inner.ms ? least : undefined;
}

function hazard(outer: Hop, outerBound: Bound, inner: Hop, innerBound: Bound): Hazard {
  const surely = bothSet(outerBound.timeout, innerBound.timeout);
  return {
    rule: outerShorter.id,
    severity: surely ? 'error' : 'warning',
    message: `${outer.name} gives up after ${showLimit(outerBound.ms)} (${showTimeout(outerBound.timeout)}), but ${inner.name} inside it goes on for up to ${showLimit(innerBound.ms)} (${showTimeout(innerBound.timeout)}): the last ${showLimit(innerBound.ms - outerBound.ms)} are work for nobody`,
    help: `let each hop wait longer than the one inside it: ${inner.name} below ${showLimit(outerBound.ms)}, or ${outer.name} above ${showLimit(innerBound.ms)}`,
    place: placeToMend(innerBound.timeout, outerBound.timeout),
    related: [related(outer, outerBound.timeout), related(inner, innerBound.timeout)],
  };
}
