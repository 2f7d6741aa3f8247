import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { type CallOptions, call, type OpDraft, pause } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, type RequestDraft, verdictOf } from '../testing/recording-of.ts';

function ran(ops: readonly OpDraft[], more: Partial<RequestDraft> = {}): RecordingDraft {
  const to = more.to ?? 810;
  return { now: to, requests: { late: { route: 'GET /cart', from: 0, to, budget: 800, ops, ...more } } };
}

const RESET = { failure: { code: 'ECONNRESET' } };
const REUSED = { age: 12_000, uses: 37, idle: 5_001 };

function attempt(from: number, to: number, more: Partial<CallOptions> = {}): OpDraft {
  return call({ from, to, target: 7, usual: [20, 30], ...more });
}

describe('connection-reset-on-reuse', () => {
  it('names the host and the connection, and counts the pause before the call was made again', () => {
    const verdict = verdictOf(ran([attempt(0, 4, { ...RESET, reused: REUSED }), attempt(784, 804, { status: 200 })]));
    assert.equal(verdict.cause, 'connection-reset-on-reuse');
    assert.equal(verdict.top?.explained, msToNs(784));
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example:443' });
    assert.equal(
      verdict.top?.summary,
      'api.example:443 closed a kept-alive connection just as GET /cart sent GET https://api.example:443/ over it (12 s old, 37 calls before); 780 ms passed until the call was made again.',
    );
    assert.deepEqual(
      verdict.top?.evidence.map(({ text }) => text),
      [
        'GET https://api.example:443/: ECONNRESET after 4 ms, before any answer',
        'its connection was reused (12 s old, 37 calls before), 5,001 ms after its last answer',
      ],
    );
    assert.equal(verdict.contributing[0]?.cause, 'retry-exhausted');
  });

  it('adds up connections that died alike', () => {
    const dead = (from: number) => attempt(from, from + 5, { failure: { code: 'UND_ERR_SOCKET' }, reused: REUSED });
    const ops = [dead(0), pause({ from: 5, to: 250 }), dead(250), pause({ from: 255, to: 780 }), attempt(780, 805)];
    const verdict = verdictOf(ran(ops));
    assert.equal(verdict.cause, 'connection-reset-on-reuse');
    assert.equal(verdict.top?.explained, msToNs(780));
    assert.match(
      verdict.top?.summary ?? '',
      /closed kept-alive connections 2 times just as GET \/cart sent GET \S+ over them \(12 s old/,
    );
  });

  it('takes idle time after it for the pause before another attempt, but no longer than such pauses are', () => {
    const at = (now: number) =>
      verdictOf({
        now,
        requests: { late: { from: 0, budget: 300, ops: [attempt(0, 4, { ...RESET, reused: REUSED })] } },
      });
    assert.equal(at(310).cause, 'connection-reset-on-reuse');
    assert.ok(at(310).top?.evidence.some(({ kind }) => kind === 'pause-assumed'));
    assert.equal(at(5_000).cause, 'undetermined');
  });

  it('explains an error answered in good time, unless something else was tried after it', () => {
    const failed = { to: 6, status: 503, outcome: 'error' } as const;
    const reset = attempt(1, 4, { ...RESET, reused: REUSED });
    const verdict = verdictOf(ran([reset], failed));
    assert.equal(verdict.cause, 'connection-reset-on-reuse');
    assert.equal(verdict.top?.explained, msToNs(5));
    const more = verdictOf(ran([reset, call({ host: 'other.example:443', from: 4, to: 5, status: 500 })], failed));
    assert.equal(findingOf(more, 'connection-reset-on-reuse').kind, 'ruled-out');
  });

  it('is ruled out on a new connection, and when the peer had worked on the answer', () => {
    const fresh = ran([attempt(0, 4, { ...RESET, attempts: [] }), attempt(784, 804)]);
    const finding = findingOf(verdictOf(fresh), 'connection-reset-on-reuse');
    assert.match(
      finding.kind === 'ruled-out' ? finding.why : '',
      /^1 call ended because the peer closed the connection, but/,
    );
    const later = verdictOf(ran([attempt(0, 700, { ...RESET, reused: REUSED }), attempt(705, 805)]));
    assert.equal(later.cause, 'upstream-slow');
    assert.equal(findingOf(later, 'connection-reset-on-reuse').kind, 'ruled-out');
  });

  it('is unknown when the connection is, or sockets are not watched', () => {
    const draft = ran([attempt(0, 4, RESET), attempt(784, 804)]);
    assert.equal(findingOf(verdictOf(draft), 'connection-reset-on-reuse').kind, 'unknown');
    const blind = { ...draft, without: ['socket-phases'] as const };
    assert.equal(findingOf(verdictOf(blind), 'connection-reset-on-reuse').kind, 'unknown');
  });
});
