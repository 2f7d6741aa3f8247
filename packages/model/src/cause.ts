/** Every cause Holdup can name so far. Ids are public and stable. */
export const CAUSE_IDS = [
  'dns-slow',
  'dns-queue-starved',
  'connect-stalled',
  'tls-slow',
  'upstream-slow',
  'upstream-body-slow',
  'client-socket-queue',
  'connection-reset-on-reuse',
  'db-pool-exhausted',
  'db-pool-self-deadlock',
  'db-connection-leak',
  'db-query-slow',
  'db-lock-wait',
  'query-per-row',
  'retry-exhausted',
  'serial-calls',
  'budget-spent-on-arrival',
  'caller-cancelled',
  'loop-blocked',
  'loop-saturated',
  'gc-pressure',
  'threadpool-starved',
  'slow-upload',
  'lock-contention',
] as const;

export type CauseId = (typeof CAUSE_IDS)[number];
