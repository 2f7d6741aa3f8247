import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

function came(late: Partial<RequestDraft> & { readonly to: number }): RecordingDraft {
  const ops = [query({ sql: 'SELECT a FROM x', from: 0, to: late.to, usual: [late.to, late.to + 10] })];
  return {
    now: late.to,
    requests: { late: { route: 'GET /order', from: 0, budgetFrom: 'grpc-timeout', ops, ...late } },
  };
}

describe('budget-spent-on-arrival', () => {
  it('blames the caller that left too little', () => {
    const verdict = verdictOf(came({ budget: 40, to: 90, usual: [85, 120] }));
    assert.equal(verdict.cause, 'budget-spent-on-arrival');
    assert.equal(verdict.top?.explained, msToNs(90));
    assert.deepEqual(verdict.top?.culprit, { kind: 'caller', name: 'caller (grpc-timeout)' });
    assert.equal(
      verdict.top?.summary,
      "GET /order came with 40 ms left of its caller's deadline (grpc-timeout): the route usually takes 85 ms (median of 40, nine in ten under 120 ms).",
    );
  });

  it('needs no usual time when the budget is hopeless', () => {
    assert.equal(verdictOf(came({ budget: 3, to: 12 })).cause, 'budget-spent-on-arrival');
    const finding = findingOf(verdictOf(came({ budget: 30, to: 45 })), 'budget-spent-on-arrival');
    assert.match(finding.kind === 'ruled-out' ? finding.why : '', /the caller gave 30 ms, and no usual time is known/);
  });

  it('is ruled out when the budget was enough, or the request had trouble of its own', () => {
    const enough = findingOf(verdictOf(came({ budget: 100, to: 130, usual: [85, 95] })), 'budget-spent-on-arrival');
    assert.match(
      enough.kind === 'ruled-out' ? enough.why : '',
      /the caller gave 100 ms, the route usually takes 85 ms/,
    );
    const own = findingOf(verdictOf(came({ budget: 40, to: 900, usual: [85, 120] })), 'budget-spent-on-arrival');
    assert.match(own.kind === 'ruled-out' ? own.why : '', /it had trouble of its own/);
  });

  it('is ruled out when the budget is configured here', () => {
    const verdict = verdictOf(came({ budget: 40, to: 90, usual: [85, 120], budgetFrom: 'route-budget' }));
    const finding = findingOf(verdict, 'budget-spent-on-arrival');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'the budget did not come from the caller');
  });

  it('is unknown when callers are not watched', () => {
    const verdict = verdictOf({ ...came({ budget: 3, to: 12 }), without: ['caller'] });
    assert.equal(findingOf(verdict, 'budget-spent-on-arrival').kind, 'unknown');
  });
});
