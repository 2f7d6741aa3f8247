import type { Place } from '../../hazard.ts';
import { showLimit } from '../durations.ts';
import { type Hop, markOf, type Timeout } from '../hop.ts';

/** `proxy_read_timeout 60 s (default)`. */
export function showTimeout(timeout: Timeout): string {
  const { setting, ms, note } = timeout;
  const why = markOf(timeout) || (note === undefined ? '' : ` (${note})`);
  return `${setting} ${showLimit(ms)}${why}`;
}

export function related(hop: Hop, timeout: Timeout): { place: Place; message: string } {
  const version =
    timeout.source === 'default' && timeout.version !== undefined
      ? `; ${timeout.version === 'all' ? 'all versions' : timeout.version}: ${timeout.doc ?? ''}`
      : '';
  return { place: timeout.place, message: `${hop.name}: ${showTimeout(timeout)}${version}` };
}

/** Where to change something: at what somebody wrote. */
export function placeToMend(inner: Timeout, outer: Timeout): Place {
  return inner.source === 'set' || outer.source === 'default' ? inner.place : outer.place;
}

export function bothSet(...timeouts: readonly Timeout[]): boolean {
  return timeouts.every(({ source }) => source === 'set');
}
