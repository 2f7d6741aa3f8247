/** What one request of the service does; also its route. */
export const WORKLOADS = ['pg+fetch', 'pg', 'fetch', 'http', 'fan-out', 'awaits', 'stream'] as const;

export type Workload = (typeof WORKLOADS)[number];

/** How long and how often is measured. */
export interface Plan {
  /** Fresh processes of every variant per Node version. */
  readonly rounds: number;
  /** Pairs at the fixed rate, over all rounds. */
  readonly pairs: number;
  /** Pairs at saturation, over all rounds. */
  readonly saturatedPairs: number;
  readonly windowMs: number;
  /** Requests each process answers before anything is measured. */
  readonly warmUpRequests: number;
}

/**
 * Requests per second of the fixed rate: about a fifth of what one core of a small machine answers, so that even the slowest
 * variant is idle most of the time, and enough that a window of a second holds hundreds of requests.
 */
const RATE_PER_SECOND = 800;

/** Workloads of which one request is as dear as many: a fifth of what a core answers, here too. */
const DEAR_RATES: Partial<Record<Workload, number>> = { 'fan-out': 120, stream: 80 };

export function rateOf(workload: Workload): number {
  return DEAR_RATES[workload] ?? RATE_PER_SECOND;
}

/** Requests after which a service is warm: fewer of those that do more. */
export function warmUpOf(plan: Plan, workload: Workload): number {
  return Math.ceil((plan.warmUpRequests * rateOf(workload)) / RATE_PER_SECOND);
}

/** Connections at the fixed rate: more than a service that keeps up can ever have busy. */
export const RATE_CONNECTIONS = 128;

/** Connections at saturation: more than the pool has, so that requests queue for it as they do in a busy service. */
export const SATURATION_CONNECTIONS = 16;

/** Milliseconds without load after which a process is as idle as it gets, and for how long its idling is then measured. */
export const IDLE_MS = 1_500;

/**
 * 24 pairs: with others at work on the machine two windows of the same variant differ by about 10 %, so the median of 24
 * pairs is good to about 4 %; it is better on a quiet machine.
 * 12,000 requests: CPU per request falls until about there, while V8 optimises.
 */
const DEFAULT_PLAN: Plan = { rounds: 3, pairs: 24, saturatedPairs: 9, windowMs: 1_000, warmUpRequests: 12_000 };

/** A look, not a measurement: fewer pairs of shorter windows on one set of processes. */
const QUICK_PLAN: Plan = { rounds: 1, pairs: 8, saturatedPairs: 3, windowMs: 600, warmUpRequests: 8_000 };

export function makePlan(options: { readonly quick: boolean; readonly pairs?: number | undefined }): Plan {
  const plan = options.quick ? QUICK_PLAN : DEFAULT_PLAN;
  if (options.pairs === undefined) return plan;
  const { pairs } = options;
  const saturatedPairs = Math.max(1, Math.round((pairs * plan.saturatedPairs) / plan.pairs));
  return { ...plan, pairs, saturatedPairs, rounds: Math.min(plan.rounds, pairs) };
}

/** Splits `total` over the rounds as evenly as whole numbers allow: 8 over 3 is 3, 3, 2. */
export function shareOfRound(total: number, rounds: number, round: number): number {
  return Math.floor(total / rounds) + (round < total % rounds ? 1 : 0);
}
