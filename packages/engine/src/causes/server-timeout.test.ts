import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, upload } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** The peer is silent; at 300 ms the server destroys the connection, long before the deadline. */
const cutOff: RecordingDraft = {
  now: 400,
  requests: {
    late: {
      route: 'GET /rates',
      from: 0,
      to: 301,
      budget: 800,
      outcome: 'deadline-exceeded',
      serverTimeout: { limit: 'timeout', limitMs: 300, at: 300 },
      ops: [call({ from: 1 })],
    },
  },
};

describe('server-timeout', () => {
  it('names the timer, its value and what the request was at', () => {
    const verdict = verdictOf(cutOff);
    assert.equal(verdict.cause, 'server-timeout');
    assert.deepEqual(verdict.top?.culprit, { kind: 'runtime', name: 'server.timeout' });
    assert.equal(
      verdict.top?.summary,
      'GET /rates was cut off after 300 ms by server.timeout (300 ms): it had nothing moving on its connection for that long, waiting 300 ms for GET https://api.example:443/.',
    );
    assert.ok(verdict.contributing.some(({ cause }) => cause === 'upstream-slow'));
  });

  it('comes before the slow upload that requestTimeout cut off', () => {
    const late = {
      ...cutOff.requests.late,
      serverTimeout: { limit: 'requestTimeout' as const, limitMs: 250, at: 300 },
      ops: [upload({ from: 0, to: 301, bytes: 12 })],
    };
    const verdict = verdictOf({ ...cutOff, requests: { late } });
    assert.equal(verdict.cause, 'server-timeout');
    assert.ok(verdict.contributing.some(({ cause }) => cause === 'slow-upload'));
  });

  it('is ruled out when the deadline had passed before', () => {
    const verdict = verdictOf({ ...cutOff, requests: { late: { ...cutOff.requests.late, budget: 200 } } });
    assert.deepEqual(findingOf(verdict, 'server-timeout'), {
      kind: 'ruled-out',
      cause: 'server-timeout',
      why: 'server.timeout fired 100 ms after the deadline had passed',
    });
    assert.equal(verdict.cause, 'upstream-slow');
  });

  it('is ruled out when none fired, and unknown where that is not seen', () => {
    const { serverTimeout: _none, ...late } = cutOff.requests.late;
    assert.equal(findingOf(verdictOf({ ...cutOff, requests: { late } }), 'server-timeout').kind, 'ruled-out');
    assert.equal(findingOf(verdictOf({ ...cutOff, without: ['caller'] }), 'server-timeout').kind, 'unknown');
  });
});
