import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { gateWait, workerTask } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** The only worker has the report until 700 ms. */
const waiting: RecordingDraft = {
  now: 810,
  gates: { workers: 'worker-pool' },
  requests: {
    late: {
      route: 'GET /thumb',
      from: 0,
      to: 810,
      budget: 800,
      ops: [
        gateWait({ gate: 'workers', worker: true, from: 10, to: 700 }),
        workerTask({ pool: 'workers', from: 700, to: 805 }),
      ],
    },
    report: { route: 'POST /report', from: 0, to: 705, ops: [workerTask({ pool: 'workers', from: 2, to: 700 })] },
  },
  holds: [{ pool: 'workers', unit: '0', by: 'report', from: 2, to: 700 }],
};

describe('worker-queue', () => {
  it('names whose tasks the workers had', () => {
    const verdict = verdictOf(waiting);
    assert.equal(verdict.cause, 'worker-queue');
    assert.equal(verdict.top?.explained, msToNs(690));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /report' });
    assert.equal(
      verdict.top?.summary,
      'GET /thumb waited 690 ms of 810 ms for a free one of the workers: the only one was busy, mostly with tasks of POST /report (running a task of workers for 690 ms).',
    );
    assert.deepEqual(
      verdict.top?.chain.map((link) => [link.kind, link.route ?? link.resource]),
      [
        ['wait', 'the workers'],
        ['holder', 'POST /report'],
        ['work', 'POST /report'],
      ],
    );
  });

  it('does not blame the queue for the task itself', () => {
    const ops = [
      gateWait({ gate: 'workers', worker: true, from: 10, to: 12 }),
      workerTask({ pool: 'workers', from: 12, to: 805 }),
    ];
    const verdict = verdictOf({ ...waiting, requests: { late: { ...waiting.requests.late, ops } } });
    assert.equal(verdict.cause, 'undetermined');
    const finding = findingOf(verdict, 'worker-queue');
    assert.equal(
      finding.kind === 'ruled-out' && finding.why,
      'waiting for a free one of the workers took 2 ms of 810 ms',
    );
  });

  it('is unknown when nobody knows whose tasks they had, or nobody watched', () => {
    assert.deepEqual(findingOf(verdictOf({ ...waiting, holds: [] }), 'worker-queue'), {
      kind: 'unknown',
      cause: 'worker-queue',
      missing: ['whose tasks the workers had'],
    });
    const unwatched = verdictOf({ ...waiting, without: ['resource-holders'] });
    assert.equal(findingOf(unwatched, 'worker-queue').kind, 'unknown');
  });
});
