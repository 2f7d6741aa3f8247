import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

function shaking(tcp: readonly [number, number], tls: readonly [number, number]): RecordingDraft {
  const ops = [call({ from: tcp[0], to: 810, phases: { tcp, tls }, usual: [90, 120] })];
  return { now: 815, requests: { late: { route: 'GET /price', from: 0, to: 815, budget: 800, ops } } };
}

describe('tls-slow', () => {
  it('names the host', () => {
    const verdict = verdictOf(shaking([5, 7], [7, 720]));
    assert.equal(verdict.cause, 'tls-slow');
    assert.equal(verdict.top?.explained, msToNs(713));
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example:443' });
    assert.equal(verdict.top?.summary, 'GET /price spent 713 ms of 815 ms in the TLS handshake with api.example:443.');
  });

  it('does not blame the handshake for the distance', () => {
    const finding = findingOf(verdictOf(shaking([5, 205], [205, 705])), 'tls-slow');
    assert.deepEqual(finding, {
      kind: 'ruled-out',
      cause: 'tls-slow',
      why: 'tls took 500 ms of 815 ms, but the TCP connect took 200 ms: the peer is far away, a handshake takes up to 3 round trips',
    });
  });

  it('is ruled out when it was quick', () => {
    const finding = findingOf(verdictOf(shaking([5, 6], [6, 14])), 'tls-slow');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'tls took 8 ms of 815 ms');
  });

  it('is unknown when sockets are not watched', () => {
    const verdict = verdictOf({ ...shaking([5, 7], [7, 720]), without: ['socket-phases'] });
    assert.equal(findingOf(verdict, 'tls-slow').kind, 'unknown');
  });
});
