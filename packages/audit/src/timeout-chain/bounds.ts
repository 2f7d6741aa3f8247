import type { Hop, Limit, Timeout } from './hop.ts';

/** How long a hop makes its caller wait at most, by what it says itself. */
export interface Bound {
  readonly ms: number;
  /** The setting that decides. */
  readonly timeout: Timeout;
}

/** Every kind that ends a hop's waiting for what lies inside it. */
const WAITING: ReadonlySet<Timeout['kind']> = new Set(['request', 'response', 'try', 'handler', 'write', 'query']);

/** A server's socket timeout ends a quiet handler; a proxy's does not wait for anybody. */
export function endsWaiting(hop: Hop, { kind }: Timeout): boolean {
  return WAITING.has(kind) || (hop.role === 'server' && kind === 'idle');
}

/**
 * The tightest finite limit of one exchange, a single attempt where attempts are what is limited. `undefined`: nothing finite is
 * known. With `unknown` settings beside it the true bound may be tighter: {@link isCertain}.
 */
export function boundOf(hop: Hop): Bound | undefined {
  const finite = hop.timeouts.flatMap((timeout) =>
    endsWaiting(hop, timeout) && typeof timeout.ms === 'number' ? [{ ms: timeout.ms, timeout }] : [],
  );
  const repeats = hop.retries !== undefined;
  // With retries an attempt's limit does not end the exchange; the total does.
  const ending =
    repeats && finite.some(({ timeout }) => timeout.kind === 'request')
      ? finite.filter(({ timeout }) => timeout.kind === 'request')
      : finite;
  return ending.reduce<Bound | undefined>(
    (tightest, bound) => (tightest === undefined || bound.ms < tightest.ms ? bound : tightest),
    undefined,
  );
}

/** Nothing that could make the bound tighter is unknown. */
export function isCertain(hop: Hop): boolean {
  return !hop.timeouts.some((timeout) => endsWaiting(hop, timeout) && timeout.ms === 'unknown');
}

/** What a drawing shows of a hop: its bound, of a pool how long one waits for a connection, of a database how long a statement runs. */
export function shownTimeout(hop: Hop): Timeout | undefined {
  const bound = boundOf(hop);
  if (bound) return bound.timeout;
  if (hop.role === 'pool' || hop.role === 'pooler') return timeoutOf(hop, 'acquire') ?? timeoutOf(hop, 'statement');
  if (hop.role === 'database') return timeoutOf(hop, 'statement');
  return hop.timeouts.find(({ kind }) => kind === 'request' || kind === 'response' || kind === 'try');
}

export function timeoutOf(hop: Hop, kind: Timeout['kind']): Timeout | undefined {
  const all = hop.timeouts.filter((timeout) => timeout.kind === kind);
  return all.find(({ source }) => source === 'set') ?? all[0];
}

export function finite(limit: Limit | undefined): number | undefined {
  return typeof limit === 'number' ? limit : undefined;
}

/** The hop outside that gives up first, of those on the way in. */
export function tightest(outer: readonly Hop[]): { hop: Hop; bound: Bound } | undefined {
  let found: { hop: Hop; bound: Bound } | undefined;
  for (const hop of outer) {
    const bound = boundOf(hop);
    if (bound && (found === undefined || bound.ms <= found.bound.ms)) found = { hop, bound };
  }
  return found;
}
