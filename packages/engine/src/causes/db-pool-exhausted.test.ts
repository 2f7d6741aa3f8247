import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, dns, pause, poolWait, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

/** The shop's one report holds the only connection in a transaction, across a call to another service. */
function reportHoldsPool(more: { late?: Partial<RequestDraft>; report?: Partial<RequestDraft> } = {}): RecordingDraft {
  return {
    now: 803,
    requests: {
      late: {
        route: 'GET /orders/:id',
        from: 0,
        to: 803,
        budget: 800,
        ops: [
          poolWait({ from: 10, to: 650, unit: 'c1', max: 1 }),
          query({ sql: 'SELECT * FROM orders WHERE id = ?', from: 650, to: 653, usual: [3, 5] }),
          call({ from: 653, to: 803, usual: [150, 180] }),
        ],
        ...more.late,
      },
      report: {
        route: 'POST /report',
        from: 0,
        to: 660,
        ops: [
          query({ sql: 'BEGIN', from: 1, to: 2, transaction: 't1' }),
          call({ host: 'rates.example:443', path: '/today', from: 2, to: 640 }),
          query({ sql: 'COMMIT', from: 640, to: 650, transaction: 't1' }),
        ],
        ...more.report,
      },
    },
    holds: [{ unit: 'c1', by: 'report', from: 0, to: 650 }],
  };
}

describe('db-pool-exhausted', () => {
  it('names the route that held the pool and what it did meanwhile', () => {
    // late    .|---- pool-queue 640 ----|q|-- call as long as ever --|
    // report  |b|---- call 638 ---|com|
    const verdict = verdictOf(reportHoldsPool());
    assert.equal(verdict.cause, 'db-pool-exhausted');
    const top = verdict.top;
    assert.ok(top);
    assert.equal(top.explained, msToNs(640));
    assert.deepEqual(top.culprit, { kind: 'route', name: 'POST /report' });
    assert.equal(
      top.summary,
      'GET /orders/:id waited 640 ms of 803 ms for a connection of pg pool shop: the only connection was in use, mostly by POST /report (in a transaction, waiting 630 ms for GET https://rates.example:443/today).',
    );
    assert.deepEqual(
      top.chain.map(({ kind, ns, resource, route }) => ({ kind, ns, to: resource ?? route })),
      [
        { kind: 'wait', ns: msToNs(640), to: 'pg pool shop' },
        { kind: 'holder', ns: msToNs(640), to: 'POST /report' },
        { kind: 'outside', ns: msToNs(630), to: 'rates.example:443' },
      ],
    );
    assert.match(top.fix, /POST \/report, do not hold a connection across GET https:\/\/rates.example/);
    // The slow call is the holder's: it is no upstream-slow of this request.
    assert.equal(findingOf(verdict, 'upstream-slow').kind, 'ruled-out');
  });

  it('is ruled out when the wait was short', () => {
    const verdict = verdictOf(
      reportHoldsPool({ late: { ops: [poolWait({ from: 10, to: 14 }), call({ from: 14, to: 803 })] } }),
    );
    assert.deepEqual(findingOf(verdict, 'db-pool-exhausted'), {
      kind: 'ruled-out',
      cause: 'db-pool-exhausted',
      why: 'waiting for pg pool shop took 4 ms of 803 ms',
    });
  });

  it('is ruled out when the pool was only opening a connection', () => {
    const late = { ops: [poolWait({ from: 10, to: 650, max: 4, total: 1 })] };
    const verdict = verdictOf({ ...reportHoldsPool({ late }), pools: { shop: 4 } });
    const finding = findingOf(verdict, 'db-pool-exhausted');
    assert.equal(finding.kind === 'ruled-out' && finding.why.startsWith('the pool had room'), true);
  });

  it('blames the pool when its own route held it in short turns', () => {
    const turns = Array.from({ length: 16 }, (_, i) => ({ from: i * 40, to: (i + 1) * 40 }));
    const others = Object.fromEntries(
      turns.map((turn, i) => [
        `other${i}`,
        { route: 'GET /orders/:id', ...turn, ops: [query({ sql: 'SELECT 1', ...turn })] },
      ]),
    );
    const draft = reportHoldsPool();
    const verdict = verdictOf({
      ...draft,
      requests: { late: draft.requests.late, ...others },
      holds: turns.map((turn, i) => ({ unit: 'c1', by: `other${i}`, ...turn })),
    });
    assert.equal(verdict.cause, 'db-pool-exhausted');
    assert.deepEqual(verdict.top?.culprit, { kind: 'resource', name: 'pg pool shop' });
    assert.match(verdict.top?.summary ?? '', /many short holders \(none of GET \/orders\/:id longer than 40 ms\)/);
  });

  it('says so when nobody knows who held it', () => {
    const verdict = verdictOf({ ...reportHoldsPool(), holds: [] });
    assert.equal(verdict.cause, 'db-pool-exhausted');
    assert.deepEqual(verdict.top?.culprit, { kind: 'resource', name: 'pg pool shop' });
    assert.match(verdict.top?.summary ?? '', /by whom was not recorded/);
  });

  it('counts a wait that was given up', () => {
    const failure = { message: 'timeout exceeded when trying to connect', timeout: true };
    const verdict = verdictOf(
      reportHoldsPool({ late: { to: 520, outcome: 'error', ops: [poolWait({ from: 10, to: 510, failure })] } }),
    );
    assert.equal(verdict.cause, 'db-pool-exhausted');
    assert.ok(verdict.top?.evidence.some((item) => item.kind === 'timeout'));
  });

  it('blames the request itself when it starts more statements than there are connections', () => {
    // c1  |--- own statement, 600 ---|
    //      |-- own pool wait --------|-- second statement --|
    const late = {
      ops: [
        query({ sql: 'SELECT a FROM x', from: 1, to: 640 }),
        poolWait({ from: 2, to: 640, max: 1 }),
        query({ sql: 'SELECT b FROM x', from: 640, to: 803, usual: [160, 200] }),
      ],
    };
    const verdict = verdictOf({ ...reportHoldsPool({ late }), holds: [{ unit: 'c1', by: 'late', from: 1, to: 803 }] });
    assert.equal(findingOf(verdict, 'db-pool-self-deadlock').kind, 'ruled-out');
  });

  it('stands when the holder merely pauses, and gives way when the holder looks up a name', () => {
    const paused = verdictOf(reportHoldsPool({ report: { ops: [pause({ from: 2, to: 650 })] } }));
    assert.equal(paused.cause, 'db-pool-exhausted');
    assert.equal(paused.top?.chain.at(-1)?.doing, 'pausing 640 ms on a timer');

    // Fault behind fault: A waits for a pool held by B, and B waits for the resolver.
    const resolving = verdictOf(
      reportHoldsPool({ report: { ops: [dns({ host: 'rates.example', from: 2, to: 640, usual: [2, 5] })] } }),
    );
    assert.equal(resolving.cause, 'dns-slow');
    assert.equal(resolving.top?.depth, 1);
    // 630 of the 640 ms wait, less the 2 ms a lookup of that name takes anyway.
    assert.equal(resolving.top?.explained, msToNs(628));
    assert.deepEqual(resolving.top?.culprit, { kind: 'host', name: 'rates.example' });
    assert.deepEqual(
      resolving.top?.chain.map((link) => link.kind),
      ['wait', 'holder', 'outside'],
    );
    assert.equal(resolving.contributing[0]?.cause, 'db-pool-exhausted');
  });

  it('is unknown without the holders', () => {
    const finding = findingOf(verdictOf({ ...reportHoldsPool(), without: ['pool-holders'] }), 'db-pool-exhausted');
    assert.deepEqual(finding, { kind: 'unknown', cause: 'db-pool-exhausted', missing: ['pool-holders'] });
  });
});
