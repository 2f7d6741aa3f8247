import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { download, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

const read = query({ sql: 'SELECT row FROM orders', from: 2, to: 60, usual: [50, 70] });

/** A quick statement; then the caller takes until 810 ms to read what it gave. */
const dawdled: RecordingDraft = {
  now: 820,
  requests: {
    late: {
      route: 'GET /export',
      from: 0,
      to: 810,
      budget: 500,
      ops: [read, download({ from: 60, to: 400, complete: false }), download({ from: 405, to: 810, complete: true })],
    },
  },
};

describe('slow-reader', () => {
  it('names the caller and where the response stood', () => {
    const verdict = verdictOf(dawdled);
    assert.equal(verdict.cause, 'slow-reader');
    assert.equal(verdict.top?.explained, msToNs(745));
    assert.deepEqual(verdict.top?.culprit, { kind: 'caller', name: 'caller' });
    assert.equal(
      verdict.top?.summary,
      'GET /export waited 745 ms of 810 ms for its caller to take the response: the send buffer was full for 340 ms, and the rest took 405 ms more once all was written.',
    );
  });

  it('tells what is still to be taken of a response in flight', () => {
    const ops = [read, download({ from: 60, complete: true, unsentBytes: 4_000_000 })];
    const verdict = verdictOf({ now: 900, requests: { late: { route: 'GET /export', from: 0, budget: 500, ops } } });
    assert.equal(verdict.cause, 'slow-reader');
    assert.ok(verdict.top?.evidence.some(({ text }) => text === '4 MB were still to be taken'));
  });

  it('is ruled out when the response went out at once', () => {
    const ops = [
      query({ sql: 'SELECT row FROM orders', from: 2, to: 805 }),
      download({ from: 806, to: 810, complete: true }),
    ];
    const verdict = verdictOf({ ...dawdled, requests: { late: { ...dawdled.requests.late, ops } } });
    assert.deepEqual(findingOf(verdict, 'slow-reader'), {
      kind: 'ruled-out',
      cause: 'slow-reader',
      why: 'waiting for the caller to take the response took 4 ms of 810 ms',
    });
  });

  it('is unknown where responses are not watched', () => {
    assert.equal(findingOf(verdictOf({ ...dawdled, without: ['downloads'] }), 'slow-reader').kind, 'unknown');
  });
});
