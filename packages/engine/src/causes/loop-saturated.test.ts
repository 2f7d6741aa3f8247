import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** Answers come after 2 ms each, and wait 18 ms for their turn behind runs of the routes given. */
function saturated(...routes: readonly string[]): RecordingDraft {
  const turns = Array.from({ length: 40 }, (_, i) => i * 20);
  const others = Object.fromEntries(routes.map((route, i) => [`other${i}`, { route, from: 0, to: 805 }]));
  return {
    now: 810,
    requests: {
      late: {
        route: 'GET /ping',
        from: 0,
        to: 801,
        budget: 800,
        ops: turns.map((from) => query({ sql: 'SELECT 1 FROM x', from, to: from + 20, usual: [1, 2] })),
      },
      ...others,
    },
    busy: turns.map((from, i) => ({ from: from + 2, to: from + 20, by: `other${i % routes.length}` })),
  };
}

describe('loop-saturated', () => {
  it('names the route with most of the short runs', () => {
    const verdict = verdictOf(saturated('GET /feed', 'GET /feed', 'GET /home'));
    assert.equal(verdict.cause, 'loop-saturated');
    assert.equal(verdict.top?.explained, msToNs(40 * 18));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /feed' });
    assert.equal(
      verdict.top?.summary,
      'GET /ping waited 720 ms of 801 ms for its turn: the event loop was busy throughout with many short runs, 68 % of it for GET /feed.',
    );
  });

  it('names the loop when no route stands out', () => {
    const verdict = verdictOf(saturated('GET /a', 'GET /b', 'GET /c', 'GET /d'));
    assert.deepEqual(verdict.top?.culprit, { kind: 'runtime', name: 'event loop' });
  });

  it('is ruled out when the loop was free', () => {
    const finding = findingOf(verdictOf({ ...saturated('GET /a'), busy: [] }), 'loop-saturated');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'a busy event loop took 0 ms of 801 ms');
  });

  it('is unknown when the loop is not watched', () => {
    assert.equal(findingOf(verdictOf({ ...saturated('GET /a'), without: ['loop'] }), 'loop-saturated').kind, 'unknown');
  });
});
