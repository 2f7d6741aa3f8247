import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, poolWait } from '../testing/ops-of.ts';
import { findingOf, type HoldDraft, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

const waiting = { route: 'GET /stock', from: 10_000, budget: 800, ops: [poolWait({ from: 10_003, max: 2 })] };

function leaked(holds: readonly HoldDraft[]): RecordingDraft {
  return { now: 10_800, requests: { late: waiting }, pools: { shop: 2 }, holds };
}

const gone = { route: 'GET /export', ended: 4_000 };

describe('db-connection-leak', () => {
  it('names the route that never gave its connections back', () => {
    const verdict = verdictOf(
      leaked([
        { unit: 'c1', by: gone, from: 3_900 },
        { unit: 'c2', by: { route: 'GET /export', ended: 7_000 }, from: 6_950 },
      ]),
    );
    assert.equal(verdict.cause, 'db-connection-leak');
    assert.equal(verdict.top?.explained, msToNs(797));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /export' });
    assert.equal(
      verdict.top?.summary,
      'GET /stock waited 797 ms of 800 ms for a connection of pg pool shop: all 2 connections were never given back by GET /export, whose requests ended up to 6,800 ms ago.',
    );
    assert.deepEqual(
      verdict.top?.chain.map((link) => link.kind),
      ['wait', 'leak'],
    );
    const exhausted = findingOf(verdict, 'db-pool-exhausted');
    assert.match(exhausted.kind === 'ruled-out' ? exhausted.why : '', /see db-connection-leak/);
  });

  it('wins while one of two connections is leaked and the other is busy', () => {
    const draft = leaked([
      { unit: 'c1', by: gone, from: 3_900 },
      { unit: 'c2', by: 'busy', from: 9_000 },
    ]);
    const busy = { route: 'POST /report', from: 9_000, ops: [call({ from: 9_000 })] };
    const verdict = verdictOf({ ...draft, requests: { late: waiting, busy } });
    assert.equal(verdict.cause, 'db-connection-leak');
    assert.match(verdict.top?.summary ?? '', /1 of 2 connections/);
  });

  it('gives way when a connection came back after its request had ended', () => {
    const draft = leaked([
      { unit: 'c1', by: { route: 'GET /export', ended: 10_050 }, from: 9_900, to: 10_790 },
      { unit: 'c2', by: { route: 'GET /export', ended: 10_060 }, from: 9_900, to: 10_795 },
    ]);
    const verdict = verdictOf(draft);
    assert.equal(verdict.cause, 'db-pool-exhausted');
    assert.equal(findingOf(verdict, 'db-connection-leak').kind, 'ruled-out');
  });

  it('is unknown without the holders', () => {
    const finding = findingOf(verdictOf({ ...leaked([]), without: ['pool-holders'] }), 'db-connection-leak');
    assert.equal(finding.kind, 'unknown');
  });
});
