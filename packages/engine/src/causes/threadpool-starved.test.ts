import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { call, dns, poolJob, poolWait } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** All four threads hash passwords until 700 ms; the file is then read in 5 ms. */
const starved: RecordingDraft = {
  now: 810,
  requests: {
    late: {
      route: 'GET /avatar',
      from: 0,
      to: 810,
      budget: 800,
      ops: [
        poolJob({ call: 'fs.stat', from: 10, to: 705, job: 'own' }),
        call({ from: 705, to: 810, usual: [100, 120] }),
      ],
    },
    login: { route: 'POST /login', from: 0, to: 710 },
  },
  jobs: [
    { call: 'crypto.pbkdf2', from: 0, to: 700, by: 'login' },
    { call: 'crypto.pbkdf2', from: 1, to: 702, by: 'login' },
    { call: 'crypto.pbkdf2', from: 2, to: 703, by: 'login' },
    { call: 'crypto.pbkdf2', from: 3, to: 704, by: 'login' },
    { call: 'fs.stat', from: 10, to: 705, by: 'late', id: 'own' },
  ],
};

describe('threadpool-starved', () => {
  it('names the route and the call that had the threads', () => {
    // thread 1..4  |pbkdf2 pbkdf2 pbkdf2| fs.stat
    // fs.stat        |queue.............|own|
    const verdict = verdictOf(starved);
    assert.equal(verdict.cause, 'threadpool-starved');
    assert.equal(verdict.top?.explained, msToNs(690));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'POST /login' });
    assert.equal(
      verdict.top?.summary,
      "GET /avatar waited 690 ms of 810 ms for a thread to run fs.stat: the 4 threads of libuv's pool were busy, mostly with crypto.pbkdf2 of POST /login.",
    );
    assert.equal(verdict.ledger.sum('threadpool'), msToNs(5));
  });

  /** The late request's own call is another one. */
  function withOwn(ownCall: string, others: NonNullable<RecordingDraft['jobs']>): RecordingDraft {
    const own = poolJob({ call: ownCall, from: 10, to: 705, job: 'own' });
    return {
      ...starved,
      requests: { ...starved.requests, late: { ...starved.requests.late, ops: [own] } },
      jobs: [...others, { call: ownCall, from: 10, to: 705, by: 'late', id: 'own' }],
    };
  }

  it('is ruled out when a thread was free: the work itself took long', () => {
    const verdict = verdictOf(withOwn('zlib.gzip', starved.jobs?.slice(1, 4) ?? []));
    assert.equal(findingOf(verdict, 'threadpool-starved').kind, 'ruled-out');
    assert.equal(verdict.ledger.sum('threadpool'), msToNs(695));
  });

  it('does not know what a file call waited for that had a thread as far as anybody saw', () => {
    const finding = findingOf(verdictOf(withOwn('fs.stat', [])), 'threadpool-starved');
    assert.ok(finding.kind === 'unknown');
    assert.match(finding.missing[0] ?? '', /^what fs\.stat spent 695 ms on: a slow disk, a large file, or native code/);
  });

  it('blames no route where only file calls had the threads: jobs that nobody watches look the same', () => {
    // thread 1..4  |fs.readFile ....|        or bcrypt, before which they queue
    // fs.stat        |queue.........|own|
    const jobs = (starved.jobs ?? []).map((job) => ({ ...job, call: 'fs.readFile' }));
    const verdict = verdictOf({ ...starved, jobs });
    assert.equal(verdict.cause, 'threadpool-starved');
    assert.deepEqual(verdict.top?.culprit, { kind: 'resource', name: 'thread pool' });
    assert.match(
      verdict.top?.summary ?? '',
      /fs\.readFile of POST \/login, or with native code that is not watched\.$/,
    );
  });

  it('is told for a name lookup too, which is not slow then', () => {
    const verdict = verdictOf({
      ...starved,
      requests: {
        ...starved.requests,
        late: {
          ...starved.requests.late,
          ops: [
            dns({ host: 'api.example', from: 10, to: 705, lookup: 'own' }),
            call({ from: 705, to: 810, usual: [100, 120] }),
          ],
        },
      },
      jobs: starved.jobs?.slice(0, 4) ?? [],
      lookups: [{ host: 'api.example', from: 10, to: 705, id: 'own' }],
    });
    assert.equal(verdict.cause, 'threadpool-starved');
    assert.equal(findingOf(verdict, 'dns-slow').kind, 'ruled-out');
    assert.equal(findingOf(verdict, 'dns-queue-starved').kind, 'ruled-out');
  });

  it('leaves lookups behind lookups to dns-queue-starved, while files still get a thread', () => {
    const verdict = verdictOf({
      ...starved,
      jobs: [{ call: 'fs.stat', from: 10, to: 705, by: 'late', id: 'own' }],
      lookups: [
        { host: 'dead-a.example', from: 0, to: 700 },
        { host: 'dead-b.example', from: 1, to: 702 },
        { host: 'dead-c.example', from: 2, to: 900 },
      ],
    });
    assert.equal(verdict.ledger.sum('threadpool'), msToNs(695));
  });

  it('counts the queue behind lookups that jobs had held up', () => {
    // pbkdf2 ×4  |400....|
    // a ×2        |queue..|  50 |         both slots
    // b            |queue..|....|  50 |   would have run at once without the jobs
    const jobs = (starved.jobs ?? []).slice(0, 4).map((job, i) => ({ ...job, from: i, to: 400 }));
    const verdict = verdictOf({
      now: 510,
      requests: {
        late: {
          route: 'GET /users/:id',
          from: 0,
          to: 510,
          budget: 500,
          ops: [dns({ host: 'b.example', from: 390, to: 506, lookup: 'own' })],
        },
        login: { route: 'POST /login', from: 0, to: 405 },
      },
      jobs,
      lookups: [
        { host: 'a.example', from: 10, to: 453 },
        { host: 'a.example', from: 11, to: 453 },
        { host: 'b.example', from: 390, to: 506, id: 'own' },
      ],
    });
    assert.equal(verdict.ledger.sum('dns.queue'), msToNs(53));
    const finding = findingOf(verdict, 'threadpool-starved');
    assert.ok(finding.kind === 'confirmed');
    // 10 ms behind the jobs, 53 behind the lookups they had held up.
    assert.equal(finding.explained, msToNs(63));
    assert.deepEqual(finding.culprit, { kind: 'route', name: 'POST /login' });
    assert.equal(findingOf(verdict, 'dns-queue-starved').kind, 'ruled-out');
  });

  it('takes a call of several steps to queue as long as single ones fill the pool', () => {
    // pbkdf2 ×4  |700....| ×4 |1400.....|
    // readFile     |open..|stat queues...|read|
    const again = (starved.jobs ?? []).slice(0, 4).map((job, i) => ({ ...job, from: 600 + i, to: 1400 + i }));
    const verdict = verdictOf({
      now: 1500,
      requests: {
        late: {
          route: 'GET /avatar',
          from: 0,
          to: 1410,
          budget: 800,
          ops: [poolJob({ call: 'fs.readFile', from: 10, to: 1408, job: 'own' })],
        },
        login: { route: 'POST /login', from: 0, to: 1410 },
      },
      jobs: [
        ...(starved.jobs ?? []).slice(0, 4),
        { call: 'fs.readFile', from: 10, to: 1408, by: 'late', id: 'own', steps: 'several' },
        ...again,
      ],
    });
    assert.equal(verdict.cause, 'threadpool-starved');
    // From 1,400 ms on a thread is free.
    assert.equal(verdict.ledger.sum('threadpool.queue'), msToNs(1390));
  });

  it('is found through the holder of a pool', () => {
    const verdict = verdictOf({
      ...starved,
      requests: {
        ...starved.requests,
        late: { route: 'GET /stock', from: 0, to: 810, budget: 800, ops: [poolWait({ from: 5, to: 720 })] },
        report: {
          route: 'POST /report',
          from: 0,
          to: 720,
          ops: [poolJob({ call: 'fs.stat', from: 10, to: 705, job: 'own' })],
        },
      },
      holds: [{ unit: 'c1', by: 'report', from: 5, to: 720 }],
    });
    assert.equal(verdict.cause, 'threadpool-starved');
    assert.equal(verdict.top?.depth, 1);
  });

  it('is unknown when the pool is not watched', () => {
    const verdict = verdictOf({ ...starved, without: ['threadpool'] });
    assert.equal(findingOf(verdict, 'threadpool-starved').kind, 'unknown');
  });
});
