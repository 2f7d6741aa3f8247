import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, dns } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

function calling(phases: NonNullable<Parameters<typeof call>[0]['phases']>): RecordingDraft {
  const ops = [call({ from: 10, to: 800, phases, usual: [40, 60] })];
  return { now: 810, requests: { late: { route: 'GET /price', from: 0, to: 810, budget: 800, ops } } };
}

describe('dns-slow', () => {
  it('names the host whose lookup was slow', () => {
    const verdict = verdictOf(calling({ dns: [10, 760], tcp: [760, 762], tls: [762, 770] }));
    assert.equal(verdict.cause, 'dns-slow');
    assert.equal(verdict.top?.explained, msToNs(750));
    assert.equal(verdict.top?.depth, 0);
    assert.deepEqual(verdict.top?.culprit, { kind: 'host', name: 'api.example' });
    assert.equal(
      verdict.top?.summary,
      'GET /price spent 750 ms of 810 ms looking up api.example: the resolver was slow to answer.',
    );
  });

  it('is ruled out with numbers when lookups were quick', () => {
    assert.deepEqual(findingOf(verdictOf(calling({ dns: [10, 10.4] })), 'dns-slow'), {
      kind: 'ruled-out',
      cause: 'dns-slow',
      why: 'dns took 0.4 ms of 810 ms',
    });
  });

  it('is ruled out when a lookup always takes as long', () => {
    const ops = [dns({ host: 'far.example', from: 0, to: 300, usual: [290, 320] }), call({ from: 300, to: 810 })];
    const finding = findingOf(verdictOf({ now: 810, requests: { late: { from: 0, to: 810, ops } } }), 'dns-slow');
    assert.equal(finding.kind, 'ruled-out');
    assert.match(finding.kind === 'ruled-out' ? finding.why : '', /300 ms of 810 ms, usually 290 ms/);
  });

  it('counts queueing behind lookups of the same name: the resolver is slow there too', () => {
    // two slots  |-- api 400 --|-- own lookup of api 400 --|
    const ops = [dns({ host: 'api.example', from: 0, to: 800, lookup: 'own' })];
    const verdict = verdictOf({
      now: 810,
      requests: { late: { from: 0, to: 810, budget: 800, ops } },
      lookups: [
        { host: 'api.example', from: -2, to: 400 },
        { host: 'api.example', from: -1, to: 400 },
        { host: 'api.example', from: 0, to: 800, id: 'own' },
      ],
    });
    assert.equal(verdict.cause, 'dns-slow');
    assert.equal(verdict.top?.explained, msToNs(800));
    const queue = findingOf(verdict, 'dns-queue-starved');
    assert.match(queue.kind === 'ruled-out' ? queue.why : '', /behind lookups of the same name/);
  });

  it('is unknown when lookups are not watched', () => {
    const finding = findingOf(verdictOf({ ...calling({}), without: ['dns-lookups'] }), 'dns-slow');
    assert.deepEqual(finding, { kind: 'unknown', cause: 'dns-slow', missing: ['dns-lookups'] });
  });
});
