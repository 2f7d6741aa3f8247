import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type HostOptions, type RunningHost, runHeld, type SinkVerdict } from './testing/host.ts';
import { assertDiscreet, assertSame, verdictsOf } from './testing/same.ts';

/** They mostly wait. */
const CONCURRENCY = { concurrency: 4 };

/** Of the tests' hosts, ms. */
const BUDGET_MS = 300;

/** A verdict is promised this long after the deadline, ms. */
const PROMISED_MS = 1_000;

/** What a busy machine may add, ms. */
const NOISE_MS = 500;

/** Waits for a verdict, and ends the host, which would never end by itself. */
async function firstVerdict(host: RunningHost, route: string): Promise<SinkVerdict> {
  try {
    for (let left = 100; left > 0; left--) {
      const verdict = verdictsOf(host.sink()).find((candidate) => candidate.route === route);
      if (verdict !== undefined) return verdict;
      await pause(50);
    }
    throw new Error(`no verdict for ${route}: ${JSON.stringify(host.sink())}`);
  } finally {
    host.child.kill('SIGKILL');
  }
}

async function verdicts(scenario: string, options: HostOptions = {}): Promise<SinkVerdict[]> {
  const { held } = await assertSame('service.mjs', { ...options, args: [scenario] });
  assert.equal(held.code, 0, held.stderr);
  return verdictsOf(held.sink);
}

describe('a request that never ends', CONCURRENCY, () => {
  for (const [scenario, route] of [
    ['hang', 'GET /hang'],
    ['block', 'GET /block'],
    ['collect', 'GET /collect'],
    ['hang-then-block', 'GET /hang'],
  ] as const) {
    it(`has its verdict within a second of its deadline: ${scenario}`, async () => {
      let lateMs = Number.POSITIVE_INFINITY;
      const during = async (host: RunningHost): Promise<void> => {
        const began = Number((await host.line(/^began/)).split(' ')[1]);
        const verdict = await firstVerdict(host, route);
        lateMs = Date.parse(verdict.time) - began - BUDGET_MS;
        assert.equal(verdict.outcome, 'deadline-exceeded');
        // What is collected within a block that never ends is known, too.
        if (scenario === 'collect') assert.equal(verdict.verdict.cause, 'gc-pressure');
      };
      const run = await runHeld('service.mjs', { args: [scenario], flags: ['--expose-gc'], during });
      assertDiscreet(run);
      assert.ok(lateMs > 0 && lateMs < PROMISED_MS + NOISE_MS, `${lateMs} ms after the deadline`);
    });
  }
});

describe('no verdict comes', CONCURRENCY, () => {
  for (const [scenario, budget] of [
    // Late is only who is meant to be: a busy machine is slow.
    ['nonsense', '20s'],
    ['events', '500ms'],
    ['events-h2', '500ms'],
    ['idle', '500ms'],
    ['upgrade', '500ms'],
  ] as const) {
    it(`of ${scenario}`, async () => {
      assert.deepEqual(await verdicts(scenario, { agentEnv: { HOLDUP_BUDGET: budget } }), []);
    });
  }

  it('before the budget of its route is over, also while the loop is blocked', async () => {
    const found = await verdicts('wait-behind-block', { agentEnv: { HOLDUP_ROUTE_BUDGETS: 'GET /late=20s' } });
    assert.deepEqual(
      found.map(({ route }) => route),
      ['GET /block-shortly'],
    );
  });
});

describe('a verdict comes', CONCURRENCY, () => {
  it('when the caller gives up', async () => {
    const [verdict, ...more] = await verdicts('cancel');
    assert.equal(verdict?.outcome, 'cancelled');
    assert.equal(verdict?.verdict.cause, 'caller-cancelled');
    assert.deepEqual(more, []);
  });

  it('when the caller gives up on requests whose turn to be answered never came', async () => {
    const found = await verdicts('cancel-pipelined');
    // Three of them; on a crowded machine the judge counts some without diagnosing them.
    assert.ok(found.length >= 1 && found.length <= 3, `${found.length} verdicts`);
    assert.ok(found.every(({ outcome }) => outcome === 'cancelled'));
  });

  it('by the budget of the route alone', async () => {
    const agentEnv = { HOLDUP_BUDGET: 'off', HOLDUP_ROUTE_BUDGETS: 'GET /late=200ms' };
    const [verdict] = await verdicts('late', { agentEnv });
    assert.deepEqual([verdict?.route, verdict?.budgetMs, verdict?.budgetSource], ['GET /late', 200, 'route-budget']);
  });

  it('to listeners, and by the deadline the program sets', async () => {
    const run = await runHeld('service.mjs', { args: ['api'] });
    assert.equal(run.code, 0, run.stderr);
    const lines = run.stdout.trim().split('\n');
    const [heard] = lines.filter((line) => line.startsWith('heard'));
    assert.match(heard ?? '', /^heard \[\["GET \/explicit",15\d(\.\d+)?,"explicit"\]\]$/);
    assert.ok(lines.includes('outside false') && lines.includes('deadline true false false'), run.stdout);
    assert.ok(lines.includes('Error my listener is broken'), run.stdout);
    assert.equal(verdictsOf(run.sink).length, 2);
  });
});
