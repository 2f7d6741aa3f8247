import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { type CallOptions, call } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

function reading(options: Partial<CallOptions>): RecordingDraft {
  const ops = [call({ from: 10, to: 810, phases: { 'http.body': [40, 810] }, ...options })];
  return { now: 820, requests: { late: { route: 'GET /export', from: 0, to: 820, budget: 800, ops } } };
}

describe('upstream-body-slow', () => {
  it('names the host and its pace', () => {
    const verdict = verdictOf(reading({ bodyBytes: 15_400, usual: [45, 70] }));
    assert.equal(verdict.cause, 'upstream-body-slow');
    assert.equal(verdict.top?.explained, msToNs(725));
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example:443' });
    assert.equal(
      verdict.top?.summary,
      'GET /export spent 770 ms of 820 ms reading the body of GET https://api.example:443/ (15 kB, 20 kB/s): api.example:443 had sent its headers.',
    );
  });

  it('is ruled out when the body is as slow as ever', () => {
    const finding = findingOf(verdictOf(reading({ usual: [760, 800] })), 'upstream-body-slow');
    assert.match(finding.kind === 'ruled-out' ? finding.why : '', /770 ms of 820 ms; .*, usually 760 ms/);
  });

  it('is ruled out when the body came at once', () => {
    const finding = findingOf(verdictOf(reading({ phases: { 'http.body': [807, 810] } })), 'upstream-body-slow');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'response bodies took 3 ms of 820 ms');
  });

  it('is unknown when calls are not watched', () => {
    const verdict = verdictOf({ ...reading({}), without: ['http-client'] });
    assert.equal(findingOf(verdict, 'upstream-body-slow').kind, 'unknown');
  });
});
