import type { Hazard } from '../../hazard.ts';
import { finite, tightest, timeoutOf } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { related, showTimeout } from './text.ts';

/** A pod that ends gets less time than a request may take. */
export const graceTooShort: ChainRule = {
  id: 'chain/grace-too-short',
  severity: 'warning',
  title: 'a rollout kills requests that may still run: the grace period is below the request budget',
  check,
};

function check({ chains }: ChainView): readonly Hazard[] {
  return chains.flatMap((chain) =>
    chain.flatMap((pod, index): Hazard[] => {
      const grace = pod.role === 'workload' ? timeoutOf(pod, 'grace') : undefined;
      const ms = finite(grace?.ms);
      const caller = tightest(chain.slice(0, index));
      // Two defaults that do not fit each other are not worth a finding in every cluster there is.
      if (
        !grace ||
        ms === undefined ||
        !caller ||
        ms >= caller.bound.ms ||
        (grace.source === 'default' && caller.bound.timeout.source === 'default')
      )
        return [];
      return [
        {
          rule: graceTooShort.id,
          severity: 'warning',
          message: `${pod.name} is killed ${showLimit(ms)} after it was told to end (${showTimeout(grace)}), but ${caller.hop.name} lets a request run ${showLimit(caller.bound.ms)} (${showTimeout(caller.bound.timeout)}): each rollout cuts the slow ones off`,
          help: `${grace.setting} above ${showLimit(caller.bound.ms)} plus any preStop wait, and a server that stops accepting and finishes what it has`,
          place: grace.place,
          related: [related(pod, grace), related(caller.hop, caller.bound.timeout)],
        },
      ];
    }),
  );
}
