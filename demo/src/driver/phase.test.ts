import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CauseId, VerdictJson } from '@holdup/model';
import { checkConservation } from './conservation.ts';
import type { Fault } from './faults.ts';
import { readOptions } from './options.ts';
import { judgeFault, judgeHealthy, type Seen } from './phase.ts';

const START = Date.UTC(2026, 0, 1);
const fault: Fault = {
  name: 'row-lock',
  title: 'A row is locked',
  victim: 'PUT /stock/:id',
  expected: { cause: 'db-lock-wait', culprit: 'POST /checkout', chain: ['payments'] },
  streams: [],
};

function verdict(cause: CauseId, culprit: string, changes: Partial<VerdictJson> = {}): VerdictJson {
  return {
    traceId: 'trace',
    route: fault.victim,
    outcome: 'deadline-exceeded',
    startedAt: new Date(START + 100).toISOString(),
    budgetMs: 800,
    budgetSource: 'default-budget',
    wallMs: 1_000,
    ledger: [{ account: 'db.query', ms: 1_000, share: 1 }],
    verdict: {
      cause,
      culprit: { kind: 'route', name: culprit },
      explainedMs: 1_000,
      summary: '',
      chain: [{ kind: 'holder', ms: 1_000, doing: 'waiting for payments' }],
      evidence: [],
      contributing: [],
      ruledOut: [],
      unknown: [],
      fix: '',
      docs: '',
    },
    ...changes,
  };
}

/** All read 1,150 ms after the fault was switched on; the window is two seconds. */
function seen(...verdicts: VerdictJson[]): Seen {
  return {
    window: { start: START, end: START + 2_000 },
    samples: [
      { route: fault.victim, startedAt: START + 100, ms: 1_400, status: 200, aborted: false },
      { route: fault.victim, startedAt: START + 200, ms: 40, status: 0, aborted: true },
      { route: fault.victim, startedAt: START + 300, ms: 40, status: 200, aborted: false },
      { route: 'GET /other', startedAt: START + 300, ms: 1_400, status: 200, aborted: false },
      { route: fault.victim, startedAt: START + 2_000, ms: 1_400, status: 200, aborted: false },
    ],
    verdicts: verdicts.map((json) => ({ json, startedAt: Date.parse(json.startedAt), seenAt: START + 1_150 })),
    budgetMs: 800,
  };
}

test('the right cause, culprit and chain make a fault ok', () => {
  const phase = judgeFault(fault, seen(verdict('db-lock-wait', 'POST /checkout')));
  assert.equal(phase.ok, true);
  assert.equal(phase.requests, 3);
  assert.equal(phase.late, 2);
  assert.equal(phase.timeToVerdictMs, 1_150);
  // Due at 100 + 800.
  assert.equal(phase.verdictLagMs, 250);
});

test('the most frequent cause counts, and only verdicts on the victim from the window', () => {
  const before = { startedAt: new Date(START - 1).toISOString() };
  const phase = judgeFault(
    fault,
    seen(
      verdict('db-query-slow', 'UPDATE', before),
      verdict('upstream-slow', 'payments', { route: 'POST /checkout' }),
      verdict('db-query-slow', 'UPDATE'),
      verdict('db-lock-wait', 'POST /checkout'),
      verdict('db-lock-wait', 'POST /checkout'),
    ),
  );
  assert.deepEqual(phase.byCause, { 'db-query-slow': 1, 'db-lock-wait': 2 });
  assert.equal(phase.ok, true);
});

test('a wrong cause, culprit or chain, or nothing at all, is not ok and says why', () => {
  const problem = (...verdicts: VerdictJson[]) => judgeFault(fault, seen(...verdicts)).problem;
  assert.equal(problem(), 'no verdict on PUT /stock/:id');
  assert.equal(problem(verdict('db-query-slow', 'POST /checkout')), 'expected db-lock-wait, got db-query-slow');
  assert.equal(problem(verdict('db-lock-wait', 'UPDATE')), 'expected the culprit POST /checkout, got UPDATE');
  const mute = verdict('db-lock-wait', 'POST /checkout');
  assert.equal(problem({ ...mute, verdict: { ...mute.verdict, chain: [] } }), 'the chain does not say payments');
});

test('any verdict in a healthy phase is one too many', () => {
  assert.equal(judgeHealthy(seen()).ok, true);
  assert.equal(judgeHealthy(seen(verdict('db-lock-wait', 'POST /checkout'))).ok, false);
});

test('a ledger has to add up to the wall time', () => {
  const good = verdict('db-lock-wait', 'POST /checkout');
  const bad = { ...good, traceId: 'bad', wallMs: 1_000.00001 };
  assert.deepEqual(checkConservation([good, bad]), { checked: 2, broken: ['bad'] });
});

test('arguments are checked before anything starts', () => {
  assert.deepEqual(readOptions(['--once', '--only', 'a,b'], ['a', 'b', 'c']).only, ['a', 'b']);
  assert.equal(readOptions(['--json'], []).once, true);
  for (const args of [['--only', 'z'], ['--only='], ['--nope'], ['extra'], ['--only']]) {
    assert.throws(() => readOptions(args, ['a']), { code: 'HOLDUP_DEMO_USAGE' });
  }
});
