import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, type OpDraft, pause } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

const gaveUp = { name: 'TimeoutError', timeout: true };

/** A call with a deadline of 200 ms to a silent peer; a block keeps the loop from 120 to 909 ms. */
const delayed: RecordingDraft = {
  now: 920,
  requests: {
    late: {
      route: 'GET /offers',
      from: 0,
      to: 910,
      budget: 500,
      ops: [call({ from: 0, to: 909, timeoutMs: 200, failure: gaveUp })],
    },
    render: { route: 'POST /render', from: 110, to: 910 },
  },
  busy: [{ from: 120, to: 909, by: 'render' }],
  blocks: [{ from: 120, to: 909, by: 'render', stack: ['render src/render.ts:12'] }],
};

describe('late-timer', () => {
  it('names what kept the loop when the deadline was due', () => {
    // call      |wait....due...............fired|
    // loop      |      |render..............|
    const verdict = verdictOf(delayed);
    assert.equal(verdict.cause, 'late-timer');
    assert.equal(verdict.top?.explained, msToNs(709));
    assert.deepEqual(verdict.top?.culprit, { kind: 'function', name: 'render (src/render.ts:12)' });
    assert.equal(
      verdict.top?.summary,
      'The 200 ms deadline of GET https://api.example:443/ in GET /offers fired after 909 ms: render (src/render.ts:12) in POST /render kept the event loop, and timers fire only when it is free.',
    );
    assert.ok(verdict.contributing.some(({ cause }) => cause === 'loop-blocked'));
  });

  it('is told while the timer still cannot fire', () => {
    const { to: _end, ...late } = { ...delayed.requests.late, ops: [call({ from: 0, timeoutMs: 200 })] };
    const verdict = verdictOf({
      ...delayed,
      now: 800,
      requests: { ...delayed.requests, late },
      busy: [{ from: 120, to: 800, by: 'render' }],
      blocks: [{ from: 120, by: 'render' }],
    });
    assert.equal(verdict.cause, 'late-timer');
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /render' });
  });

  it('takes a pause that ran beside a call for a deadline', () => {
    const raced: OpDraft = (id) => ({ ...pause({ from: 1, to: 201 })(id), end: msToNs(909) });
    const ops = [call({ from: 0 }), raced];
    const verdict = verdictOf({
      ...delayed,
      requests: { ...delayed.requests, late: { ...delayed.requests.late, ops } },
    });
    assert.equal(verdict.cause, 'late-timer');
  });

  it('leaves it to loop-blocked when there was no deadline, or it was not due for long', () => {
    for (const timeoutMs of [undefined, 800]) {
      const ops = [call({ from: 0, to: 909, ...(timeoutMs === undefined ? {} : { timeoutMs, failure: gaveUp }) })];
      const late = { ...delayed.requests.late, ops };
      assert.equal(verdictOf({ ...delayed, requests: { ...delayed.requests, late } }).cause, 'loop-blocked');
    }
  });

  it('is ruled out when the loop was idle as it fired late', () => {
    const verdict = verdictOf({ ...delayed, busy: [], blocks: [] });
    assert.equal(findingOf(verdict, 'late-timer').kind, 'ruled-out');
  });

  it('is unknown when the loop is not watched', () => {
    assert.equal(findingOf(verdictOf({ ...delayed, without: ['loop'] }), 'late-timer').kind, 'unknown');
  });
});
