import type { Op, OpId, Resource } from '@holdup/model';
import { now } from '../../clock.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import type { PgTools } from './client.ts';
import { ClientKinds } from './client-kinds.ts';
import { type Checkout, PoolResources } from './pool-resources.ts';
import { type PoolNumbers, PoolWaitOp } from './pool-wait-op.ts';

/** What tarn 3 keeps, as far as it is looked at. */
interface TarnPool {
  readonly max: number;
  /** Counts its events; an acquire has the number that was due as it was asked for. */
  readonly eventId: number;
  readonly used: readonly { readonly resource?: unknown }[];
  readonly free: readonly { readonly resource?: unknown }[];
  readonly pendingCreates: readonly unknown[];
  readonly pendingAcquires: readonly unknown[];
}

interface TarnPrototype {
  acquire?: (this: TarnPool) => unknown;
  release?: (this: TarnPool, resource: unknown) => unknown;
  _executeEventHandlers?: (this: TarnPool, event: unknown, ...args: unknown[]) => unknown;
}

/** One pool of connections that are watched, or one that has shown none so far. */
class Watched {
  readonly #pools: PoolResources;
  readonly #kinds: ClientKinds;
  readonly #pool: TarnPool;
  /** Checkouts that are waited for, by the number of their acquire. */
  readonly waiting = new Map<unknown, Checkout>();
  /** Its connections are of no driver that is watched. */
  foreign = false;

  constructor(pools: PoolResources, kinds: ClientKinds, pool: TarnPool) {
    this.#pools = pools;
    this.#kinds = kinds;
    this.#pool = pool;
  }

  /** Undefined while no connection has shown where the pool leads. */
  get resource(): Resource | undefined {
    const known = this.#pools.known(this.#pool);
    if (known !== undefined) return known;
    const { used, free, max } = this.#pool;
    for (const { resource: client } of [...used, ...free]) {
      const kind = this.#kinds.kindOf(client);
      if (kind !== undefined) return kind.pools.nameAfter(client as object, this.#pool, max, 'tarn');
    }
    return undefined;
  }

  get numbers(): PoolNumbers {
    const { max, used, free, pendingCreates, pendingAcquires } = this.#pool;
    return {
      max,
      total: used.length + free.length + pendingCreates.length,
      idle: free.length,
      waiting: pendingAcquires.length,
    };
  }

  take(id: unknown): Checkout | undefined {
    const checkout = this.waiting.get(id);
    this.waiting.delete(id);
    return checkout;
  }
}

/**
 * Wraps the pool of knex (tarn), which takes connections of pg and mysql2 without their pools. The same is recorded as
 * there: the wait for a connection, and the time from checkout to release as a hold. tarn tells its own events when an
 * acquire is answered, which is before its caller hears of it; pools of other things are left alone.
 */
export function patchTarn(exports: unknown, { kit, sessions }: PgTools): void {
  const prototype = (exports as { Pool?: { prototype?: TarnPrototype } } | undefined)?.Pool?.prototype;
  if (prototype?.acquire === undefined || prototype.release === undefined) return;
  if (typeof prototype._executeEventHandlers !== 'function') return;
  const pools = new PoolResources(kit, sessions);
  const kinds = ClientKinds.of(kit);
  const known = new WeakMap<TarnPool, Watched>();
  const watchedOf = (pool: TarnPool): Watched => {
    const watched = known.get(pool) ?? new Watched(pools, kinds, pool);
    known.set(pool, watched);
    return watched;
  };
  patchAcquire(prototype.acquire, prototype, kit, pools, watchedOf);
  patchEvents(prototype._executeEventHandlers, prototype, kit, pools, watchedOf);
}

function patchAcquire(
  original: NonNullable<TarnPrototype['acquire']>,
  prototype: TarnPrototype,
  kit: Kit,
  pools: PoolResources,
  watchedOf: (pool: TarnPool) => Watched,
): void {
  const begin = kit.attempt((pool: TarnPool) => {
    const watched = watchedOf(pool);
    if (watched.foreign) return undefined;
    const checkout = openCheckout(kit, watched);
    watched.waiting.set(pool.eventId, checkout);
    return checkout;
  });
  const asked = kit.guard((pool: TarnPool, checkout: Checkout | undefined) => {
    const { resource } = watchedOf(pool);
    if (checkout?.op !== undefined && resource !== undefined) pools.asked(resource, checkout.op);
  });
  patchFunction(prototype, 'acquire', () => {
    return function acquire(this: TarnPool, ...args: []): unknown {
      const checkout = begin(this);
      const { flight } = kit;
      const outer = flight.enclosing;
      // A connection that is opened now is part of this wait.
      flight.enclosing = checkout?.op ?? outer;
      try {
        return original.apply(this, args);
      } finally {
        flight.enclosing = outer;
        asked(this, checkout);
      }
    };
  });
}

function patchEvents(
  original: NonNullable<TarnPrototype['_executeEventHandlers']>,
  prototype: TarnPrototype,
  kit: Kit,
  pools: PoolResources,
  watchedOf: (pool: TarnPool) => Watched,
): void {
  const kinds = ClientKinds.of(kit);
  const obtained = (watched: Watched, checkout: Checkout, client: unknown) => {
    const { resource } = watched;
    const kind = kinds.kindOf(client);
    if (kind?.is(client) && resource !== undefined) kind.pools.checkedOut(resource, checkout, client);
    else {
      watched.foreign = true;
      forget(checkout);
    }
  };
  const failed = (watched: Watched, { op }: Checkout, error: unknown) => {
    if (op === undefined) return;
    op.resource ??= watched.resource;
    pools.opened(op);
    kit.flight.close(op, error);
  };
  const happened = kit.guard((pool: TarnPool, event: unknown, [subject, result]: readonly unknown[]) => {
    if (event === 'release') {
      if (kinds.kindOf(subject)?.is(subject)) pools.released(subject);
      return;
    }
    if (event !== 'acquireSuccess' && event !== 'acquireFail') return;
    const watched = watchedOf(pool);
    const checkout = watched.take(subject);
    if (checkout !== undefined) (event === 'acquireSuccess' ? obtained : failed)(watched, checkout, result);
  });
  patchFunction(prototype, '_executeEventHandlers', () => {
    return function _executeEventHandlers(this: TarnPool, event: unknown, ...args: unknown[]): unknown {
      happened(this, event, args);
      return original.call(this, event, ...args);
    };
  });
}

/** It was no wait for a connection that is watched after all. */
export function forget({ op }: Checkout): void {
  if (op !== undefined) op.request.ops = op.request.ops.filter((each) => each !== op);
}

function openCheckout(kit: Kit, watched: Watched): Checkout {
  const request = kit.context.current();
  if (request === undefined) return { op: undefined, request };
  const op = new TarnWaitOp(request, watched);
  kit.flight.open(op);
  return { op, request };
}

class TarnWaitOp extends PoolWaitOp {
  readonly #watched: Watched;

  constructor(request: RequestRecord, watched: Watched) {
    super(request, now(), watched.numbers);
    this.#watched = watched;
  }

  /** The first connections may have shown where the pool leads only while this one waited. */
  override toOp(id: OpId): Op {
    this.resource ??= this.#watched.resource;
    return super.toOp(id);
  }
}
