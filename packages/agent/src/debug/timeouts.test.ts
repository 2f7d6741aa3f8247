import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import { type Service, withService } from './testing/service.ts';
import type { LimitWire, TimeoutsWire } from './wire.ts';

const SERVICE = fileURLToPath(new URL('../../src/debug/fixtures/limits.mjs', import.meta.url));
const PATH = '/debug/holdup/timeouts';
/** Longer than an endpoint waits for the main thread, on a busy machine too. */
const NATIVE_MS = 3_000;
/** Until the main thread is in the call. */
const BEGUN_MS = 400;

function valuesOf(limits: readonly LimitWire[] | undefined): Readonly<Record<string, LimitWire['ms']>> {
  return Object.fromEntries((limits ?? []).map(({ setting, ms }) => [setting, ms]));
}

async function read({ debug }: Service): Promise<TimeoutsWire> {
  const { text, status } = await debug(`${PATH}?format=json`);
  assert.equal(status, 200, text);
  return JSON.parse(text);
}

describe('/debug/holdup/timeouts', () => {
  let postgres: RunningPostgres | undefined;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.stop());
  const env = () => ({
    DATABASE_URL: postgres?.url ?? '',
    HOLDUP_BUDGET: '700ms',
    HOLDUP_ROUTE_BUDGETS: 'GET /all=5s',
  });

  it('tells what servers, clients and pools really work with', async () => {
    const run = await withService(
      env(),
      async (service) => {
        const early = await read(service);
        assert.deepEqual([early.clients, early.pools], [[], []]);
        await service.ask('/all');
        const { servers, clients, pools, budget, node } = await read(service);
        assert.match(node, /^\d+\.\d+\.\d+/);
        assert.deepEqual(budget, { ms: 700, source: 'HOLDUP_BUDGET', routes: [{ route: 'GET /all', ms: 5000 }] });
        assert.equal(servers.length, 1);
        assert.deepEqual(valuesOf(servers[0]?.limits), {
          requestTimeout: 20_000,
          headersTimeout: 9000,
          keepAliveTimeout: 61_000,
          timeout: 'none',
          connectionsCheckingInterval: 5000,
        });
        const shown = clients.map(({ library, maxSockets, limits }) => [
          library,
          maxSockets,
          limits[0]?.setting,
          limits[0]?.ms,
        ]);
        assert.deepEqual(
          shown.sort((a, b) => Number(a[3]) - Number(b[3])),
          [
            ['undici', 3, 'headersTimeout', 2500],
            ['http agent', 7, 'timeout', 4000],
            ['undici', null, 'headersTimeout', 300_000],
          ],
        );
        const [pool] = pools;
        assert.deepEqual([pools.length, pool?.driver, pool?.max], [1, 'pg', 4]);
        assert.deepEqual(valuesOf(pool?.limits), {
          connectionTimeoutMillis: 1500,
          idleTimeoutMillis: 10_000,
          maxLifetimeSeconds: 600_000,
          statement_timeout: 3000,
          lock_timeout: null,
          idle_in_transaction_session_timeout: null,
          query_timeout: 'none',
        });
        const { text } = await service.debug(PATH);
        assert.match(text, /^Node [\s\S]*\nagent: late after 700 ms \(HOLDUP_BUDGET\)\n {2}GET \/all: 5 s/);
        assert.match(text, /\nhttp server on 127\.0\.0\.1:\d+\n {2}requestTimeout +20 s\n/);
        assert.ok(
          text.split('\n').every((line) => line.length <= 120),
          text,
        );
      },
      SERVICE,
    );
    assert.equal(run.code, 0, run.stderr);
    assert.equal(run.stderr, '');
  });

  it('tells it also while the main thread is in a native call, without having been asked before', async () => {
    await withService(
      env(),
      async (service) => {
        // Told at the next look at the deadlines.
        await sleep(BEGUN_MS);
        const busy = service.ask(`/child?ms=${NATIVE_MS}`);
        await sleep(BEGUN_MS);
        const { status, text } = await service.debug(`${PATH}?format=json`);
        assert.equal(status, 200, text);
        const told: TimeoutsWire & { mainThread: { answered: boolean } } = JSON.parse(text);
        assert.equal(told.mainThread.answered, false);
        assert.equal(valuesOf(told.servers[0]?.limits).keepAliveTimeout, 61_000);
        await busy;
      },
      SERVICE,
    );
  });
});
