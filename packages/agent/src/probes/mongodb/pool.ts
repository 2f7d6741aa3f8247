import type { Resource } from '@holdup/model';
import { now } from '../../clock.ts';
import { patchFunction } from '../patch.ts';
import { type Checkout, PoolResources } from '../pg/pool-resources.ts';
import { PoolWaitOp } from '../pg/pool-wait-op.ts';
import type { Sessions } from '../pg/session.ts';
import type { Kit } from '../probe.ts';

interface PoolLike {
  readonly address: string;
  readonly options: { readonly maxPoolSize?: number };
  readonly totalConnectionCount: number;
  readonly availableConnectionCount: number;
  readonly waitQueueSize: number;
}

/** The `checkOut` on the stack. */
export interface Checkouts {
  next: Asking | undefined;
}

/** One `checkOut`, until there is a connection or none is waited for. */
class Asking {
  readonly #pools: PoolResources;
  readonly #kit: Kit;
  readonly #resource: Resource;
  readonly #checkout: Checkout;
  readonly #signal: AbortSignal | undefined;
  #isOver = false;

  constructor(kit: Kit, pools: PoolResources, resource: Resource, checkout: Checkout, signal: AbortSignal | undefined) {
    this.#kit = kit;
    this.#pools = pools;
    this.#resource = resource;
    this.#checkout = checkout;
    this.#signal = signal;
    if (checkout.op !== undefined) pools.asked(resource, checkout.op);
  }

  obtained(connection: unknown): void {
    if (this.#isOver || typeof connection !== 'object' || connection === null) return;
    this.#isOver = true;
    this.#pools.checkedOut(this.#resource, this.#checkout, connection);
  }

  refused(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { op } = this.#checkout;
    if (op === undefined) return;
    this.#pools.opened(op);
    this.#kit.flight.close(op, reason);
  }

  /** Nobody waits for it any more: the driver's own timer, or a signal. */
  left(): void {
    this.refused(this.#signal?.aborted === true ? this.#signal.reason : WAIT_QUEUE_TIMEOUT);
  }
}

/** The driver makes its error only after it has told that nobody waits. */
const WAIT_QUEUE_TIMEOUT = {
  name: 'MongoWaitQueueTimeoutError',
  message: 'Timed out while checking out a connection from connection pool',
};

/** `checkOut` of a pool, which every operation calls, and `checkIn`. */
export function patchPool(exports: unknown, checkouts: Checkouts, sessions: Sessions, kit: Kit): void {
  const { ConnectionPool } = exports as { ConnectionPool?: { prototype?: object } };
  if (ConnectionPool?.prototype === undefined) return;
  const pools = new PoolResources(kit, sessions);
  const begin = kit.attempt((pool: PoolLike, options: { readonly signal?: AbortSignal } | undefined) => {
    const resource = pools.known(pool) ?? pools.name(pool, pool.address, limitOf(pool), 'mongodb');
    const checkout = openCheckout(kit, pool, resource);
    return new Asking(kit, pools, resource, checkout, options?.signal);
  });
  patchFunction(ConnectionPool.prototype, 'checkOut', (original) => {
    return function checkOut(this: PoolLike, ...args: never[]): unknown {
      // Until driver 5 it took a callback.
      const outer = checkouts.next;
      checkouts.next = typeof args[0] === 'function' ? undefined : begin(this, args[0]);
      try {
        return original.apply(this, args);
      } finally {
        checkouts.next = outer;
      }
    };
  });
  const released = kit.guard((connection: unknown) => {
    if (typeof connection === 'object' && connection !== null) pools.released(connection);
  });
  patchFunction(ConnectionPool.prototype, 'checkIn', (original) => {
    return function checkIn(this: unknown, ...args: never[]): unknown {
      released(args[0]);
      return original.apply(this, args);
    };
  });
}

interface Member {
  resolve: (connection: unknown) => unknown;
  reject: (reason: unknown) => unknown;
  cancelled: boolean;
}

/** A `checkOut` puts what settles it into the queue of its pool, before it first waits. */
export function patchList(exports: unknown, checkouts: Checkouts, kit: Kit): void {
  const { List } = exports as { List?: { prototype?: object } };
  if (List?.prototype === undefined) return;
  const queued = kit.guard((member: unknown) => {
    const asking = checkouts.next;
    if (asking === undefined || !isMember(member)) return;
    checkouts.next = undefined;
    watch(member, asking, kit);
  });
  patchFunction(List.prototype, 'push', (original) => {
    return function push(this: unknown, ...args: never[]): unknown {
      if (checkouts.next !== undefined) queued(args[0]);
      return original.apply(this, args);
    };
  });
}

function isMember(value: unknown): value is Member {
  if (typeof value !== 'object' || value === null) return false;
  const { resolve, reject, cancelled } = value as Partial<Member>;
  return typeof resolve === 'function' && typeof reject === 'function' && cancelled === false;
}

/** Nobody but the pool ever has it. */
function watch(member: Member, asking: Asking, kit: Kit): void {
  const { resolve, reject } = member;
  const obtained = kit.guard((connection: unknown) => asking.obtained(connection));
  const refused = kit.guard((reason: unknown) => asking.refused(reason));
  const left = kit.guard(() => asking.left());
  member.resolve = (connection) => {
    obtained(connection);
    return resolve(connection);
  };
  member.reject = (reason) => {
    refused(reason);
    return reject(reason);
  };
  let cancelled = false;
  Object.defineProperty(member, 'cancelled', {
    enumerable: true,
    configurable: true,
    get: () => cancelled,
    set: (value: boolean) => {
      cancelled = value;
      if (value) left();
    },
  });
}

function limitOf({ options }: PoolLike): number {
  const { maxPoolSize = 0 } = options;
  // 0: no limit.
  return maxPoolSize > 0 ? maxPoolSize : Number.MAX_SAFE_INTEGER;
}

function openCheckout(kit: Kit, pool: PoolLike, resource: Resource): Checkout {
  const request = kit.context.current();
  if (request === undefined) return { op: undefined, request };
  const op = new PoolWaitOp(request, now(), {
    max: limitOf(pool),
    total: pool.totalConnectionCount,
    idle: pool.availableConnectionCount,
    waiting: pool.waitQueueSize,
  });
  op.resource = resource;
  kit.flight.open(op);
  return { op, request };
}
