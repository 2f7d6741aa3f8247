import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { type CallOptions, call } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

/** A report that takes 900 ms on any day, on a budget of 500. */
function reporting(more: Partial<CallOptions> = {}, request: Partial<RequestDraft> = {}): RecordingDraft {
  const ops = [call({ from: 10, to: 910, path: '/report', timeoutMs: 5_000, usual: [890, 950], ...more })];
  return { now: 1_020, requests: { late: { route: 'GET /report', from: 0, to: 920, budget: 500, ops, ...request } } };
}

describe('timeout-inversion', () => {
  it('names an inner timeout that cannot fire within the budget', () => {
    const verdict = verdictOf(reporting());
    assert.equal(verdict.cause, 'timeout-inversion');
    assert.equal(verdict.top?.explained, msToNs(410));
    assert.equal(
      verdict.top?.summary,
      'GET /report waited for a call 410 ms past its deadline: GET https://api.example:443/report has a timeout of its own of 5,000 ms, longer than the 500 ms of the request (default-budget), and never ends in time.',
    );
    assert.equal(findingOf(verdict, 'deadline-not-propagated').kind, 'ruled-out', 'one of the two, never both');
  });

  it('names one that is longer than the timer with which the handler gave up', () => {
    const gaveUp = { to: 250, status: 504, outcome: 'deadline-exceeded' } as const;
    const verdict = verdictOf(reporting({ to: 905 }, gaveUp));
    assert.equal(verdict.cause, 'timeout-inversion');
    assert.equal(verdict.top?.explained, msToNs(240));
    assert.match(verdict.top?.summary ?? '', /^GET \/report answered 504 after 250 ms while a call was running: /);
    // A timeout of its own that was the shorter one.
    const shorter = reporting({ to: 905, timeoutMs: 200 }, gaveUp);
    assert.equal(findingOf(verdictOf(shorter), 'timeout-inversion').kind, 'ruled-out');
    // Something else failed last.
    const other = call({ host: 'other.example:443', from: 200, to: 249, failure: { code: 'ECONNRESET' } });
    const draft = reporting({ to: 905 }, gaveUp);
    const ops = [...(draft.requests.late.ops ?? []), other];
    const failed = verdictOf({ ...draft, requests: { late: { ...draft.requests.late, ops } } });
    assert.equal(findingOf(failed, 'timeout-inversion').kind, 'ruled-out');
  });

  it('accompanies what made the callee slow', () => {
    const verdict = verdictOf(reporting({ usual: [30, 60] }));
    assert.equal(verdict.cause, 'upstream-slow');
    assert.equal(verdict.contributing[0]?.cause, 'timeout-inversion');
  });

  it('leaves budgets that vary to deadline-not-propagated: no configured timeout fits them', () => {
    const verdict = verdictOf(reporting({}, { budgetFrom: 'grpc-timeout', usual: [300, 400] }));
    assert.equal(verdict.cause, 'deadline-not-propagated');
    assert.equal(findingOf(verdict, 'timeout-inversion').kind, 'ruled-out');
  });

  it('is ruled out for calls without a timeout of their own, or a shorter one', () => {
    const untimed = call({ from: 10, to: 910, usual: [890, 950] });
    const bare: RecordingDraft = { now: 1_020, requests: { late: { from: 0, to: 920, budget: 500, ops: [untimed] } } };
    assert.equal(findingOf(verdictOf(bare), 'timeout-inversion').kind, 'ruled-out');
    assert.equal(findingOf(verdictOf(reporting({ timeoutMs: 480 })), 'timeout-inversion').kind, 'ruled-out');
  });

  it('is unknown when calls are not watched', () => {
    const draft = { ...reporting(), without: ['http-client'] as const };
    assert.equal(findingOf(verdictOf(draft), 'timeout-inversion').kind, 'unknown');
  });
});
