import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { poolWait, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

/** Answers come after 2 ms each, and wait 18 ms for their turn behind runs of the routes given. */
function saturated(...routes: readonly string[]): RecordingDraft {
  const turns = Array.from({ length: 40 }, (_, i) => i * 20);
  const others = Object.fromEntries(routes.map((route, i) => [`other${i}`, { route, from: 0, to: 805 }]));
  return {
    now: 810,
    requests: {
      late: {
        route: 'GET /ping',
        from: 0,
        to: 801,
        budget: 800,
        ops: turns.map((from) => query({ sql: 'SELECT 1 FROM x', from, to: from + 20, usual: [1, 2] })),
      },
      ...others,
    },
    busy: turns.map((from, i) => ({ from: from + 2, to: from + 20, by: `other${i % routes.length}` })),
  };
}

describe('loop-saturated', () => {
  it('names the route with most of the short runs', () => {
    const verdict = verdictOf(saturated('GET /feed', 'GET /feed', 'GET /home'));
    assert.equal(verdict.cause, 'loop-saturated');
    assert.equal(verdict.top?.explained, msToNs(40 * 18));
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /feed' });
    assert.equal(
      verdict.top?.summary,
      'GET /ping waited 720 ms of 801 ms for its turn: the event loop was busy throughout with many short runs, 68 % of it for GET /feed.',
    );
  });

  it('blames nobody when the machine gave the process no turn', () => {
    // busy for 720 ms of 801, by the loop's own account
    const loaded = saturated('GET /feed');
    const cpu = (used: number) => [0, 400, 805].map((at) => ({ at, used: 1_000 + (used * at) / 805 }));
    assert.equal(verdictOf({ ...loaded, cpu: cpu(700) }).cause, 'loop-saturated');
    const starved = verdictOf({ ...loaded, cpu: cpu(200) });
    assert.equal(starved.cause, 'undetermined');
    const finding = findingOf(starved, 'loop-saturated');
    assert.ok(finding.kind === 'unknown');
    assert.match(finding.missing[0] ?? '', /held up for 720 ms in which this process got 200 ms of CPU/);
  });

  it('names the loop when no route stands out', () => {
    const verdict = verdictOf(saturated('GET /a', 'GET /b', 'GET /c', 'GET /d'));
    assert.deepEqual(verdict.top?.culprit, { kind: 'runtime', name: 'event loop' });
  });

  it('is found in the short runs of the request itself, when it does little else', () => {
    const turns = Array.from({ length: 40 }, (_, i) => i * 20);
    const verdict = verdictOf({
      now: 810,
      requests: {
        late: {
          route: 'GET /check',
          from: 0,
          to: 801,
          budget: 800,
          ops: turns.map((from) => query({ sql: 'SELECT 1 FROM x', from, to: from + 2, usual: [1, 2] })),
        },
      },
      busy: turns.map((from) => ({ from: from + 2, to: from + 20, by: 'late' })),
    });
    assert.equal(verdict.cause, 'loop-saturated');
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /check' });
    assert.equal(
      verdict.top?.summary,
      'GET /check spent 720 ms of 801 ms running, mostly work of its own in many short runs.',
    );
  });

  it('names the only route that waited for nothing when nobody announced whose runs they were', () => {
    // late   |--------------------------------| waits for nothing known
    // other  |== SELECT ======================|
    // pings    |  |  |  |  |  |  |  |  |  |  |
    const pings = Array.from({ length: 10 }, (_, i) => [
      `ping${i}`,
      { route: 'GET /', from: 40 + i * 70, to: 41 + i * 70 },
    ]);
    const draft: RecordingDraft = {
      now: 810,
      requests: {
        late: { route: 'GET /check', from: 0, to: 801, budget: 800 },
        other: { route: 'GET /list', from: 0, to: 801, ops: [query({ sql: 'SELECT 1 FROM x', from: 1, to: 800 })] },
        ...Object.fromEntries(pings),
      },
      busy: pings.flatMap((_, i) => [
        { from: 40 + i * 70, to: 41 + i * 70, by: `ping${i}` },
        { from: 42 + i * 70, to: 108 + i * 70 },
      ]),
    };
    const verdict = verdictOf(draft);
    assert.equal(verdict.cause, 'loop-saturated');
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /check' });
    assert.match(verdict.top?.evidence[0]?.text ?? '', /^99 % of the busy time was very probably for GET \/check/);
    const another = { route: 'GET /audit', from: 10, to: 790 };
    const doubtful = verdictOf({ ...draft, requests: { ...draft.requests, another } });
    assert.deepEqual(doubtful.top?.culprit, { kind: 'runtime', name: 'event loop' });
  });

  it('is found behind a pool whose holders have their answers and wait for a turn', () => {
    // A thousand requests at once, a connection each for 20 ms, of which the database has 1 and the loop 19.
    const holders = Array.from({ length: 39 }, (_, i) => [`h${i}`, i * 20] as const);
    const verdict = verdictOf({
      now: 810,
      requests: {
        late: { route: 'GET /page', from: 0, to: 801, budget: 800, ops: [poolWait({ from: 0, to: 780, unit: 'c1' })] },
        ...Object.fromEntries(
          holders.map(([name, from]) => [
            name,
            {
              route: 'GET /page',
              from: 0,
              to: from + 20,
              ops: [query({ sql: 'SELECT 1 FROM x', from, to: from + 20 })],
            },
          ]),
        ),
        other: { route: 'GET /page', from: 0, to: 805 },
      },
      pools: { shop: 1 },
      holds: holders.map(([by, from]) => ({ unit: 'c1', by, from, to: from + 20 })),
      busy: holders.map(([, from]) => ({ from: from + 1, to: from + 20, by: 'other' })),
    });
    assert.equal(verdict.cause, 'loop-saturated');
    assert.equal(verdict.top?.depth, 1);
    // Only twenty holders are looked into; the others are taken to have done the same.
    assert.equal(verdict.top?.explained, msToNs(39 * 19));
    assert.match(
      verdict.top?.summary ?? '',
      /^GET \/page waited 741 ms of 801 ms for GET \/page, which waited for its turn/,
    );
    assert.equal(verdict.contributing[0]?.cause, 'db-pool-exhausted');
  });

  it('is ruled out when the loop was free', () => {
    const finding = findingOf(verdictOf({ ...saturated('GET /a'), busy: [] }), 'loop-saturated');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'a busy event loop took 0 ms of 801 ms');
  });

  it('is unknown when the loop is not watched', () => {
    assert.equal(findingOf(verdictOf({ ...saturated('GET /a'), without: ['loop'] }), 'loop-saturated').kind, 'unknown');
  });
});
