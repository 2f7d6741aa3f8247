import type { VerdictJson } from '@holdup/model';

/** A pool held by another route that itself waited for a slow host. */
export const poolVerdict: VerdictJson = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  route: 'GET /orders/:id',
  outcome: 'deadline-exceeded',
  startedAt: '2026-11-22T15:04:05.000Z',
  budgetMs: 800,
  budgetSource: 'default-budget',
  wallMs: 1003.214,
  ledger: [
    { account: 'db.pool-queue', ms: 840.102, share: 0.8374, resource: 'pg pool 127.0.0.1:5432/shop' },
    { account: 'db.query', ms: 98.2, share: 0.0979, resource: '127.0.0.1:5432/shop' },
    { account: 'loop.busy', ms: 41.9, share: 0.0418 },
    { account: 'cpu', ms: 9, share: 0.009 },
    { account: 'gc', ms: 1.012, share: 0.001 },
    { account: 'unattributed', ms: 13, share: 0.013 },
  ],
  verdict: {
    cause: 'db-pool-exhausted',
    culprit: { kind: 'route', name: 'POST /report' },
    explainedMs: 840.102,
    summary:
      'GET /orders/:id waited 840 ms for a connection of pg pool 127.0.0.1:5432/shop; POST /report held 4 of 4 while it waited for https://prices.example:443.',
    chain: [
      { kind: 'wait', ms: 840.102, resource: 'pg pool 127.0.0.1:5432/shop' },
      {
        kind: 'holder',
        ms: 811,
        route: 'POST /report',
        resource: 'a connection',
        doing: 'waiting inside a transaction',
      },
      { kind: 'outside', ms: 790.5, resource: 'https://prices.example:443', doing: 'first byte of GET /prices' },
    ],
    evidence: [
      {
        kind: 'pool-numbers',
        text: 'The pool has 4 connections; all were out and 6 requests queued as the wait began.',
      },
      { kind: 'usual-time', text: 'The wait is usually 0.2 ms (median of 212).' },
    ],
    contributing: [
      { cause: 'loop-saturated', explainedMs: 41.9, summary: 'The event loop was busy with many short runs.' },
    ],
    ruledOut: [
      { cause: 'dns-slow', why: 'no lookup' },
      { cause: 'tls-slow', why: 'no handshake' },
      { cause: 'upstream-slow', why: 'no call' },
      { cause: 'loop-blocked', why: 'no long run' },
      { cause: 'gc-pressure', why: '1 ms' },
      { cause: 'query-per-row', why: '1 statement' },
    ],
    unknown: [{ cause: 'db-lock-wait', missing: ['db-server'] }],
    fix: 'Move the call to https://prices.example:443 out of the transaction of POST /report, so that its connection is free meanwhile.',
    docs: 'docs/causes/db-pool-exhausted.md',
  },
};
