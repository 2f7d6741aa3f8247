import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, gateWait, poolWait } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** The import has the lock until 700 ms and waits for its partner meanwhile. */
const waiting: RecordingDraft = {
  now: 810,
  gates: { 'stock lock': 'lock' },
  requests: {
    late: {
      route: 'GET /stock',
      from: 0,
      to: 810,
      budget: 800,
      ops: [gateWait({ gate: 'stock lock', from: 10, to: 700 })],
    },
    import: { route: 'POST /import', from: 0, to: 705, ops: [call({ path: '/all', from: 2, to: 698 })] },
  },
  holds: [{ pool: 'stock lock', unit: '0', by: 'import', from: 1, to: 700 }],
};

describe('lock-contention', () => {
  it('names who had the lock and what for', () => {
    const verdict = verdictOf(waiting);
    assert.equal(verdict.cause, 'lock-contention');
    assert.equal(verdict.top?.explained, msToNs(690));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /import' });
    assert.equal(
      verdict.top?.summary,
      'GET /stock waited 690 ms of 810 ms for the stock lock: POST /import had it (waiting 688 ms for GET https://api.example:443/all).',
    );
    assert.deepEqual(
      verdict.top?.chain.map((link) => [link.kind, link.route ?? link.resource]),
      [
        ['wait', 'the stock lock'],
        ['holder', 'POST /import'],
        ['outside', 'api.example:443'],
      ],
    );
  });

  describe('a promise of another request', () => {
    // leader |--- GET /rates of api.example ---|
    // late      | (nothing of its own)          |
    const shared = (call_: { from: number; to?: number }, route = 'GET /rates'): RecordingDraft => ({
      now: 803,
      requests: {
        late: { route: 'GET /rates', from: 100, budget: 700, ops: [] },
        leader: { route, from: 0, ops: [call({ path: '/rates', ...call_ })] },
      },
    });

    it('is said, where that request still waits for what it asked for', () => {
      const verdict = verdictOf(shared({ from: 2 }));
      assert.equal(verdict.cause, 'undetermined');
      const finding = findingOf(verdict, 'lock-contention');
      assert.match(
        finding.kind === 'unknown' ? finding.missing.join() : '',
        /^whether it awaited a promise of another GET \/rates for 703 ms: that request ran GET https:.*no answer so far$/,
      );
    });

    it('is not thought of where another route waits, or what ended did so at another time', () => {
      assert.equal(findingOf(verdictOf(shared({ from: 2 }, 'GET /other')), 'lock-contention').kind, 'ruled-out');
      assert.equal(findingOf(verdictOf(shared({ from: 2, to: 700 })), 'lock-contention').kind, 'ruled-out');
    });
  });

  it('names the lock where many of the same route took turns', () => {
    const turns = Array.from({ length: 10 }, (_, i) => ({ from: i * 69, to: (i + 1) * 69 }));
    const verdict = verdictOf({
      ...waiting,
      requests: {
        late: waiting.requests.late,
        ...Object.fromEntries(turns.map(({ to }, i) => [`t${i}`, { route: 'GET /stock', from: 0, to: to + 1 }])),
      },
      holds: turns.map(({ from, to }, i) => ({ pool: 'stock lock', unit: '0', by: `t${i}`, from, to: to + 10 })),
    });
    assert.deepEqual(verdict.top?.culprit, { kind: 'resource', name: 'the stock lock' });
    assert.match(verdict.top?.summary ?? '', /many took turns with it/);
  });

  it('says that a request which ended never gave it back', () => {
    const verdict = verdictOf({
      ...waiting,
      holds: [{ pool: 'stock lock', unit: '0', by: { route: 'POST /import', ended: 5 }, from: 1 }],
    });
    assert.equal(verdict.cause, 'lock-contention');
    assert.match(verdict.top?.summary ?? '', /POST \/import had it, whose request ended and never gave it back/);
    assert.equal(verdict.top?.chain.at(-1)?.kind, 'leak');
  });

  it('says that a request waits for what it holds itself', () => {
    const verdict = verdictOf({
      ...waiting,
      requests: {
        late: { ...waiting.requests.late, to: 810, ops: [gateWait({ gate: 'stock lock', from: 10, to: 805 })] },
      },
      holds: [{ pool: 'stock lock', unit: '0', by: 'late', from: 1 }],
    });
    assert.match(verdict.top?.summary ?? '', /GET \/stock holds it already and waits for it again/);
  });

  it('says that two requests wait for one another', () => {
    const other = { route: 'POST /move', from: 0, ops: [gateWait({ gate: 'price lock', from: 5 })] };
    const verdict = verdictOf({
      ...waiting,
      gates: { 'stock lock': 'lock', 'price lock': 'lock' },
      requests: {
        late: { ...waiting.requests.late, ops: [gateWait({ gate: 'stock lock', from: 10, to: 805 })] },
        other,
      },
      holds: [
        { pool: 'stock lock', unit: '0', by: 'other', from: 1 },
        { pool: 'price lock', unit: '0', by: 'late', from: 1 },
      ],
    });
    assert.equal(verdict.cause, 'lock-contention');
    assert.match(verdict.top?.summary ?? '', /none can go on/);
  });

  it('is found through the holder of a pool, and through the holder of another lock', () => {
    const throughPool = verdictOf({
      ...waiting,
      requests: {
        late: { route: 'GET /page', from: 0, to: 810, budget: 800, ops: [poolWait({ from: 5, to: 720 })] },
        report: { ...waiting.requests.late, route: 'POST /report' },
        import: waiting.requests.import ?? { from: 0 },
      },
      holds: [...(waiting.holds ?? []), { unit: 'c1', by: 'report', from: 5, to: 720 }],
    });
    assert.equal(throughPool.cause, 'lock-contention');
    assert.deepEqual([throughPool.top?.depth, throughPool.top?.culprit.name], [1, 'POST /import']);

    const throughLock = verdictOf({
      ...waiting,
      gates: { 'stock lock': 'lock', 'price lock': 'lock' },
      requests: {
        late: {
          route: 'GET /page',
          from: 0,
          to: 810,
          budget: 800,
          ops: [gateWait({ gate: 'price lock', from: 5, to: 720 })],
        },
        report: { ...waiting.requests.late, route: 'POST /report' },
        import: waiting.requests.import ?? { from: 0 },
      },
      holds: [...(waiting.holds ?? []), { pool: 'price lock', unit: '0', by: 'report', from: 5, to: 720 }],
    });
    assert.deepEqual([throughLock.top?.depth, throughLock.top?.culprit.name], [1, 'POST /import']);
  });

  it('is ruled out when the lock came soon', () => {
    const verdict = verdictOf({
      ...waiting,
      requests: { late: { ...waiting.requests.late, ops: [gateWait({ gate: 'stock lock', from: 10, to: 11 })] } },
    });
    const finding = findingOf(verdict, 'lock-contention');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'waiting for the stock lock took 1 ms of 810 ms');
  });

  it('is unknown when nobody knows who had it, or nobody watched', () => {
    assert.deepEqual(findingOf(verdictOf({ ...waiting, holds: [] }), 'lock-contention'), {
      kind: 'unknown',
      cause: 'lock-contention',
      missing: ['who held the stock lock'],
    });
    const unwatched = verdictOf({ ...waiting, without: ['resource-holders'] });
    assert.equal(findingOf(unwatched, 'lock-contention').kind, 'unknown');
  });
});
