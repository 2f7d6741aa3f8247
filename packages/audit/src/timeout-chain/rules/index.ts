import type { Hazard, RuleInfo } from '../../hazard.ts';
import { LIVE_DIFFERS } from '../live/differences.ts';
import { acquireExceedsBudget } from './acquire-exceeds-budget.ts';
import { graceTooShort } from './grace-too-short.ts';
import { headerTimeoutIgnored } from './header-timeout-ignored.ts';
import { keepAliveRace } from './keep-alive-race.ts';
import { lockWait } from './lock-wait.ts';
import { outerShorter } from './outer-shorter.ts';
import { probeKillsSlowPod } from './probe-kills-slow-pod.ts';
import { retriesExceedTotal } from './retries-exceed-total.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { checkStartupParameters } from './startup-parameters.ts';
import { statementTimeout } from './statement-timeout.ts';
import { defaultBites, noLimit } from './unlimited.ts';
import { VALUE_IGNORED } from './value-ignored.ts';

const RULES: readonly ChainRule[] = [
  outerShorter,
  keepAliveRace,
  retriesExceedTotal,
  headerTimeoutIgnored,
  acquireExceedsBudget,
  statementTimeout,
  lockWait,
  probeKillsSlowPod,
  graceTooShort,
  defaultBites,
  noLimit,
];

const POLICY: RuleInfo = {
  id: 'chain/policy',
  severity: 'error',
  title: "a limit of the team's own policy file is not kept",
};

export const chainRules: readonly RuleInfo[] = [
  ...RULES.map(({ id, severity, title }) => ({ id, severity, title })),
  VALUE_IGNORED,
  LIVE_DIFFERS,
  POLICY,
];

/** What all rules say, each thing once, in the order of the files. */
export function checkChain(view: ChainView): Hazard[] {
  const remarks = view.hops.flatMap((hop) =>
    (hop.remarks ?? []).map((remark): Hazard => ({ severity: 'warning', ...remark })),
  );
  const found = [...RULES.flatMap((rule) => rule.check(view)), ...checkStartupParameters(view), ...remarks];
  const unique = new Map<string, Hazard>();
  for (const hazard of found) {
    const { file, line, column } = hazard.place;
    // One path more through the same two settings says nothing new.
    const key = JSON.stringify([
      hazard.rule,
      file,
      line,
      column,
      hazard.related?.map(({ place }) => [place.file, place.line]) ?? hazard.message,
    ]);
    if (!unique.has(key)) unique.set(key, hazard);
  }
  return [...unique.values()].sort((a, b) => byPlace(a, b));
}

function byPlace(a: Hazard, b: Hazard): number {
  return a.place.file < b.place.file
    ? -1
    : a.place.file > b.place.file
      ? 1
      : a.place.line - b.place.line || a.place.column - b.place.column;
}
