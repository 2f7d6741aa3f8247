import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { type CallOptions, call, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

/** A deep search, 600 ms on any day, of a request that had 300. */
function searching(more: Partial<CallOptions> = {}, request: Partial<RequestDraft> = {}): RecordingDraft {
  const ops = [call({ from: 10, to: 610, path: '/deep', usual: [600, 640], ...more })];
  const late: RequestDraft = { route: 'GET /search', from: 0, to: 620, budget: 300, usual: [40, 80], ops };
  return { now: 720, requests: { late: { ...late, budgetFrom: 'x-request-timeout-ms', ...request } } };
}

describe('deadline-not-propagated', () => {
  //   deadline                 300 v
  //   call      10 |---------------|---------------| 610, as always
  it('counts what the request waited for its callee after the deadline', () => {
    const verdict = verdictOf(searching({ unbounded: true }));
    assert.equal(verdict.cause, 'deadline-not-propagated');
    assert.equal(verdict.top?.explained, msToNs(310));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /search' });
    assert.equal(
      verdict.top?.summary,
      'GET /search had 300 ms (x-request-timeout-ms) and waited for GET https://api.example:443/deep 310 ms past it: the call began with 290 ms left and was given no timeout at all.',
    );
    assert.ok(
      verdict.top?.evidence.some(({ text }) =>
        text.endsWith('usually takes 600 ms (median of 40, nine in ten under 640 ms)'),
      ),
    );
  });

  it('tells a timeout that was longer than what was left, and one nobody saw', () => {
    const longer = verdictOf(searching({ timeoutMs: 5_000 }));
    assert.match(longer.top?.summary ?? '', /was given 5,000 ms\.$/);
    assert.match(verdictOf(searching()).top?.summary ?? '', /was given no timeout that was seen\.$/);
  });

  it('accompanies what made the callee slow, and never goes before it', () => {
    const verdict = verdictOf(searching({ usual: [30, 60] }));
    assert.equal(verdict.cause, 'upstream-slow');
    assert.deepEqual(
      verdict.contributing.map(({ cause }) => cause),
      ['deadline-not-propagated'],
    );
    // Nor before what had used the budget when the call began.
    const first = query({ sql: 'SELECT a FROM x', from: 5, to: 305, usual: [4, 9] });
    const ops = [first, call({ from: 305, to: 425, path: '/deep', usual: [115, 140] })];
    const late = verdictOf({ now: 530, requests: { late: { from: 0, to: 430, budget: 350, usual: [40, 80], ops } } });
    assert.equal(late.cause, 'db-query-slow');
    assert.equal(late.contributing[0]?.cause, 'deadline-not-propagated');
  });

  it('is no answer for a call that began after the deadline: the request was late already', () => {
    //   deadline        300 v
    //   call                   350 |--------------| 650
    const finding = findingOf(verdictOf(searching({ from: 350, to: 650 }, { to: 660 })), 'deadline-not-propagated');
    assert.equal(
      finding.kind === 'ruled-out' && finding.why,
      'calls went on for 0 ms after the deadline only; others began after it, and the request was late already',
    );
  });

  it('is ruled out for a call that was told, and for one that ended with the deadline', () => {
    const told = findingOf(verdictOf(searching({ timeoutMs: 290 })), 'deadline-not-propagated');
    assert.equal(
      told.kind === 'ruled-out' && told.why,
      'no call of it went on past the deadline that its own timeout had not ended',
    );
    const aborted = searching({ to: 312, failure: { aborted: true } }, { to: 315 });
    assert.equal(findingOf(verdictOf(aborted), 'deadline-not-propagated').kind, 'ruled-out');
  });

  it('is unknown when calls are not watched', () => {
    const draft = { ...searching(), without: ['http-client'] as const };
    assert.equal(findingOf(verdictOf(draft), 'deadline-not-propagated').kind, 'unknown');
  });
});
