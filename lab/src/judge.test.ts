import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VerdictJson } from '@holdup/agent';
import { countBy, isRoute, judgeRun, type Seen } from './judge.ts';
import { type Plan, planRun } from './plan.ts';
import { DECLARATIONS } from './registry.ts';
import { summarize } from './score.ts';

const PLAN: Plan = { ...planRun(1, DECLARATIONS, 'fault'), victim: 'GET /a/:id', budgetMs: 500 };
const EXPECTED = { cause: 'dns-slow', culprits: ['prices.internal'] } as const;

function verdict(at: number, cause: string, culprit: string, route = 'GET /a/:id'): Seen['verdicts'][number] {
  // Only what is looked at.
  const json = {
    route,
    wallMs: 900,
    budgetMs: 500,
    ledger: [
      { account: 'dns', ms: 855, share: 0.95 },
      { account: 'unattributed', ms: 45, share: 0.05 },
    ],
    verdict: { cause, culprit: { kind: 'host', name: culprit } },
  } as unknown as VerdictJson;
  return { json, startedAt: at, seenAt: at + 1_100 };
}

function seen(...verdicts: Seen['verdicts']): Seen {
  const samples = [10, 20, 30].map((at) => ({ route: 'GET /a/:id', startedAt: at, ms: 900, status: 200 }));
  return { window: { start: 0, end: 100 }, calmUntil: -50, samples, verdicts, notices: [], disturbed: null };
}

describe('judgeRun', () => {
  it('takes the most frequent cause, and its most frequent culprit', () => {
    const run = judgeRun(
      PLAN,
      EXPECTED,
      false,
      seen(
        verdict(10, 'dns-slow', 'prices.internal:80'),
        verdict(20, 'dns-slow', 'prices.internal:80'),
        verdict(30, 'upstream-slow', 'other:80'),
      ),
    );
    assert.deepEqual([run.cause, run.causeRight, run.culpritRight], ['dns-slow', true, true]);
    assert.deepEqual([run.lagMs, run.unattributed[0], run.late], [600, 0.05, 3]);
  });

  it('counts only verdicts on the victim in the window', () => {
    const measured = verdict(-930, 'loop-blocked', 'x');
    const others = seen(
      verdict(-1_000, 'dns-slow', 'x'),
      measured,
      verdict(20, 'dns-slow', 'prices.internal', 'GET /b'),
    );
    const run = judgeRun(PLAN, EXPECTED, false, others);
    assert.deepEqual([run.verdicts, run.cause, run.causeRight, run.early.length], [0, null, false, 1]);
  });

  it('takes every verdict on a control for a false alarm', () => {
    assert.equal(judgeRun(PLAN, null, false, seen()).causeRight, true);
    assert.equal(judgeRun(PLAN, null, false, seen(verdict(10, 'undetermined', 'nobody'))).causeRight, false);
  });

  it('tests nothing when nobody was late', () => {
    const quiet = { ...seen(), samples: [] };
    assert.equal(judgeRun(PLAN, EXPECTED, false, quiet).invalid, '0 of 0 victims were late');
  });
});

describe('isRoute', () => {
  it('knows a route by its pattern, whatever stands for what varies', () => {
    for (const reported of ['GET /a/:id', 'GET /a/:user', 'GET /a/17']) assert.ok(isRoute('GET /a/:id', reported));
    for (const reported of ['GET /a', 'GET /a/1/b', 'POST /a/:id']) assert.ok(!isRoute('GET /a/:id', reported));
  });
});

describe('summarize', () => {
  it('starts with the summary, and leaves out runs that test nothing', () => {
    const right = judgeRun(PLAN, EXPECTED, false, seen(verdict(10, 'dns-slow', 'prices.internal')));
    const wrong = judgeRun(PLAN, EXPECTED, true, seen(verdict(10, 'tls-slow', 'prices.internal')));
    const silent = judgeRun(PLAN, EXPECTED, false, seen());
    const alarm = judgeRun(PLAN, null, false, seen(verdict(10, 'dns-slow', 'x')));
    const score = summarize([right, wrong, silent, alarm, { ...right, disturbed: 'the lab stood still for 900 ms' }]);
    assert.deepEqual(Object.keys(score)[0], 'summary');
    assert.deepEqual(score.summary, {
      runs: 4,
      top1: 1 / 3,
      culprit: 1 / 3,
      falseOnControls: 1,
      wrongConfident: 1 / 3,
      unattributedMedian: 0.05,
    });
    assert.deepEqual(score.confusion, {
      'dns-slow': { 'dns-slow': 1, 'tls-slow': 1, none: 1 },
      none: { 'dns-slow': 1 },
    });
    assert.equal(score.compound.top1, 0);
    assert.equal(score.invalid.length, 1);
  });
});

describe('planRun', () => {
  const plans = Array.from({ length: 2_000 }, (_, seed) => planRun(seed, DECLARATIONS));
  const faultOf = (name: string) => DECLARATIONS.find((each) => each.name === name);

  it('plays every cause equally often, and every tenth time a compound fault', () => {
    const simple = plans.filter(({ fault }) => !faultOf(fault)?.compound);
    assert.equal(plans.length - simple.length, 200);
    const counts = countBy(simple, ({ fault }) => faultOf(fault)?.cause ?? '');
    assert.ok(Math.max(...counts.values()) - Math.min(...counts.values()) <= 1);
    assert.equal(new Set(plans.map(({ fault }) => fault)).size, DECLARATIONS.length);
  });

  it('decides the same for the same seed', () => {
    assert.deepEqual(planRun(7, DECLARATIONS), planRun(7, DECLARATIONS));
  });

  it('keeps faults that are to stay inside the budget well inside', () => {
    const inside = plans.filter(({ mode }) => mode === 'inside-budget');
    assert.ok(inside.length > 0 && inside.every(({ budgetMs, holdMs }) => holdMs <= budgetMs - 129));
  });
});
