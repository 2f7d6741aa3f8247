import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { type CallOptions, call, type OpDraft, pause, poolWait, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

function ran(ops: readonly OpDraft[], to = 810): RecordingDraft {
  return { now: to, requests: { late: { route: 'GET /locate', from: 0, to, budget: 800, ops } } };
}

function attempt(from: number, to: number, more: Partial<CallOptions> = { status: 503 }): OpDraft {
  return call({ from, to, path: '/place/:id', target: 7, usual: [20, 30], ...more });
}

const TIMED_OUT = { failure: { code: 'ETIMEDOUT', timeout: true } };

describe('retry-exhausted', () => {
  //   attempt   #         #              #                        #
  //   ms        0  20   120 140        340 360                 760 780
  const backoff = [attempt(0, 20), attempt(120, 140), attempt(340, 360), attempt(760, 780)];

  it('adds up attempts that failed at once and the pauses between them', () => {
    const verdict = verdictOf(ran(backoff));
    assert.equal(verdict.cause, 'retry-exhausted');
    assert.equal(verdict.top?.explained, msToNs(760));
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example:443' });
    assert.equal(verdict.ledger.sum('timer'), msToNs(700), 'the ledger knows the pauses too');
    assert.equal(
      verdict.top?.summary,
      'GET /locate made 4 attempts of GET https://api.example:443/place/:id, 780 ms of 810 ms together, 700 ms of it pauses between them: 4 failed (status 503).',
    );
    assert.deepEqual(
      verdict.top?.evidence.slice(0, 2).map(({ text }) => text),
      [
        'attempt 1: status 503 after 20 ms, then a pause of 100 ms',
        'attempt 2: status 503 after 20 ms, then a pause of 200 ms',
      ],
    );
  });

  it('counts pauses that the program was seen to make, and a last attempt under way', () => {
    const ops = [attempt(0, 20), pause({ from: 20, to: 400 }), attempt(400, 420), pause({ from: 420, to: 795 })];
    const open = call({ from: 795, path: '/place/:id', target: 7 });
    const verdict = verdictOf({ now: 810, requests: { late: { from: 0, budget: 800, ops: [...ops, open] } } });
    assert.equal(verdict.cause, 'retry-exhausted');
    assert.equal(verdict.top?.explained, msToNs(790));
    assert.match(verdict.top?.chain.at(-1)?.doing ?? '', /^attempt 3: no answer so far/);
  });

  it('takes idle time after a failure for another pause while the request runs, as long as pauses grow', () => {
    const ops = [attempt(0, 20), attempt(120, 140)];
    const at = (now: number) => verdictOf({ now, requests: { late: { from: 0, budget: 300, ops } } });
    assert.equal(at(320).top?.explained, msToNs(300));
    assert.equal(findingOf(at(2_000), 'retry-exhausted').kind, 'confirmed');
    assert.deepEqual([at(2_000).cause, at(2_000).contributing[0]?.explained], ['undetermined', msToNs(420)]);
  });

  it('is the answer before upstream-slow when no single try was slow', () => {
    const ops = [0, 200, 400, 600].map((from) => attempt(from, from + 120, TIMED_OUT));
    const verdict = verdictOf(ran([...ops, attempt(800, 805, {})]));
    assert.equal(verdict.cause, 'retry-exhausted');
    assert.match(verdict.top?.summary ?? '', /4 failed \(timed out\)/);
  });

  it('leaves a slow host to upstream-slow, given up and asked again though it was', () => {
    const long = [attempt(0, 320, TIMED_OUT), attempt(340, 660, TIMED_OUT), attempt(680, 808, {})];
    assert.equal(verdictOf(ran(long)).cause, 'upstream-slow');
    // The second attempt is the story.
    const verdict = verdictOf(ran([attempt(0, 10), attempt(60, 805, {})]));
    assert.equal(verdict.cause, 'upstream-slow');
    const finding = findingOf(verdict, 'retry-exhausted');
    assert.equal(
      finding.kind === 'ruled-out' && finding.why,
      '2 attempts of GET https://api.example:443/place/:id took 805 ms of 810 ms, 745 ms of it in one',
    );
  });

  it('is no series of calls, and a series of calls is no retry', () => {
    const retried = Array.from({ length: 5 }, (_, i) =>
      attempt(i * 160, i * 160 + 150, { status: 503, usual: [140, 160] }),
    );
    const verdict = verdictOf(ran(retried));
    assert.equal(verdict.cause, 'retry-exhausted');
    assert.equal(findingOf(verdict, 'serial-calls').kind, 'ruled-out');
    // One id after another, each refused.
    const each = retried.map((_, i) => attempt(i * 160, i * 160 + 150, { status: 503, target: i, usual: [140, 160] }));
    assert.equal(findingOf(verdictOf(ran(each)), 'retry-exhausted').kind, 'ruled-out');
    const fine = retried.map((_, i) => attempt(i * 160, i * 160 + 150, { status: 200, usual: [140, 160] }));
    assert.equal(findingOf(verdictOf(ran(fine)), 'retry-exhausted').kind, 'ruled-out');
  });

  it('does not take other work between two attempts for a pause', () => {
    const work = query({ sql: 'SELECT a FROM x', from: 20, to: 700, usual: [5, 9] });
    const verdict = verdictOf(ran([attempt(0, 20), work, attempt(705, 725, { status: 200 })], 810));
    assert.equal(verdict.cause, 'db-query-slow');
    assert.equal(findingOf(verdict, 'retry-exhausted').kind, 'ruled-out');
  });

  it('is unknown when calls are not watched', () => {
    assert.equal(
      findingOf(verdictOf({ ...ran(backoff), without: ['http-client'] }), 'retry-exhausted').kind,
      'unknown',
    );
  });

  describe('with a database', () => {
    const REFUSED = { failure: { code: 'ECONNREFUSED' } };
    const connect = (from: number, to: number, more = {}) => poolWait({ from, to, max: 5, ...more });
    const UPDATE = { sql: 'UPDATE counter SET n = ? WHERE id = ?', keys: [1], on: 'c1', transaction: 't' };
    const update = (from: number, to: number, more = {}) => query({ ...UPDATE, from, to, usual: [5, 9], ...more });
    const CONFLICT = { failure: { code: '40001' }, sqlState: '40001' };

    it('adds up the pauses between attempts at a connection', () => {
      //   attempt  #         #                   #           #
      //   ms       0  10   110 120            320 330      630 (still to come: in flight)
      const ops = [connect(0, 10, REFUSED), connect(110, 120, REFUSED), connect(320, 330, REFUSED)];
      const verdict = verdictOf({
        now: 810,
        pools: { shop: 5 },
        requests: { late: { route: 'GET /profile', from: 0, budget: 800, ops } },
      });
      assert.equal(verdict.cause, 'retry-exhausted');
      assert.deepEqual(verdict.top?.culprit, { kind: 'resource', name: 'pg pool shop' });
      assert.equal(verdict.top?.explained, msToNs(800));
      assert.match(
        verdict.top?.summary ?? '',
        /3 attempts at a connection of pg pool shop: .*3 failed \(ECONNREFUSED\)/,
      );
    });

    it('knows a transaction that others made fail', () => {
      const ops = [update(5, 10, CONFLICT), pause({ from: 10, to: 400 }), update(400, 405, CONFLICT), update(800, 805)];
      const verdict = verdictOf(ran(ops));
      assert.equal(verdict.cause, 'retry-exhausted');
      assert.match(verdict.top?.summary ?? '', /3 attempts at UPDATE counter .* 2 failed \(40001\)/);
    });

    it('leaves what the attempts themselves waited for to its own cause', () => {
      const timedOut = { failure: { message: 'timeout exceeded when trying to connect', timeout: true } };
      const ops = [connect(0, 390, timedOut), pause({ from: 390, to: 410 }), connect(410, 800, timedOut)];
      assert.equal(findingOf(verdictOf({ ...ran(ops), pools: { shop: 5 } }), 'retry-exhausted').kind, 'ruled-out');
    });

    it('takes neither another row, nor an error that stays, nor one lost connection for a retry', () => {
      const another = [
        update(5, 10, { ...CONFLICT, sqlState: '55P03' }),
        pause({ from: 10, to: 780 }),
        update(780, 800, { keys: [2] }),
      ];
      const stays = { failure: { code: '23505' }, sqlState: '23505' };
      const same = [update(5, 10, stays), pause({ from: 10, to: 780 }), update(780, 800)];
      const lost = [connect(0, 10, REFUSED), pause({ from: 10, to: 780 }), connect(780, 800)];
      for (const ops of [another, same, lost]) {
        const verdict = verdictOf({ ...ran(ops), pools: { shop: 5 } });
        assert.equal(findingOf(verdict, 'retry-exhausted').kind, 'ruled-out');
      }
    });

    it('leaves a slow call in a transaction that was run again to that call', () => {
      const ops = [update(5, 10, CONFLICT), call({ from: 12, to: 780 }), update(780, 800)];
      assert.equal(findingOf(verdictOf(ran(ops)), 'retry-exhausted').kind, 'ruled-out');
    });
  });
});
