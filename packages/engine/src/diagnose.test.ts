import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CAUSE_IDS, type RequestId } from '@holdup/model';
import fc from 'fast-check';
import type { Cause } from './cause.ts';
import { CAUSES } from './causes/index.ts';
import { diagnose } from './diagnose.ts';
import { UnknownRequestError } from './open-case.ts';
import { summarize } from './summarize.ts';
import { arbitraryRecording } from './testing/arbitrary-recording.ts';
import { call, dns, query } from './testing/ops-of.ts';
import { findingOf, type RecordingDraft, recordingOf, verdictOf } from './testing/recording-of.ts';

const LATE = 'late' as RequestId;

/** A little of everything, nothing much of anything. */
const mixed: RecordingDraft = {
  now: 820,
  requests: {
    late: {
      route: 'GET /mix',
      from: 0,
      to: 820,
      budget: 800,
      ops: [
        dns({ host: 'a.example', from: 0, to: 210 }),
        call({ from: 210, to: 420, usual: [20, 30] }),
        query({ sql: 'SELECT a FROM x', from: 420, to: 640, usual: [20, 30] }),
      ],
    },
  },
};

describe('diagnose', () => {
  it('registers every cause once', () => {
    assert.deepEqual(CAUSES.map((cause) => cause.id).sort(), [...CAUSE_IDS].sort());
  });

  it('lets the other findings stand when a cause throws', () => {
    const broken: Cause = {
      id: 'dns-slow',
      needs: ['ledger'],
      diagnose() {
        throw new TypeError('no such thing');
      },
    };
    const causes = [broken, ...CAUSES.filter((cause) => cause.id !== 'dns-slow')];
    const draft: RecordingDraft = { ...mixed, requests: { late: { from: 0, budget: 800, ops: [call({ from: 0 })] } } };
    const verdict = diagnose(recordingOf(draft), LATE, { causes });
    assert.equal(verdict.cause, 'upstream-slow');
    assert.deepEqual(verdict.failed, [{ kind: 'failed', cause: 'dns-slow', error: 'TypeError: no such thing' }]);
  });

  it('answers unknown for every cause whose source is missing, and names the source', () => {
    const verdict = verdictOf({ ...mixed, without: ['db-client', 'loop'] });
    assert.deepEqual(
      verdict.unknown.map(({ cause, missing }) => `${cause}: ${missing}`),
      [
        'db-connect-slow: db-client',
        'db-query-slow: db-client',
        'db-lock-wait: db-client',
        'query-per-row: db-client',
        'late-timer: loop',
        'loop-blocked: loop',
        'loop-saturated: loop',
      ],
    );
  });

  it('names the largest accounts when nothing explains enough, and lists what contributed', () => {
    const verdict = verdictOf(mixed);
    assert.equal(verdict.cause, 'undetermined');
    assert.equal(
      summarize(verdict),
      'GET /mix took 820 ms of a budget of 800 ms and no cause explains enough of it: the largest parts are db.query 220 ms (27 %) and dns 210 ms (26 %).',
    );
    assert.deepEqual(
      verdict.contributing.map((finding) => finding.cause),
      ['dns-slow', 'db-query-slow', 'upstream-slow'],
    );
  });

  it('says what is not watched when most of the time is unattributed', () => {
    const verdict = verdictOf({
      now: 820,
      requests: { late: { route: 'GET /mix', from: 0, to: 820, budget: 800 } },
      without: ['http-client', 'gc'],
    });
    assert.equal(
      summarize(verdict),
      'GET /mix took 820 ms of a budget of 800 ms and no cause explains enough of it: the largest parts are unattributed 820 ms (100 %); not watched: http-client and gc.',
    );
  });

  it('never confirms what is shorter than 20 ms or a fifth of a small budget', () => {
    const ops = (to: number) => [call({ from: 0, to, usual: [1, 2] })];
    const small = (to: number) =>
      verdictOf({ now: 50, requests: { late: { from: 0, to: 50, budget: 40, ops: ops(to) } } });
    assert.equal(findingOf(small(8), 'upstream-slow').kind, 'ruled-out');
    assert.equal(findingOf(small(10), 'upstream-slow').kind, 'confirmed');
    const wide = verdictOf({ now: 150, requests: { late: { from: 0, to: 150, budget: 140, ops: ops(20) } } });
    assert.equal(findingOf(wide, 'upstream-slow').kind, 'ruled-out');
  });

  it('refuses a request it does not know', () => {
    assert.throws(() => diagnose(recordingOf(mixed), 'nobody' as RequestId), UnknownRequestError);
  });

  it('holds on any recording: no cause fails, none explains more than the wall time', () => {
    const sources = recordingOf(mixed).sources;
    fc.assert(
      fc.property(arbitraryRecording, (recording) => {
        for (const id of recording.requests.keys()) {
          const verdict = diagnose({ ...recording, sources }, id);
          assert.deepEqual(verdict.failed, []);
          for (const finding of [...(verdict.top ? [verdict.top] : []), ...verdict.contributing]) {
            assert.ok(
              finding.explained > 0 && finding.explained <= verdict.wall,
              `${finding.cause} ${finding.explained}`,
            );
            assert.ok(Number.isSafeInteger(finding.explained));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
