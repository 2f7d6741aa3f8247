import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertSame, verdictsOf } from './testing/same.ts';

const routes: Record<string, readonly string[]> = {
  http: ['GET /shops/:id/orders/last', 'GET /nowhere'],
  express: ['GET /shops/:id/orders/:name'],
  fastify: ['GET /shops/:shop/orders/:name'],
  koa: ['GET /shops/:shop/orders/:name'],
  'koa without a router': ['GET /shops/:id/orders/last', 'GET /nowhere'],
  // Its context is not reachable from the message, and its packages are ES modules, which nothing can look into unasked.
  hono: ['GET /shops/:id/orders/last'],
};

describe('a late request has the route its framework gives it', { concurrency: 3 }, () => {
  for (const [framework, expected] of Object.entries(routes)) {
    it(framework, async () => {
      // Late is only who says so: a busy machine is slow.
      const { held } = await assertSame('frameworks.mjs', { args: [framework], agentEnv: { HOLDUP_BUDGET: '20s' } });
      assert.equal(held.code, 0, held.stderr);
      const found = verdictsOf(held.sink).map(({ route }) => route);
      assert.deepEqual(
        found.filter((route) => expected.includes(route) || route !== 'GET /nowhere'),
        expected,
      );
    });
  }
});
