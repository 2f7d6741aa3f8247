import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, dns, poolWait } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** Both slots are taken by lookups of other hosts until 700 ms; the innocent one then takes 5 ms. */
const starved: RecordingDraft = {
  now: 810,
  requests: {
    late: {
      route: 'GET /price',
      from: 0,
      to: 810,
      budget: 800,
      ops: [
        dns({ host: 'api.example', from: 10, to: 705, lookup: 'own' }),
        call({ from: 705, to: 810, usual: [100, 120] }),
      ],
    },
  },
  lookups: [
    { host: 'dead-a.example', from: 0, to: 700 },
    { host: 'dead-b.example', from: 1, to: 702 },
    { host: 'api.example', from: 10, to: 705, id: 'own' },
  ],
};

describe('dns-queue-starved', () => {
  it('names the hosts whose lookups held the slots', () => {
    const verdict = verdictOf(starved);
    assert.equal(verdict.cause, 'dns-queue-starved');
    assert.equal(verdict.top?.explained, msToNs(690));
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'dead-a.example, dead-b.example' });
    assert.equal(
      verdict.top?.summary,
      'GET /price waited 690 ms of 810 ms for a slot to look up api.example: lookups of dead-a.example and dead-b.example held the 2 there are.',
    );
    assert.equal(findingOf(verdict, 'dns-slow').kind, 'ruled-out');
  });

  it('is found through the holder of a pool', () => {
    const verdict = verdictOf({
      ...starved,
      requests: {
        late: { route: 'GET /stock', from: 0, to: 810, budget: 800, ops: [poolWait({ from: 5, to: 720 })] },
        report: { ...starved.requests.late, route: 'POST /report' },
      },
      holds: [{ unit: 'c1', by: 'report', from: 5, to: 720 }],
    });
    assert.equal(verdict.cause, 'dns-queue-starved');
    assert.equal(verdict.top?.depth, 1);
    assert.equal(verdict.top?.explained, msToNs(690));
  });

  it('is ruled out when a slot was free', () => {
    const finding = findingOf(verdictOf({ ...starved, lookups: starved.lookups?.slice(1) ?? [] }), 'dns-queue-starved');
    assert.deepEqual(finding, {
      kind: 'ruled-out',
      cause: 'dns-queue-starved',
      why: 'queueing for a lookup slot took 0 ms of 810 ms',
    });
  });

  it('is unknown when lookups are not watched', () => {
    assert.equal(findingOf(verdictOf({ ...starved, without: ['dns-lookups'] }), 'dns-queue-starved').kind, 'unknown');
  });
});
