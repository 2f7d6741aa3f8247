import type { Hazard } from '../../hazard.ts';
import { finite, tightest } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import type { Hop } from '../hop.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { related, showTimeout } from './text.ts';

/** A liveness probe so short that a slow pod is restarted, which makes the others slower. */
export const probeKillsSlowPod: ChainRule = {
  id: 'chain/probe-kills-slow-pod',
  severity: 'warning',
  title: 'a liveness probe that restarts a pod for being slow',
  check,
};

/** The default, and what a garbage collection or a blocked event loop of a busy service reaches by itself. */
const SHORT_PROBE_MS = 1000;

function check({ hops, chains }: ChainView): readonly Hazard[] {
  return hops
    .filter(({ role }) => role === 'workload')
    .flatMap((pod) => {
      const outer = chains.filter((chain) => chain.includes(pod)).map((chain) => chain.slice(0, chain.indexOf(pod)));
      return livenessOf(pod, outer);
    });
}

function livenessOf(pod: Hop, outer: readonly (readonly Hop[])[]): Hazard[] {
  const windows = pod.timeouts.filter(
    ({ kind, setting }) => kind === 'probe-period' && setting.startsWith('livenessProbe'),
  );
  return pod.timeouts
    .filter(({ kind, setting }) => kind === 'probe' && setting.startsWith('livenessProbe'))
    .flatMap((probe, index) => {
      const ms = finite(probe.ms);
      const window = windows[index];
      const once = window?.note?.endsWith('× 1') === true;
      const caller = outer.flatMap((hops) => tightest(hops) ?? [])[0];
      const slow = ms !== undefined && once && caller !== undefined && ms < caller.bound.ms;
      if (ms === undefined || (ms > SHORT_PROBE_MS && !slow)) return [];
      const after = finite(window?.ms);
      const budget = caller ? `, though callers would wait ${showLimit(caller.bound.ms)} (${caller.hop.name})` : '';
      return [
        {
          rule: probeKillsSlowPod.id,
          severity: 'warning' as const,
          message: `${pod.name}: ${showTimeout(probe)}: a pod that answers its probe more slowly, ${once ? 'once' : `in a row for ${showLimit(after ?? 'unknown')}`}, is restarted${budget}; its requests are lost and move to pods that are slow as well`,
          help: 'livenessProbe.timeoutSeconds of 5 or more and failureThreshold of 3 or more, on an endpoint that waits for nothing; let readiness take slow pods out',
          place: probe.place,
          related: [related(pod, probe), ...(caller ? [related(caller.hop, caller.bound.timeout)] : [])],
        },
      ];
    });
}
