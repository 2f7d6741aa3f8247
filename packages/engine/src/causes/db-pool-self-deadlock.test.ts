import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, poolWait, query } from '../testing/ops-of.ts';
import { findingOf, type HoldDraft, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** Both connections are held by requests that each wait for a second one. */
const nested: RecordingDraft = {
  now: 800,
  requests: {
    late: { route: 'POST /transfer', from: 0, budget: 800, ops: [poolWait({ from: 5, max: 2 })] },
    other: { route: 'POST /transfer', from: 0, ops: [poolWait({ from: 6, max: 2 })] },
  },
  pools: { shop: 2 },
  holds: [
    { unit: 'c1', by: 'late', from: 1 },
    { unit: 'c2', by: 'other', from: 2 },
  ],
};

describe('db-pool-self-deadlock', () => {
  it('is found by a request that holds one and waits for the next', () => {
    const verdict = verdictOf(nested);
    assert.equal(verdict.cause, 'db-pool-self-deadlock');
    assert.equal(verdict.top?.explained, msToNs(795));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /transfer' });
    assert.equal(
      verdict.top?.summary,
      'POST /transfer holds a connection of pg pool shop and waited 795 ms of 800 ms for a second one, as do the others that hold the rest of its 2: none can go on.',
    );
    assert.equal(verdict.top?.chain.at(-1)?.kind, 'cycle');
    const exhausted = findingOf(verdict, 'db-pool-exhausted');
    assert.match(exhausted.kind === 'ruled-out' ? exhausted.why : '', /see db-pool-self-deadlock/);
  });

  it('is found by a victim that holds nothing itself', () => {
    const verdict = verdictOf({
      ...nested,
      requests: {
        late: { route: 'GET /stock', from: 100, budget: 700, ops: [poolWait({ from: 101, max: 2 })] },
        a: { route: 'POST /transfer', from: 0, ops: [poolWait({ from: 5, max: 2 })] },
        b: { route: 'POST /transfer', from: 0, ops: [poolWait({ from: 6, max: 2 })] },
      },
      holds: [
        { unit: 'c1', by: 'a', from: 1 },
        { unit: 'c2', by: 'b', from: 2 },
      ],
    });
    assert.equal(verdict.cause, 'db-pool-self-deadlock');
    assert.equal(verdict.top?.depth, 1);
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /transfer' });
  });

  it('gives way when most connections are held by requests that do something else', () => {
    const busy = ['b1', 'b2', 'b3'];
    const holds: HoldDraft[] = [
      { unit: 'c0', by: 'late', from: 1 },
      ...busy.map((by, i) => ({ unit: `c${i + 1}`, by, from: 0 })),
    ];
    const verdict = verdictOf({
      now: 800,
      requests: {
        late: { route: 'POST /transfer', from: 0, budget: 800, ops: [poolWait({ from: 5, max: 4 })] },
        ...Object.fromEntries(busy.map((name) => [name, { route: 'POST /report', from: 0, ops: [call({ from: 0 })] }])),
      },
      pools: { shop: 4 },
      holds,
    });
    assert.equal(verdict.cause, 'db-pool-exhausted');
    assert.ok(verdict.top?.evidence.some((item) => item.kind === 'holds-one'));
    const finding = findingOf(verdict, 'db-pool-self-deadlock');
    assert.match(finding.kind === 'ruled-out' ? finding.why : '', /less than half/);
  });

  it('is not found when holders start more statements at once than there are connections', () => {
    const fanOut = (unit: string) => [
      query({ sql: 'SELECT a FROM x', from: 0, on: unit }),
      poolWait({ from: 1, max: 2 }),
    ];
    const verdict = verdictOf({
      now: 800,
      requests: {
        late: { route: 'GET /stock', from: 0, budget: 800, ops: [poolWait({ from: 5, max: 2 })] },
        a: { route: 'GET /all', from: 0, ops: fanOut('c1') },
        b: { route: 'GET /all', from: 0, ops: fanOut('c2') },
      },
      pools: { shop: 2 },
      holds: [
        { unit: 'c1', by: 'a', from: 0 },
        { unit: 'c2', by: 'b', from: 0 },
      ],
    });
    assert.equal(verdict.cause, 'db-pool-exhausted');
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /all' });
  });

  it('is unknown without the holders', () => {
    assert.equal(
      findingOf(verdictOf({ ...nested, without: ['pool-holders'] }), 'db-pool-self-deadlock').kind,
      'unknown',
    );
  });
});
