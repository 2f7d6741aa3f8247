import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { type AttemptDraft, call, poolWait } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

function connecting(
  to: number | undefined,
  attempts: readonly AttemptDraft[],
  more: Partial<RequestDraft> = {},
): RecordingDraft {
  const late: RequestDraft = {
    route: 'GET /price',
    from: 0,
    budget: 800,
    ops: [
      call({
        from: 5,
        ...(to === undefined ? {} : { to: to + 20 }),
        phases: { tcp: to === undefined ? [5] : [5, to] },
        attempts,
        usual: [20, 30],
      }),
    ],
    ...more,
  };
  return { now: to === undefined ? 800 : to + 20, requests: { late } };
}

const ADDRESS = '10.0.0.7:443';

describe('connect-stalled', () => {
  it('names the host that does not answer', () => {
    const verdict = verdictOf(connecting(undefined, [{ address: ADDRESS, from: 5, result: 'open' }]));
    assert.equal(verdict.cause, 'connect-stalled');
    assert.equal(verdict.top?.explained, msToNs(795));
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example:443' });
    assert.equal(
      verdict.top?.summary,
      'GET /price spent 795 ms of 800 ms connecting to api.example:443: no answer so far.',
    );
  });

  it('shows a SYN that was sent again', () => {
    const verdict = verdictOf(
      connecting(1_030, [{ address: ADDRESS, from: 5, to: 1_030, result: 'connected' }], { to: 1_050 }),
    );
    assert.equal(verdict.cause, 'connect-stalled');
    const retry = verdict.top?.evidence.find((item) => item.kind === 'syn-retry');
    assert.match(retry?.text ?? '', /^got through after 1,025 ms/);
  });

  it('counts the addresses that were tried in vain', () => {
    const attempts: AttemptDraft[] = [
      { address: '[2001:db8::1]:443', from: 5, to: 255, result: 'timed-out', code: 'ETIMEDOUT' },
      { address: '[2001:db8::2]:443', from: 255, to: 505, result: 'timed-out', code: 'ETIMEDOUT' },
      { address: ADDRESS, from: 505, to: 506, result: 'connected' },
    ];
    const verdict = verdictOf(connecting(506, attempts, { to: 830 }));
    assert.equal(verdict.cause, 'connect-stalled');
    assert.match(verdict.top?.summary ?? '', /only attempt 3 got through/);
  });

  it('does not call a far peer stalled', () => {
    const finding = findingOf(
      verdictOf(connecting(185, [{ address: ADDRESS, from: 5, to: 185, result: 'connected' }], { to: 810 })),
      'connect-stalled',
    );
    assert.deepEqual(finding, {
      kind: 'ruled-out',
      cause: 'connect-stalled',
      why: 'tcp took 180 ms of 810 ms, no connect longer than 180 ms: a round trip can take 250 ms',
    });
  });

  it('takes an unanswered connect for stalled earlier when the budget is small', () => {
    const draft = connecting(undefined, [{ address: ADDRESS, from: 5, result: 'open' }], { budget: 100 });
    assert.equal(verdictOf({ ...draft, now: 100 }).cause, 'connect-stalled');
  });

  it('is found through the holder of a pool', () => {
    const draft = connecting(700, [{ address: ADDRESS, from: 5, to: 700, result: 'timed-out' }], { to: 720 });
    const verdict = verdictOf({
      now: 803,
      requests: {
        late: { route: 'GET /stock', from: 0, to: 803, budget: 800, ops: [poolWait({ from: 2, to: 715 })] },
        report: { ...draft.requests.late, route: 'POST /report' },
      },
      holds: [{ unit: 'c1', by: 'report', from: 1, to: 715 }],
    });
    assert.equal(verdict.cause, 'connect-stalled');
    assert.equal(verdict.top?.depth, 1);
    assert.match(verdict.top?.summary ?? '', /through POST \/report, which was connecting to api\.example:443/);
  });

  it('is unknown when sockets are not watched', () => {
    const draft = connecting(undefined, []);
    assert.equal(findingOf(verdictOf({ ...draft, without: ['socket-phases'] }), 'connect-stalled').kind, 'unknown');
  });
});
