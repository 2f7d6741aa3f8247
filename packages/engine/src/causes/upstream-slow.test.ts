import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { fixFor, summarize } from '../summarize.ts';
import { call, type OpDraft } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

function calling(...ops: readonly OpDraft[]): RecordingDraft {
  return { now: 820, requests: { late: { route: 'GET /price', from: 0, to: 820, budget: 800, ops } } };
}

function halved<T extends { readonly queued: number }>(mark: T): T {
  return { ...mark, queued: mark.queued / 2 };
}

describe('upstream-slow', () => {
  it('names the host and counts what is beyond its usual time', () => {
    const verdict = verdictOf(calling(call({ from: 10, to: 810, path: '/rates', usual: [50, 80], status: 200 })));
    assert.equal(verdict.cause, 'upstream-slow');
    assert.equal(verdict.top?.explained, msToNs(750));
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example:443' });
    assert.equal(
      verdict.top?.summary,
      'GET /price waited 800 ms of 820 ms for api.example:443 to answer GET https://api.example:443/rates, usually 50 ms.',
    );
  });

  it('counts all of it while nothing is known of earlier calls', () => {
    const verdict = verdictOf(calling(call({ from: 10, to: 810 })));
    assert.equal(verdict.top?.explained, msToNs(800));
    assert.ok(
      verdict.top?.evidence.some((item) => item.text === 'too few earlier calls to api.example:443 to compare with'),
    );
  });

  it('is ruled out when the call is as slow as ever: the budget is too small, or something else took the time', () => {
    const verdict = verdictOf(calling(call({ from: 10, to: 810, usual: [700, 780] })));
    assert.equal(verdict.cause, 'undetermined');
    const finding = findingOf(verdict, 'upstream-slow');
    assert.match(finding.kind === 'ruled-out' ? finding.why : '', /took 800 ms, usually 700 ms/);
  });

  it('leaves a row of ordinary calls to serial-calls', () => {
    const ops = Array.from({ length: 8 }, (_, i) => call({ from: i * 100, to: i * 100 + 100, usual: [95, 110] }));
    const verdict = verdictOf(calling(...ops));
    assert.equal(verdict.cause, 'serial-calls');
    const finding = findingOf(verdict, 'upstream-slow');
    assert.match(finding.kind === 'ruled-out' ? finding.why : '', /8 calls one after another of at most 100 ms/);
  });

  it('cannot tell a slow host from a long row while nothing is known of earlier calls', () => {
    const ops = Array.from({ length: 8 }, (_, i) => call({ from: i * 100, to: i * 100 + 100 }));
    assert.deepEqual(findingOf(verdictOf(calling(...ops)), 'upstream-slow'), {
      kind: 'unknown',
      cause: 'upstream-slow',
      missing: ['the usual time of calls to api.example:443'],
    });
  });

  // The thread used 40 ms and was queued for 360: all it did took ten times as long.
  it('cannot tell a slow peer from a machine without a processor to spare, where the peer is on it', () => {
    const cpu = [0, 400, 820].map((at) => ({ at, used: at / 20.5, queued: (360 * at) / 820 }));
    const verdictTo = (host: string, usual?: readonly [number, number]) =>
      verdictOf({ ...calling(call({ from: 10, to: 810, host, ...(usual && { usual }) })), cpu });
    const short = verdictTo('127.0.0.1:4000', [70, 90]);
    assert.equal(short.cause, 'undetermined');
    assert.match(
      summarize(short),
      /not known: who else used the machine: 127\.0\.0\.1:4000 runs on it, too, .* had no processor for 360 ms of 820 ms/,
    );
    assert.match(fixFor(short), /the machine did not let it/);
    assert.equal(verdictTo('localhost:4000').cause, 'undetermined');
    // Ten times its usual time would be 120 ms; it is slow by itself, too.
    assert.equal(verdictTo('localhost:4000', [8, 12]).cause, 'upstream-slow');
    assert.equal(verdictTo('api.example:443', [70, 90]).cause, 'upstream-slow');
    // Of a peer not known, a little of it says nothing.
    const little = { ...calling(call({ from: 10, to: 810, host: 'localhost:4000' })), cpu: cpu.map(halved) };
    assert.equal(verdictOf(little).cause, 'upstream-slow');
  });

  it('says when connecting may be part of it, and is unknown when calls are not watched', () => {
    const draft = calling(call({ from: 10, to: 810 }));
    const blind = verdictOf({ ...draft, without: ['socket-phases'] });
    assert.ok(blind.top?.evidence.some((item) => item.kind === 'not-watched'));
    assert.equal(findingOf(verdictOf({ ...draft, without: ['http-client'] }), 'upstream-slow').kind, 'unknown');
  });
});
