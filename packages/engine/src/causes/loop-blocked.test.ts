import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { msToNs } from '@holdup/model';
import { fixFor, summarize } from '../summarize.ts';
import { call, poolWait, query } from '../testing/ops-of.ts';
import { findingOf, type RecordingDraft, verdictOf } from '../testing/recording-of.ts';

const STACK = ['exec node:internal/regexp:1', 'match src/search.ts:41', 'handler src/app.ts:9'];

/** The answer is there after 5 ms; the loop takes it up when the other route's regex is done. */
const blocked: RecordingDraft = {
  now: 815,
  requests: {
    late: {
      route: 'GET /ping',
      from: 0,
      to: 812,
      budget: 800,
      ops: [query({ sql: 'SELECT 1 FROM x', from: 1, to: 810, usual: [2, 4] })],
    },
    search: { route: 'GET /search', from: 4, to: 812 },
  },
  busy: [{ from: 6, to: 810, by: 'search' }],
  blocks: [{ from: 6, to: 810, by: 'search', stack: STACK }],
};

describe('loop-blocked', () => {
  it('names the function and the route that ran it', () => {
    const verdict = verdictOf(blocked);
    assert.equal(verdict.cause, 'loop-blocked');
    assert.equal(verdict.top?.explained, msToNs(804));
    assert.deepEqual(verdict.top?.culprit, { kind: 'function', name: 'match (src/search.ts:41)' });
    assert.equal(
      verdict.top?.summary,
      'GET /ping could not go on for 804 ms of 812 ms: match (src/search.ts:41) in GET /search blocked the event loop.',
    );
    const work = verdict.top?.chain.at(-1);
    assert.equal(work?.route, 'GET /search');
    assert.equal(work?.stack?.length, 3);
  });

  it('looks for the function below the one that a native call returned to', () => {
    // JSON.parse in `parse`; its stack arrives as the next function is entered.
    const stack = ['next node_modules/router/index.js:189', 'onEnd node_modules/body-parser/lib/read.js:120'];
    const [block] = blocked.blocks ?? [];
    assert.ok(block !== undefined);
    const nameWith = (part: Partial<typeof block>) => verdictOf({ ...blocked, blocks: [{ ...block, stack, ...part }] });
    assert.equal(nameWith({ native: true }).top?.culprit?.name, 'onEnd (node_modules/body-parser/lib/read.js:120)');
    assert.equal(nameWith({}).top?.culprit?.name, 'next (node_modules/router/index.js:189)');
    const own = nameWith({ native: true, stack: [...stack, 'load src/load.ts:4'] });
    assert.equal(own.top?.culprit?.name, 'load (src/load.ts:4)');
    const parser = nameWith({ stack: ['(anonymous) wasm://wasm/0002f80e:1', 'execute node:internal/undici:9'] });
    assert.equal(parser.top?.culprit?.name, 'execute (node:internal/undici:9)');
  });

  it('does not blame code that the machine gave no turn', () => {
    const [block] = blocked.blocks ?? [];
    assert.ok(block !== undefined);
    const stack = ['match src/search.ts:41'];
    assert.equal(verdictOf({ ...blocked, blocks: [{ ...block, stack, cpu: 700 }] }).cause, 'loop-blocked');
    const starved = { ...blocked, blocks: [{ ...block, stack, cpu: 90 }] };
    assert.equal(verdictOf(starved).cause, 'undetermined');
    const finding = findingOf(verdictOf(starved), 'loop-blocked');
    assert.ok(finding.kind === 'unknown');
    assert.match(finding.missing[0] ?? '', /held up for 804 ms in which this process got 90 ms of CPU/);
    // Where the system counts the time in its queue, that decides, whatever call the stack shows.
    const queued = verdictOf({ ...blocked, blocks: [{ ...block, stack, queued: 600 }] });
    const why = findingOf(queued, 'loop-blocked');
    assert.match(why.kind === 'unknown' ? (why.missing[0] ?? '') : '', /had no processor for 600 ms/);
    // Where its own work alone would have made the request late, it is that, and as much as that.
    const late = { ...blocked.requests.late, route: 'GET /ping', from: 0, budget: 150 };
    const own = verdictOf({
      ...blocked,
      requests: { ...blocked.requests, late },
      blocks: [{ ...block, stack, queued: 450 }],
    });
    assert.deepEqual([own.cause, own.top?.explained], ['loop-blocked', msToNs(804 - 450)]);
    // A call that sleeps holds the loop all the same.
    const sleeping = { ...block, stack: ['spawnSync node:internal/child_process:1100', ...stack], cpu: 3 };
    const asleep = verdictOf({ ...blocked, blocks: [sleeping] });
    assert.equal(asleep.cause, 'loop-blocked');
    assert.match(asleep.top?.fix ?? '', /^Take the synchronous call out of match .* Use the asynchronous form/);
    // So does a pipe that nobody empties.
    const piped = { ...block, stack: ['log node:internal/console/constructor:377', ...stack], cpu: 3 };
    const full = verdictOf({ ...blocked, blocks: [piped] });
    assert.equal(full.cause, 'loop-blocked');
    assert.match(full.top?.fix ?? '', /console writes to pipes and files synchronously/);
  });

  it('says in an undetermined verdict, too, that the machine gave it no turn', () => {
    const [block] = blocked.blocks ?? [];
    assert.ok(block !== undefined);
    const verdict = verdictOf({ ...blocked, blocks: [{ ...block, stack: STACK, queued: 700 }] });
    assert.match(
      summarize(verdict),
      /; not known: who else used the machine: GET \/ping was held up for 804 ms in blocks .* no processor for 700 ms\.$/,
    );
    assert.match(fixFor(verdict), /^The process was ready to run and the machine did not let it/);
  });

  /** So many runs with a breath between, each held against a statement of its own. */
  function runsOf(count: number, ms: number): RecordingDraft {
    const runs = Array.from({ length: count }, (_, i) => ({
      from: i * (ms + 2) + 2,
      to: (i + 1) * (ms + 2),
      by: 'search',
    }));
    const ops = runs.map((run) => query({ sql: 'SELECT 1 FROM x', from: run.from - 2, to: run.to, usual: [1, 2] }));
    return {
      ...blocked,
      requests: { ...blocked.requests, late: { ...blocked.requests.late, ops } },
      busy: runs,
      blocks: runs.map((run) => ({ ...run, stack: STACK })),
    };
  }

  it('adds up several runs of one function', () => {
    const verdict = verdictOf(runsOf(3, 260));
    assert.equal(verdict.cause, 'loop-blocked');
    assert.equal(verdict.top?.explained, msToNs(3 * 260));
    assert.match(verdict.top?.summary ?? '', /blocked the event loop in 3 runs\.$/);
  });

  it('leaves runs that may be turns of a busy loop to loop-saturated', () => {
    const verdict = verdictOf(runsOf(13, 60));
    assert.equal(verdict.cause, 'loop-saturated');
    assert.equal(verdict.top?.explained, msToNs(13 * 60));
    const finding = findingOf(verdict, 'loop-blocked');
    assert.equal(
      finding.kind === 'ruled-out' && finding.why,
      'runs of some length took 780 ms of 812 ms, the longest 60 ms, short ones 0 ms: see loop-saturated',
    );
  });

  it('takes the time of short runs too when long ones dominate', () => {
    const verdict = verdictOf({
      ...blocked,
      busy: [
        { from: 6, to: 600, by: 'search' },
        { from: 600, to: 810, by: 'search' },
      ],
      blocks: [{ from: 6, to: 600, by: 'search', stack: STACK }],
    });
    assert.equal(verdict.cause, 'loop-blocked');
    assert.equal(verdict.top?.explained, msToNs(804));
    const saturated = findingOf(verdict, 'loop-saturated');
    assert.match(saturated.kind === 'ruled-out' ? saturated.why : '', /see loop-blocked/);
  });

  it('is confirmed without a stack, and says so', () => {
    const verdict = verdictOf({ ...blocked, blocks: [{ from: 6, to: 810, by: 'search' }], without: ['loop-stacks'] });
    assert.equal(verdict.cause, 'loop-blocked');
    assert.deepEqual(verdict.top?.culprit, { kind: 'route', name: 'GET /search' });
    assert.match(verdict.top?.summary ?? '', /\(no stack could be taken\)/);
    assert.ok(verdict.top?.evidence.some((item) => item.kind === 'no-stack'));
  });

  it('says so while collections are not known', () => {
    const verdict = verdictOf({ ...blocked, blocks: [{ from: 6, to: 810, by: 'search' }], without: ['gc'] });
    assert.equal(verdict.cause, 'loop-blocked');
    assert.ok(verdict.top?.evidence.some((item) => item.kind === 'no-collections'));
    assert.ok(verdict.unknown.some(({ cause, missing }) => cause === 'gc-pressure' && missing.includes('gc')));
  });

  it('prefers user code to packages and packages to Node itself', () => {
    const nameOf = (stack: readonly string[]) =>
      verdictOf({ ...blocked, blocks: [{ from: 6, to: 810, by: 'search', stack }] }).top?.culprit.name;
    assert.equal(nameOf(['parse /app/node_modules/x/index.js:2', 'run file:///app/a.js:7']), 'run (/app/a.js:7)');
    assert.equal(
      nameOf(['pbkdf2Sync node:crypto:1', 'parse /app/node_modules/x/index.js:2']),
      'parse (/app/node_modules/x/index.js:2)',
    );
    assert.equal(nameOf(['parse node_modules/x/index.js:2', 'run src/a.js:7']), 'run (src/a.js:7)');
    assert.equal(nameOf(['pbkdf2Sync node:crypto:1']), 'pbkdf2Sync (node:crypto:1)');
  });

  it('is found when the request blocks itself', () => {
    const verdict = verdictOf({
      ...blocked,
      requests: { late: { route: 'GET /search', from: 0, to: 812, budget: 800 } },
      busy: [{ from: 0, to: 812, by: 'late' }],
      blocks: [{ from: 2, to: 810, by: 'late', stack: STACK }],
    });
    assert.equal(verdict.cause, 'loop-blocked');
    assert.equal(verdict.top?.explained, msToNs(808));
    assert.match(verdict.top?.summary ?? '', /^GET \/search spent 808 ms of 812 ms: match .* of this request itself/);
  });

  it('is found through the holder of a pool', () => {
    // late    |---- pool-queue until the holder is done ----|
    // report  |######## blocks, with the connection ########|
    const verdict = verdictOf({
      ...blocked,
      requests: {
        late: { route: 'GET /stock', from: 0, to: 815, budget: 800, ops: [poolWait({ from: 2, to: 812, unit: 'c1' })] },
        report: { route: 'POST /report', from: 0, to: 811 },
      },
      busy: [{ from: 3, to: 810, by: 'report' }],
      blocks: [{ from: 3, to: 810, by: 'report', stack: STACK }],
      holds: [{ unit: 'c1', by: 'report', from: 1, to: 811 }],
    });
    assert.equal(verdict.cause, 'loop-blocked');
    assert.equal(verdict.top?.depth, 1);
  });

  it('is ruled out on a free loop', () => {
    const ops = [call({ from: 1, to: 810, usual: [20, 30] })];
    const verdict = verdictOf({ now: 815, requests: { late: { from: 0, to: 812, budget: 800, ops } } });
    const finding = findingOf(verdict, 'loop-blocked');
    assert.equal(finding.kind === 'ruled-out' && finding.why, 'a blocked event loop took 0 ms of 812 ms');
  });

  it('is unknown when the loop is not watched', () => {
    assert.equal(findingOf(verdictOf({ ...blocked, without: ['loop'] }), 'loop-blocked').kind, 'unknown');
  });
});
