import { now } from '../../clock.ts';
import { patchFunction } from '../patch.ts';
import { type Checkout, PoolResources } from '../pg/pool-resources.ts';
import { PoolWaitOp } from '../pg/pool-wait-op.ts';
import type { Kit } from '../probe.ts';
import type { MysqlTools } from './connection.ts';

interface Counted {
  readonly length: number;
}

interface PoolLike {
  readonly config: { readonly connectionLimit: number; readonly connectionConfig: object };
  readonly _allConnections: Counted;
  readonly _freeConnections: Counted;
  readonly _connectionQueue: Counted;
}

type Callback = (error: unknown, connection?: object) => unknown;

/**
 * `getConnection` of a pool, which `query` and `execute` of a pool call too, and the way back. The wait is an op of the
 * request, the time until the release a hold of the pool.
 */
export function patchPool(pool: unknown, { kit, sessions }: MysqlTools): void {
  const prototype = (pool as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const pools = new PoolResources(kit, sessions);
  const watchedOnes = new WeakSet<object>();
  const begin = kit.attempt((self: PoolLike) => openCheckout(kit, pools, self));
  const obtained = kit.guard((self: PoolLike, checkout: Checkout, connection: object) =>
    pools.checkedOut(resourceOf(pools, self), checkout, connection),
  );
  const failed = kit.guard(({ op }: Checkout, error: unknown) => {
    if (op === undefined) return;
    pools.opened(op);
    kit.flight.close(op, error);
  });
  patchFunction(prototype, 'getConnection', (original) => {
    return function getConnection(this: PoolLike, ...args: never[]): unknown {
      const callback: unknown = args[0];
      // Somebody's callback that was put back into the queue is watched already.
      const checkout = typeof callback === 'function' && !watchedOnes.has(callback) ? begin(this) : undefined;
      if (checkout === undefined) return original.apply(this, args);
      const watched: Callback = (error, connection) => {
        if (connection !== undefined && !error) obtained(this, checkout, connection);
        else failed(checkout, error);
        return kit.context.run(checkout.request, () => (callback as unknown as Callback)(error, connection));
      };
      watchedOnes.add(watched);
      const { flight } = kit;
      const outer = flight.enclosing;
      flight.enclosing = checkout.op;
      try {
        return (original as (callback: Callback) => unknown).call(this, watched);
      } finally {
        flight.enclosing = outer;
      }
    };
  });
  const released = kit.guard((connection: object) => pools.released(connection));
  patchFunction(prototype, 'releaseConnection', (original) => {
    return function releaseConnection(this: unknown, ...args: never[]): unknown {
      released(args[0] as unknown as object);
      return original.apply(this, args);
    };
  });
}

function openCheckout(kit: Kit, pools: PoolResources, pool: Partial<PoolLike>): Checkout | undefined {
  // Borrowed for something else: mysql2 will say so.
  if (!isPool(pool)) return undefined;
  const request = kit.context.current();
  if (request === undefined) return { op: undefined, request };
  const { connectionLimit } = pool.config;
  const op = new PoolWaitOp(request, now(), {
    // 0: no limit.
    max: connectionLimit > 0 ? connectionLimit : Number.MAX_SAFE_INTEGER,
    total: pool._allConnections.length,
    idle: pool._freeConnections.length,
    waiting: pool._connectionQueue.length,
  });
  kit.flight.open(op);
  pools.asked(resourceOf(pools, pool), op);
  return { op, request };
}

function isPool(pool: Partial<PoolLike>): pool is PoolLike {
  return typeof pool.config?.connectionLimit === 'number';
}

function resourceOf(pools: PoolResources, pool: PoolLike) {
  const { connectionConfig, connectionLimit } = pool.config;
  return (
    pools.known(pool) ?? pools.name(pool, pools.databaseOf({ config: connectionConfig }), connectionLimit, 'mysql2')
  );
}
