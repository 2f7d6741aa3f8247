import type { Hazard } from '../../hazard.ts';
import { boundOf, endsWaiting, isCertain, tightest } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import type { Hop, Timeout } from '../hop.ts';
import type { ChainRule, ChainView } from './rule.ts';

/** A default nobody chose that makes requests wait, or cuts them off. */
export const defaultBites: ChainRule = {
  id: 'chain/default-bites',
  severity: 'warning',
  title: 'a default that makes requests wait for ever or cuts them off, never chosen by anybody',
  check: ({ hops, chains }) =>
    onePerFile(
      hops,
      (hop) => hop.timeouts.filter((timeout) => bites(hop, timeout) && !isJudged(hop, timeout, chains)),
      describeDefault,
    ),
};

/** A limit that somebody switched off. */
export const noLimit: ChainRule = {
  id: 'chain/no-limit',
  severity: 'warning',
  title: 'a hop whose waiting for the next one was set to have no limit',
  check: ({ hops }: ChainView) =>
    onePerFile(
      hops,
      (hop) =>
        boundOf(hop) || !isCertain(hop)
          ? []
          : hop.timeouts.filter(
              (timeout) => timeout.source === 'set' && timeout.ms === 'none' && endsWaiting(hop, timeout),
            ),
      describeNone,
    ),
};

function bites(hop: Hop, timeout: Timeout): boolean {
  if (timeout.source !== 'default' || timeout.bites === undefined) return false;
  // What another setting of the same hop ends, a missing limit does not prolong.
  const other = boundOf(hop);
  return !endsWaiting(hop, timeout) || ((other === undefined || other.timeout === timeout) && isCertain(hop));
}

/** A wait for a lock is chain/lock-wait's where a caller's limit is known. */
function isJudged(hop: Hop, { kind }: Timeout, chains: ChainView['chains']): boolean {
  return (
    kind === 'lock' &&
    chains.some((chain) => chain.includes(hop) && tightest(chain.slice(0, chain.indexOf(hop))) !== undefined)
  );
}

/** A file of forty locations has one default, not forty. */
function onePerFile(
  hops: readonly Hop[],
  pick: (hop: Hop) => readonly Timeout[],
  describe: (timeout: Timeout, first: Hop, more: number) => Hazard,
): Hazard[] {
  const found = new Map<string, { first: Hop; timeout: Timeout; names: Set<string> }>();
  for (const hop of hops) {
    for (const timeout of pick(hop)) {
      const key = JSON.stringify([
        hop.format,
        hop.place.file,
        timeout.setting,
        timeout.source === 'set' ? timeout.place.line : 0,
      ]);
      const entry = found.get(key) ?? { first: hop, timeout, names: new Set<string>() };
      entry.names.add(hop.name);
      found.set(key, entry);
    }
  }
  return [...found.values()].map(({ first, timeout, names }) => describe(timeout, first, names.size - 1));
}

function describeDefault(timeout: Timeout, hop: Hop, more: number): Hazard {
  return {
    rule: defaultBites.id,
    severity: timeout.ms === 'none' ? 'warning' : 'note',
    message: `${hop.name}${more > 0 ? ` and ${more} more here` : ''}: ${timeout.setting} is not set, so ${showLimit(timeout.ms)} applies (${timeout.version === 'all' ? 'all versions' : timeout.version}): ${timeout.bites}`,
    help: `set ${timeout.setting} to what a request may take here; ${timeout.doc}`,
    place: timeout.place,
  };
}

function describeNone(timeout: Timeout, hop: Hop, more: number): Hazard {
  return {
    rule: noLimit.id,
    severity: 'warning',
    message: `${hop.name}${more > 0 ? ` and ${more} more here` : ''}: ${timeout.setting} has no limit: one hung peer holds its requests, and what they hold, for ever`,
    help: `${timeout.setting} of what a request may take at most`,
    place: timeout.place,
  };
}
