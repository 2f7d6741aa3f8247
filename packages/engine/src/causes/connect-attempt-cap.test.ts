import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { type AttemptDraft, call } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

const CAP_MS = 250;

/** So many addresses given up, then perhaps a last one. */
function attempts(cut: number, last?: { readonly to?: number }): AttemptDraft[] {
  const given: AttemptDraft[] = Array.from({ length: cut }, (_, i) => ({
    address: `10.0.0.${i + 1}`,
    from: 5 + i * CAP_MS,
    to: 5 + (i + 1) * CAP_MS,
    result: 'timed-out',
    cut: true,
  }));
  if (last === undefined) return given;
  return [
    ...given,
    { address: '10.0.0.9', from: 5 + cut * CAP_MS, result: last.to === undefined ? 'open' : 'connected', ...last },
  ];
}

function connecting(
  tried: readonly AttemptDraft[],
  now: number,
  others: Readonly<Record<string, RequestDraft>> = {},
): RecordingDraft {
  const connectedAt = tried.at(-1)?.result === 'connected' ? tried.at(-1)?.to : undefined;
  const ends = connectedAt === undefined ? {} : { to: now };
  const op = call({
    from: 5,
    ...ends,
    phases: { tcp: connectedAt === undefined ? [5] : [5, connectedAt] },
    attempts: tried,
    usual: [20, 30],
  });
  return { now, requests: { late: { route: 'GET /price', from: 0, ...ends, budget: 800, ops: [op] }, ...others } };
}

describe('connect-attempt-cap', () => {
  //   10.0.0.1  |---250---|
  //   10.0.0.2            |---250---|
  //   10.0.0.3                      |---250---|
  //   10.0.0.9                                |-----310-----| connected: it has no cap
  it('is what the addresses before one cost that answered after longer than the cap', () => {
    const verdict = verdictOf(connecting(attempts(3, { to: 1_065 }), 1_085));
    assert.equal(verdict.cause, 'connect-attempt-cap');
    assert.equal(verdict.top?.explained, msToNs(750));
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example:443' });
    assert.equal(
      verdict.top?.summary,
      'GET /price spent 750 ms of 1,085 ms on 3 addresses of api.example:443, given up after 250 ms each for the next one, though a connect takes 310 ms there.',
    );
    assert.deepEqual(verdict.top?.evidence.map(({ text }) => text).slice(2), [
      '10.0.0.3: given up for the next address after 250 ms',
      '10.0.0.9: connected after 310 ms',
      '10.0.0.9 did answer, after 310 ms: longer than any address but the last is given',
    ]);
    // The rest of the connect is the other cause's.
    const stalled = verdict.contributing.find(({ cause }) => cause === 'connect-stalled');
    assert.equal(stalled?.explained, msToNs(310));
  });

  it('is known from other connects to the host while this one is under way', () => {
    const slow = call({
      from: 0,
      to: 340,
      phases: { tcp: [0, 320] },
      attempts: [{ address: '10.0.0.1', from: 0, to: 320, result: 'connected' }],
    });
    const other: RequestDraft = { from: 0, to: 345, ops: [slow] };
    assert.equal(verdictOf(connecting(attempts(3, {}), 820, { other })).cause, 'connect-attempt-cap');
    const quick = call({
      from: 400,
      to: 420,
      phases: { tcp: [400, 401] },
      attempts: [{ address: '10.0.0.1', from: 400, to: 401, result: 'connected' }],
    });
    const verdict = verdictOf(connecting(attempts(3, {}), 820, { other, quick: { from: 400, to: 425, ops: [quick] } }));
    assert.equal(verdict.cause, 'connect-stalled');
  });

  it('does not say that longer would have been enough of a host that answers nobody', () => {
    const verdict = verdictOf(connecting(attempts(3, {}), 820));
    assert.equal(verdict.cause, 'connect-stalled');
    assert.deepEqual(findingOf(verdict, 'connect-attempt-cap'), {
      kind: 'unknown',
      cause: 'connect-attempt-cap',
      missing: ['whether api.example:443 would have answered after more than 250 ms'],
    });
  });

  it('is ruled out where the next address answered at once', () => {
    const verdict = verdictOf(connecting(attempts(3, { to: 756 }), 830));
    assert.equal(verdict.cause, 'connect-stalled');
    assert.equal(findingOf(verdict, 'connect-attempt-cap').kind, 'ruled-out');
  });

  it('is unknown when sockets are not watched', () => {
    const draft = { ...connecting(attempts(3, { to: 1_065 }), 1_085), without: ['socket-phases'] as const };
    assert.equal(findingOf(verdictOf(draft), 'connect-attempt-cap').kind, 'unknown');
  });
});
