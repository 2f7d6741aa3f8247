import type { Resource } from '@holdup/model';
import { now } from '../../clock.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import type { PgTools } from './client.ts';
import { type Checkout, PoolResources } from './pool-resources.ts';
import { PoolWaitOp } from './pool-wait-op.ts';
import { databaseOf } from './session.ts';

type ConnectCallback = (error: unknown, client?: object, release?: unknown) => unknown;

interface PoolLike extends Record<string, unknown> {
  readonly options: { readonly max?: number };
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

interface PoolPrototype {
  connect?: (this: PoolLike, callback?: ConnectCallback) => unknown;
  query?: (this: PoolLike, text?: unknown, values?: unknown, callback?: unknown) => unknown;
  _release?: (this: PoolLike, client: object, ...rest: unknown[]) => unknown;
}

/** Of pg-pool, where the host says nothing. */
const DEFAULT_MAX = 10;

/**
 * Wraps `Pool.prototype.connect`, which `pool.query` calls too, and the release of a connection: the wait is an op of
 * the request, the time from checkout to release a hold of the pool, for background work as well.
 */
export function patchPool(pool: unknown, tools: PgTools): void {
  const prototype = (pool as { prototype?: PoolPrototype } | undefined)?.prototype;
  if (typeof prototype?.connect !== 'function' || typeof prototype._release !== 'function') return;
  const ownConnect = new OwnConnect();
  patchQuery(prototype, ownConnect);
  const pools = new PoolResources(tools.kit, tools.sessions);
  patchConnect(prototype, tools, ownConnect, pools);
  patchRelease(prototype, tools.kit, pools);
}

/** Whether the next `connect` is the one that `pool.query` makes for itself. */
class OwnConnect {
  isNext = false;

  take(): boolean {
    const { isNext } = this;
    this.isNext = false;
    return isNext;
  }
}

/** A `pool.query` that returns a promise calls nobody's code but the pool's until that is settled. */
function patchQuery(prototype: PoolPrototype, ownConnect: OwnConnect): void {
  const original = prototype.query;
  if (typeof original !== 'function') return;
  function query(this: PoolLike, text?: unknown, values?: unknown, callback?: unknown): unknown {
    ownConnect.isNext = typeof text !== 'function' && typeof values !== 'function' && typeof callback !== 'function';
    try {
      return original?.apply(this, arguments as never);
    } finally {
      ownConnect.isNext = false;
    }
  }
  patchFunction(prototype, 'query', () => query);
}

function patchConnect(
  prototype: PoolPrototype,
  { kit, watch }: PgTools,
  ownConnect: OwnConnect,
  pools: PoolResources,
): void {
  const original = prototype.connect;
  if (original === undefined) return;
  const begin = kit.attempt((self: PoolLike) => openCheckout(kit, self, pools.known(self)));
  const obtained = kit.guard((self: PoolLike, checkout: Checkout, client: object) => {
    pools.checkedOut(checkout.op?.resource ?? resourceOf(pools, self, client), checkout, client);
  });
  const failed = kit.guard((self: PoolLike, { op }: Checkout, error: unknown) => {
    if (op === undefined) return;
    op.resource = resourceOf(pools, self);
    pools.opened(op);
    kit.flight.close(op, error);
  });
  const asked = kit.guard((self: PoolLike, { op }: Checkout) => {
    if (op !== undefined) pools.asked(resourceOf(pools, self), op);
  });

  function connect(this: PoolLike, callback?: ConnectCallback): unknown {
    // Anything else for a callback breaks in pg-pool, and has to break there.
    const isKnown = !callback || typeof callback === 'function';
    const isOwn = ownConnect.take();
    const checkout = isKnown ? begin(this) : undefined;
    if (checkout === undefined) return original?.apply(this, arguments as never);
    const { flight } = kit;
    const outer = flight.enclosing;
    // A connection that is opened now is part of this wait.
    flight.enclosing = checkout.op;
    try {
      return callThrough(this, checkout, isOwn, callback);
    } finally {
      flight.enclosing = outer;
      // Unknown only until the pool's first connection has shown where it leads.
      if (checkout.op?.resource === undefined) asked(this, checkout);
    }
  }

  function callThrough(self: PoolLike, checkout: Checkout, isOwn: boolean, callback?: ConnectCallback): unknown {
    if (typeof callback === 'function') {
      return original?.call(self, function (this: unknown, error, client, release) {
        if (client !== undefined && client !== null && !error) obtained(self, checkout, client);
        else failed(self, checkout, error);
        // The pool calls back in the context of whoever released the connection.
        const goOn = () => callback.call(this, error, client, release);
        return isOwn ? kit.context.runInside(checkout, goOn) : kit.context.run(checkout.request, goOn);
      });
    }
    const settled = {
      resolved: (client: unknown) => obtained(self, checkout, client as object),
      rejected: (reason: unknown) => failed(self, checkout, reason),
    };
    return watch.call(self, 'Promise', settled, () => original?.call(self));
  }
  patchFunction(prototype, 'connect', () => connect);
}

function patchRelease(prototype: PoolPrototype, kit: Kit, pools: PoolResources): void {
  const original = prototype._release;
  if (original === undefined) return;
  const released = kit.guard((client: object) => pools.released(client));
  patchFunction(prototype, '_release', () => {
    return function _release(this: PoolLike, client: object, ...rest: unknown[]): unknown {
      released(client);
      return original.call(this, client, ...rest);
    };
  });
}

function openCheckout(kit: Kit, pool: PoolLike, resource: Resource | undefined): Checkout {
  const request = kit.context.current();
  if (request === undefined) return { op: undefined, request };
  const op = new PoolWaitOp(request, now(), {
    max: pool.options.max ?? DEFAULT_MAX,
    total: pool.totalCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
  });
  op.resource = resource;
  kit.flight.open(op);
  return { op, request };
}

function resourceOf(pools: PoolResources, pool: PoolLike, client?: object): Resource {
  const known = pools.known(pool);
  if (known !== undefined) return known;
  const first = client ?? (Array.isArray(pool._clients) ? (pool._clients[0] as object | undefined) : undefined);
  return pools.name(pool, databaseOf(first ?? pool.options), pool.options.max ?? DEFAULT_MAX, 'pg');
}
