import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, poolWait, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** The report's caller hangs up at 50 ms; its statement keeps the only connection until 700 ms. */
const orphaned: RecordingDraft = {
  now: 900,
  requests: {
    late: {
      route: 'GET /items',
      from: 10,
      to: 830,
      budget: 500,
      ops: [
        poolWait({ from: 10, to: 700, unit: 'c1', max: 1, total: 1 }),
        query({ sql: 'SELECT 1', from: 700, to: 705 }),
      ],
    },
    report: {
      route: 'GET /report',
      from: 0,
      to: 50,
      cancelledAt: 50,
      outcome: 'cancelled',
      ops: [query({ sql: 'SELECT total FROM sales', from: 2, to: 699, on: 'c1' })],
    },
  },
  holds: [{ unit: 'c1', by: 'report', from: 1, to: 700 }],
};

describe('work-after-cancel', () => {
  it('names the route that went on for nobody', () => {
    // caller of report  |----|gone
    // connection        |report..............|
    // late                  |queue...........|
    const verdict = verdictOf(orphaned);
    assert.equal(verdict.cause, 'work-after-cancel');
    assert.equal(verdict.top?.explained, msToNs(650));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /report' });
    assert.match(
      verdict.top?.summary ?? '',
      /^GET \/items waited 690 ms of 820 ms for a connection of pg pool shop, 650 ms of it behind GET \/report whose caller had hung up/,
    );
    assert.ok(verdict.contributing.some(({ cause }) => cause === 'db-pool-exhausted'));
  });

  it('takes a deadline that the caller sent for its word', () => {
    const report = { ...orphaned.requests.report, from: 0, to: 700, budget: 100, budgetFrom: 'grpc-timeout' as const };
    const { cancelledAt: _gone, ...waitedFor } = report;
    const verdict = verdictOf({ ...orphaned, requests: { late: orphaned.requests.late, report: waitedFor } });
    assert.equal(verdict.top?.explained, msToNs(600));
    const ours = { ...waitedFor, budgetFrom: 'default-budget' as const };
    assert.equal(
      verdictOf({ ...orphaned, requests: { late: orphaned.requests.late, report: ours } }).cause,
      'db-pool-exhausted',
    );
  });

  it('leaves it to db-pool-exhausted when the caller hung up near the end', () => {
    const report = { ...orphaned.requests.report, from: 0, to: 600, cancelledAt: 600 };
    const verdict = verdictOf({ ...orphaned, requests: { late: orphaned.requests.late, report } });
    assert.equal(verdict.cause, 'db-pool-exhausted');
  });

  it('leaves it to db-connection-leak when a cancelled request never gives back what it holds', () => {
    const report = { ...orphaned.requests.report, from: 0, to: 50, ops: [] };
    const late = { ...orphaned.requests.late, to: 830, ops: [poolWait({ from: 10, max: 1, total: 1 })] };
    const verdict = verdictOf({
      ...orphaned,
      requests: { late, report },
      holds: [{ unit: 'c1', by: 'report', from: 1 }],
    });
    assert.equal(verdict.cause, 'db-connection-leak');
    assert.equal(findingOf(verdict, 'work-after-cancel').kind, 'ruled-out');
  });

  it('is no leak while the cancelled request is still at something', () => {
    const ops = [call({ from: 5, host: 'slow.example:443' })];
    const report = { ...orphaned.requests.report, from: 0, to: 50, ops };
    const { to: _end, ...late } = { ...orphaned.requests.late, ops: [poolWait({ from: 10, max: 1, total: 1 })] };
    const verdict = verdictOf({
      ...orphaned,
      requests: { late, report },
      holds: [{ unit: 'c1', by: 'report', from: 1 }],
    });
    assert.equal(verdict.cause, 'work-after-cancel');
    assert.equal(findingOf(verdict, 'db-connection-leak').kind, 'ruled-out');
  });
});
