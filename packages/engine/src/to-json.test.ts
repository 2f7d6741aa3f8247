import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RequestId } from '@holdup/model';
import fc from 'fast-check';
import { diagnose } from './diagnose.ts';
import { arbitraryRecording } from './testing/arbitrary-recording.ts';
import { call, poolWait } from './testing/ops-of.ts';
import { type RecordingDraft, recordingOf } from './testing/recording-of.ts';
import { verdictToJson } from './to-json.ts';

function jsonOf(draft: RecordingDraft) {
  const recording = recordingOf(draft);
  return verdictToJson(diagnose(recording, 'late' as RequestId), recording);
}

describe('verdictToJson', () => {
  it('writes the documented form', () => {
    const json = jsonOf({
      now: 810,
      requests: {
        late: {
          route: 'GET /orders/:id',
          from: 1,
          to: 804.214,
          budget: 800,
          ops: [
            poolWait({ from: 2, to: 302, max: 1 }),
            call({ from: 302, to: 462, usual: [150, 180] }),
            poolWait({ from: 462, to: 802.102, max: 1 }),
          ],
        },
        report: { route: 'POST /report', from: 0, ops: [call({ host: 'rates.example:443', from: 0 })] },
      },
      holds: [{ unit: 'c1', by: 'report', from: 0 }],
    });
    assert.equal(json.traceId, 'trace-late');
    assert.equal(json.startedAt, '2026-09-21T14:13:20.001Z');
    assert.deepEqual([json.budgetMs, json.budgetSource, json.wallMs], [800, 'default-budget', 803.214]);
    assert.deepEqual(json.ledger, [
      { account: 'db.pool-queue', ms: 640.102, share: 0.7969, resource: 'pg pool shop' },
      { account: 'http.first-byte', ms: 160, share: 0.1992 },
      { account: 'unattributed', ms: 3.112, share: 0.0039 },
    ]);
    assert.equal(json.verdict.cause, 'db-pool-exhausted');
    assert.equal(json.verdict.explainedMs, 640.102);
    assert.equal(json.verdict.docs, 'docs/causes/db-pool-exhausted.md');
    assert.deepEqual(
      json.verdict.chain.map(({ kind, ms }) => ({ kind, ms })),
      [
        { kind: 'wait', ms: 640.102 },
        { kind: 'holder', ms: 640.102 },
        { kind: 'outside', ms: 640.102 },
      ],
    );
    assert.equal(json.verdict.failed, undefined);
    assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
  });

  it('leads from undetermined to its own page', () => {
    const json = jsonOf({ now: 810, requests: { late: { from: 0, to: 810, budget: 800 } } });
    assert.equal(json.verdict.cause, 'undetermined');
    assert.equal(json.verdict.culprit, null);
    assert.equal(json.verdict.explainedMs, 0);
    assert.equal(json.verdict.docs, 'docs/causes/undetermined.md');
    assert.match(json.verdict.fix, /told of by trackResource/);
  });

  it('keeps every nanosecond: the lines of the ledger sum to the wall time', () => {
    fc.assert(
      fc.property(arbitraryRecording, (recording) => {
        for (const id of recording.requests.keys()) {
          const json = verdictToJson(diagnose(recording, id), recording);
          const sum = json.ledger.reduce((total, line) => total + line.ms, 0);
          assert.ok(Math.abs(sum - json.wallMs) < 1e-6);
          assert.doesNotThrow(() => JSON.stringify(json));
        }
      }),
      { numRuns: 200 },
    );
  });
});
