import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CauseId, type Confirmed, msToNs } from '@holdup/model';
import { rank } from './rank.ts';

function found(cause: CauseId, explainedMs: number, depth = 0): Confirmed {
  return {
    kind: 'confirmed',
    cause,
    explained: msToNs(explainedMs),
    depth,
    culprit: { kind: 'runtime', name: 'x' },
    summary: cause,
    chain: [],
    evidence: [],
    fix: '',
  };
}

const WALL = msToNs(1_000);

function order(...findings: readonly Confirmed[]): string[] {
  const { top, contributing } = rank(findings, WALL, undefined);
  return [top?.cause ?? 'undetermined', ...contributing.map((finding) => finding.cause)];
}

describe('rank', () => {
  it('orders by explained time', () => {
    assert.deepEqual(order(found('tls-slow', 200), found('upstream-slow', 600)), ['upstream-slow', 'tls-slow']);
  });

  it('prefers the deeper of two that explain about the same time', () => {
    assert.deepEqual(order(found('db-pool-exhausted', 640), found('dns-slow', 545, 1))[0], 'dns-slow');
    assert.deepEqual(order(found('upstream-slow', 640), found('dns-slow', 543, 1))[0], 'upstream-slow');
  });

  it('blames a missing limit only where nothing else explains enough', () => {
    const untold = found('deadline-not-propagated', 600);
    assert.deepEqual(order(untold, found('upstream-slow', 400)), ['upstream-slow', 'deadline-not-propagated']);
    assert.deepEqual(order(untold, found('upstream-slow', 300)), ['deadline-not-propagated', 'upstream-slow']);
    assert.deepEqual(order(untold, found('caller-cancelled', 100))[0], 'caller-cancelled');
    assert.deepEqual(order(found('timeout-inversion', 200), found('dns-slow', 100))[1], 'dns-slow');
  });

  it('goes on from a wait for holders to what held most of them up', () => {
    assert.deepEqual(order(found('db-pool-exhausted', 800), found('dns-slow', 400, 1))[0], 'dns-slow');
    assert.deepEqual(order(found('db-pool-exhausted', 800), found('dns-slow', 399, 1))[0], 'db-pool-exhausted');
    // Too little for a verdict by itself.
    assert.deepEqual(order(found('db-pool-exhausted', 640), found('dns-slow', 330, 1))[0], 'db-pool-exhausted');
    // Not its own trouble beside the wait.
    assert.deepEqual(order(found('db-pool-exhausted', 640), found('dns-slow', 540, 0))[0], 'db-pool-exhausted');
    // Nor when something else was larger than the wait.
    assert.deepEqual(
      order(found('upstream-slow', 900), found('db-pool-exhausted', 640), found('dns-slow', 600, 1))[0],
      'upstream-slow',
    );
  });

  it('prefers the specialised at the same depth, and the name last, in any order of asking', () => {
    assert.equal(order(found('upstream-slow', 500), found('serial-calls', 480))[0], 'serial-calls');
    // Only about the same time: of strangers the larger wins.
    assert.equal(order(found('upstream-slow', 500), found('tls-slow', 480))[0], 'upstream-slow');
    assert.equal(order(found('tls-slow', 500), found('connect-stalled', 500))[0], 'connect-stalled');
    assert.equal(order(found('connect-stalled', 500), found('tls-slow', 500))[0], 'connect-stalled');
  });

  it('lets the caller decide', () => {
    const findings = [
      found('dns-slow', 300, 1),
      found('caller-cancelled', 300),
      found('budget-spent-on-arrival', 1_000),
    ];
    assert.deepEqual(order(...findings)[0], 'caller-cancelled');
  });

  it('names nothing that explains less than 35 % of the wall time', () => {
    assert.deepEqual(order(found('dns-slow', 349)), ['undetermined', 'dns-slow']);
    assert.deepEqual(order(found('dns-slow', 350)), ['dns-slow']);
    assert.deepEqual(order(), ['undetermined']);
  });

  it('is content with half of what the request took beyond its usual time', () => {
    const usual = (median: number) => ({ count: 40, median: msToNs(median), p90: msToNs(median + 20) });
    assert.equal(rank([found('dns-slow', 200)], WALL, usual(610)).top?.cause, 'dns-slow');
    assert.equal(rank([found('dns-slow', 190)], WALL, usual(610)).top, undefined);
    // A request hardly above its usual time has nothing of which half would mean anything.
    assert.equal(rank([found('dns-slow', 100)], WALL, usual(900)).top, undefined);
  });
});
