import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, upload } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** The body trickles in until 700 ms. */
const trickled: RecordingDraft = {
  now: 820,
  requests: {
    late: {
      route: 'POST /photos',
      from: 0,
      to: 810,
      budget: 800,
      ops: [
        upload({ from: 0, to: 700, bytes: 64_000, expectedBytes: 64_000, longestGap: 210 }),
        call({ from: 700, to: 805, usual: [100, 120] }),
      ],
    },
  },
};

describe('slow-upload', () => {
  it('names the caller and what came from it', () => {
    const verdict = verdictOf(trickled);
    assert.equal(verdict.cause, 'slow-upload');
    assert.equal(verdict.top?.explained, msToNs(700));
    assert.deepEqual(verdict.top?.culprit, { kind: 'caller', name: 'caller' });
    assert.equal(
      verdict.top?.summary,
      'POST /photos waited 700 ms of 810 ms for its caller to send the body: 64 KB of 64 KB came.',
    );
    assert.ok(verdict.top?.evidence.some(({ text }) => text.startsWith('up to 210 ms without a byte')));
  });

  it('tells how far it came while the body is still on its way', () => {
    const ops = [upload({ from: 0, bytes: 12_000 })];
    const verdict = verdictOf({ now: 900, requests: { late: { route: 'POST /photos', from: 0, budget: 800, ops } } });
    assert.equal(
      verdict.top?.summary,
      'POST /photos waited 900 ms of 900 ms for its caller to send the body: 12 KB came so far.',
    );
  });

  it('is ruled out when the body came at once', () => {
    const ops = [upload({ from: 0, to: 4, bytes: 64_000 }), call({ from: 4, to: 805 })];
    const verdict = verdictOf({ ...trickled, requests: { late: { ...trickled.requests.late, ops } } });
    assert.deepEqual(findingOf(verdict, 'slow-upload'), {
      kind: 'ruled-out',
      cause: 'slow-upload',
      why: "waiting for the caller's body took 4 ms of 810 ms",
    });
  });

  it('is unknown where bodies are not watched', () => {
    assert.equal(findingOf(verdictOf({ ...trickled, without: ['uploads'] }), 'slow-upload').kind, 'unknown');
  });
});
