import type { DeadlineSource } from '@holdup/model';

/** A caller that says more than this (24 h, ms) does not mean a deadline. */
const MAX_BUDGET_MS = 86_400_000;

const GRPC_UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

export interface ReceivedBudget {
  readonly ms: number;
  readonly source: DeadlineSource;
}

/** gRPC over HTTP/2, "Timeout": at most 8 digits and one of H M S m u n, case-sensitive. */
function parseGrpcTimeout(value: string): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(value);
  return match === null ? undefined : Number(match[1]) * (GRPC_UNIT_MS[match[2] ?? ''] ?? Number.NaN);
}

function parseMilliseconds(value: string): number | undefined {
  return /^\d{1,9}(\.\d{1,6})?$/.test(value) ? Number(value) : undefined;
}

const HEADERS: readonly {
  readonly name: DeadlineSource;
  readonly parse: (value: string) => number | undefined;
}[] = [
  { name: 'grpc-timeout', parse: parseGrpcTimeout },
  { name: 'x-envoy-expected-rq-timeout-ms', parse: parseMilliseconds },
  { name: 'x-request-timeout-ms', parse: parseMilliseconds },
];

const NO_HEADERS: Readonly<Record<string, string>> = {};

/**
 * The smallest budget the caller sent, ms. Nonsense, zero (Envoy's "no timeout") and more than a day count as not
 * sent: the request then runs on the configured budget.
 */
export function receivedBudget(headers: Readonly<Record<string, unknown>>): ReceivedBudget | undefined {
  if (headers === NO_HEADERS) return undefined;
  let smallest: ReceivedBudget | undefined;
  for (const { name, parse } of HEADERS) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    const ms = parse(value.trim());
    if (ms === undefined || !(ms > 0) || ms > MAX_BUDGET_MS) continue;
    if (smallest === undefined || ms < smallest.ms) smallest = { ms, source: name };
  }
  return smallest;
}

/** The names above by their length, which tells nearly all others apart without looking at them. */
const NAMES_BY_LENGTH: ReadonlyMap<number, string> = new Map(
  ['traceparent', ...HEADERS.map(({ name }) => name)].map((name) => [name.length, name]),
);

/**
 * Of HTTP/1 headers as they came those that matter here. `message.headers` is made when it is first asked for, which many
 * services never do.
 * @param raw name, value, name, value …
 */
export function readHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  let found: Record<string, string> | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const given = raw[i] ?? '';
    const name = NAMES_BY_LENGTH.get(given.length);
    if (name === undefined || given.toLowerCase() !== name) continue;
    found ??= {};
    const before = found[name];
    // As Node joins what came twice.
    found[name] = before === undefined ? (raw[i + 1] ?? '') : `${before}, ${raw[i + 1]}`;
  }
  return found ?? NO_HEADERS;
}

/** The trace id of a W3C `traceparent`, or undefined when it is absent or malformed. */
export function receivedTraceId(headers: Readonly<Record<string, unknown>>): string | undefined {
  const value = headers.traceparent;
  if (typeof value !== 'string') return undefined;
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(value);
  return match?.[1] === '0'.repeat(32) ? undefined : match?.[1];
}
