import type { Hazard } from '../../hazard.ts';
import { timeoutOf } from '../bounds.ts';
import { showLimit } from '../durations.ts';
import type { Hop, Timeout } from '../hop.ts';
import type { ChainRule, ChainView } from './rule.ts';
import { bothSet, placeToMend, related, showTimeout } from './text.ts';

/** A client that keeps an idle connection as long as its server, or longer, sends a request into a closing one. */
export const keepAliveRace: ChainRule = {
  id: 'chain/keep-alive-race',
  severity: 'error',
  title: 'the caller keeps idle connections at least as long as the server: now and then a 502',
  check,
};

/** Hops that requests pass without a connection of their own. */
const TRANSPARENT: ReadonlySet<Hop['role']> = new Set(['workload']);
/** Clients that read the server's `Keep-Alive: timeout=…`, and servers that send it. */
const READS_HINT = new Set(['fetch', 'undici', 'axios', 'got', 'http agent', 'https agent']);
const SENDS_HINT = new Set(['node', 'fastify']);

function check({ chains }: ChainView): readonly Hazard[] {
  return chains.flatMap((chain) => {
    const connected = chain.filter(({ role }) => !TRANSPARENT.has(role));
    return connected.flatMap((outer, index) => {
      const inner = connected[index + 1];
      return inner ? race(outer, inner) : [];
    });
  });
}

function race(outer: Hop, inner: Hop): Hazard[] {
  const kept = keptFor(outer);
  const closed = timeoutOf(inner, 'keepalive');
  if (!kept || !closed || outer.reusesUpstream === false || typeof closed.ms !== 'number' || kept.ms === 'unknown')
    return [];
  // Eight hours of MySQL and a pool that never closes: two defaults that meet in no rush.
  if (inner.role === 'database' && closed.source === 'default' && kept.source === 'default') return [];
  if (READS_HINT.has(outer.format) && SENDS_HINT.has(inner.format)) return [];
  // Zero: the server closes after each answer and says so.
  if (closed.ms === 0 || (typeof kept.ms === 'number' && kept.ms < closed.ms)) return [];
  return [hazard(outer, kept, inner, closed)];
}

/** A pool that ends its connections by age keeps no idle one longer. */
function keptFor(outer: Hop): Timeout | undefined {
  const idle = timeoutOf(outer, 'upstream-keepalive');
  const age = timeoutOf(outer, 'lifetime');
  const isShorter =
    typeof age?.ms === 'number' && idle !== undefined && (idle.ms === 'none' || Number(idle.ms) > age.ms);
  return isShorter ? age : idle;
}

function hazard(outer: Hop, kept: Timeout, inner: Hop, closed: Timeout): Hazard {
  const keeps = kept.ms === 'none' ? 'without limit' : `for ${showLimit(kept.ms)}`;
  const above =
    kept.ms === 'none'
      ? `bound ${outer.name}'s idle connections below ${showLimit(closed.ms)}`
      : `${inner.name} above ${showLimit(kept.ms)} (a few seconds more), or ${outer.name} below ${showLimit(closed.ms)}`;
  return {
    rule: keepAliveRace.id,
    severity: bothSet(kept, closed) ? 'error' : 'warning',
    message: `${outer.name} keeps idle connections ${keeps} (${showTimeout(kept)}), ${inner.name} closes them after ${showLimit(closed.ms)} (${showTimeout(closed)}): ${failureOf(outer, inner)}`,
    help: `the ${inner.role === 'pooler' ? 'pooler' : inner.engine ? 'database' : 'server'} must keep idle connections longer than its caller: ${above}`,
    place: placeToMend(closed, kept),
    related: [related(outer, kept), related(inner, closed)],
  };
}

function failureOf(outer: Hop, inner: Hop): string {
  if (inner.engine === undefined) return 'a request sent as the server closes fails with 502 or ECONNRESET';
  return outer.role === 'pool'
    ? 'a statement sent on a connection that has just been closed fails with ECONNRESET or "Connection terminated"'
    : 'a statement sent on a connection that has just been closed fails, and the program behind the pooler sees it';
}
