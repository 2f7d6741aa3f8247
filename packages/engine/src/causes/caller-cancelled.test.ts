import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, poolWait } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

function left(late: Partial<RequestDraft>): RecordingDraft {
  return {
    now: 315,
    requests: {
      late: {
        route: 'GET /orders/:id',
        from: 0,
        to: 312,
        budget: 800,
        cancelledAt: 312,
        outcome: 'cancelled',
        ops: [poolWait({ from: 2, failure: { aborted: true } })],
        ...late,
      },
      report: { route: 'POST /report', from: 0, ops: [call({ from: 0 })] },
    },
    holds: [{ unit: 'c1', by: 'report', from: 0 }],
  };
}

describe('caller-cancelled', () => {
  it('wins over whatever the request was waiting for, and goes on with it', () => {
    const verdict = verdictOf(left({ ops: [poolWait({ from: 2, to: 312, failure: { aborted: true } })] }));
    assert.equal(verdict.cause, 'caller-cancelled');
    assert.equal(verdict.top?.explained, msToNs(312));
    assert.equal(
      verdict.top?.summary,
      'The caller of GET /orders/:id went away after 312 ms with 488 ms of its budget left; the request was waiting 310 ms for a connection of pg pool shop then.',
    );
    assert.deepEqual(
      verdict.top?.chain.map((link) => [link.kind, link.route ?? link.resource]),
      [
        ['outside', 'caller'],
        ['wait', 'pg pool shop'],
        ['holder', 'POST /report'],
        ['outside', 'api.example:443'],
      ],
    );
    assert.deepEqual(
      verdict.contributing.map((finding) => finding.cause),
      ['db-pool-exhausted'],
    );
  });

  it('is ruled out when the caller left after the deadline', () => {
    const verdict = verdictOf(left({ budget: 300, outcome: 'deadline-exceeded' }));
    const finding = findingOf(verdict, 'caller-cancelled');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'the caller left 12 ms after the deadline had passed');
  });

  it('is ruled out when the caller stayed', () => {
    const verdict = verdictOf({
      now: 815,
      requests: { late: { from: 0, to: 812, budget: 800, ops: [call({ from: 0, to: 812 })] } },
    });
    const finding = findingOf(verdict, 'caller-cancelled');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'the caller stayed until the end');
  });

  it('is unknown when callers are not watched', () => {
    assert.equal(findingOf(verdictOf({ ...left({}), without: ['caller'] }), 'caller-cancelled').kind, 'unknown');
  });
});
