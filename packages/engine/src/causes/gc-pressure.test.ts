import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** Two long pauses keep answers waiting that were there after 5 ms. */
const paused: RecordingDraft = {
  now: 815,
  requests: {
    late: {
      route: 'GET /ping',
      from: 0,
      to: 812,
      budget: 800,
      ops: [
        query({ sql: 'SELECT a FROM x', from: 1, to: 400, usual: [2, 4] }),
        query({ sql: 'SELECT b FROM x', from: 401, to: 810, usual: [2, 4] }),
      ],
    },
    import: { route: 'POST /import', from: 0, to: 812 },
  },
  busy: [
    { from: 6, to: 400, by: 'import' },
    { from: 406, to: 810, by: 'import' },
  ],
  gc: [
    { from: 10, to: 400 },
    { from: 410, to: 810 },
  ],
};

describe('gc-pressure', () => {
  it('counts the pauses that stood in the way', () => {
    const verdict = verdictOf(paused);
    assert.equal(verdict.cause, 'gc-pressure');
    assert.equal(verdict.top?.explained, msToNs(790));
    assert.deepEqual(verdict.top?.culprit, { kind: 'runtime', name: 'garbage collector' });
    assert.equal(
      verdict.top?.summary,
      'GET /ping was stopped 790 ms of 812 ms by garbage collection: 2 pauses, the longest 400 ms.',
    );
    assert.deepEqual(
      verdict.top?.evidence.map((item) => item.text),
      ['2 major (790 ms)', 'most of the pauses fell into work for POST /import, which need not be what allocated'],
    );
  });

  it('is no loop-blocked, even where the pauses lie in a block', () => {
    const verdict = verdictOf({ ...paused, blocks: [{ from: 6, to: 810, by: 'import' }] });
    assert.equal(verdict.cause, 'gc-pressure');
    const blocked = findingOf(verdict, 'loop-blocked');
    assert.equal(blocked.kind, 'ruled-out');
  });

  it('is unknown where the machine had no processor for it, and the request was late by no more than that', () => {
    const cpu = (queued: number) => [0, 815].map((at) => ({ at, used: at / 2, queued: (queued * at) / 815 }));
    const finding = findingOf(verdictOf({ ...paused, cpu: cpu(400) }), 'gc-pressure');
    assert.match(finding.kind === 'unknown' ? (finding.missing[0] ?? '') : '', /^who else used the machine/);
    const late = { ...paused.requests.late, route: 'GET /ping', from: 0, budget: 300 };
    const anyway = verdictOf({ ...paused, requests: { ...paused.requests, late }, cpu: cpu(400) });
    assert.equal(anyway.cause, 'gc-pressure');
  });

  it('is ruled out when pauses were short', () => {
    const finding = findingOf(
      verdictOf({ ...paused, busy: [], gc: [{ from: 395, to: 400, kind: 'minor' }] }),
      'gc-pressure',
    );
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'garbage collection took 5 ms of 812 ms');
  });

  it('is unknown when collection is not watched', () => {
    assert.equal(findingOf(verdictOf({ ...paused, gc: [], without: ['gc'] }), 'gc-pressure').kind, 'unknown');
  });

  it('is said within a later block, too, of which the pauses are not told yet', () => {
    assert.equal(verdictOf({ ...paused, without: ['gc'] }).cause, 'gc-pressure');
  });
});
