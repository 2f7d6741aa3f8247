import { now } from '../../clock.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import type { PgTools } from './client.ts';
import { ClientKinds } from './client-kinds.ts';
import { type Checkout, PoolResources } from './pool-resources.ts';
import { PoolWaitOp } from './pool-wait-op.ts';
import { forget } from './tarn.ts';

interface PoolLike {
  readonly size: number;
  readonly available: number;
  readonly waiting: number;
  readonly maxSize: number;
}

/** What is attached to the promise somebody waits for. */
class Awaited {
  readonly pool: PoolLike;
  readonly checkout: Checkout;

  constructor(pool: PoolLike, checkout: Checkout) {
    this.pool = pool;
    this.checkout = checkout;
  }
}

/**
 * The pool of Sequelize, which takes connections of pg and mysql2 without their pools. Each `acquire` makes one `Deferred`,
 * gives it its timeout at once, and settles it when a connection is there; pools of other things are left alone.
 */
export class SequelizePools {
  readonly #kit: Kit;
  readonly #pools: PoolResources;
  readonly #kinds: ClientKinds;
  /** Pools whose connections are of no driver that is watched. */
  readonly #foreign = new WeakSet<PoolLike>();
  /** The `acquire` that is on the stack. */
  #acquiring: Awaited | undefined;

  constructor({ kit, sessions }: PgTools) {
    this.#kit = kit;
    this.#pools = new PoolResources(kit, sessions);
    this.#kinds = ClientKinds.of(kit);
  }

  patchPool(exports: unknown): void {
    const prototype = (exports as { Pool?: { prototype?: object } } | undefined)?.Pool?.prototype;
    if (prototype === undefined) return;
    const { flight } = this.#kit;
    const begin = this.#kit.attempt((pool: PoolLike) => this.#open(pool));
    const asked = this.#kit.guard(({ pool, checkout: { op } }: Awaited) => {
      const resource = this.#pools.known(pool);
      if (op !== undefined && resource !== undefined) this.#pools.asked(resource, op);
    });
    patchFunction(prototype, 'acquire', (original) => {
      const acquire = (pool: PoolLike, args: never[]): unknown => {
        const outer = flight.enclosing;
        const acquiring = begin(pool);
        this.#acquiring = acquiring;
        // A connection that is opened now is part of this wait.
        flight.enclosing = acquiring?.checkout.op ?? outer;
        try {
          return original.apply(pool, args);
        } finally {
          this.#acquiring = undefined;
          flight.enclosing = outer;
          if (acquiring !== undefined) asked(acquiring);
        }
      };
      return function (this: PoolLike, ...args: never[]): unknown {
        return acquire(this, args);
      };
    });
    const released = this.#kit.guard((client: unknown) => {
      if (this.#kinds.kindOf(client)?.is(client)) this.#pools.released(client);
    });
    for (const name of ['release', 'destroy']) {
      patchFunction(prototype, name, (original) => {
        return function (this: unknown, ...args: never[]): unknown {
          released(args[0]);
          return original.apply(this, args);
        };
      });
    }
  }

  patchDeferred(exports: unknown): void {
    const prototype = (exports as { Deferred?: { prototype?: object } } | undefined)?.Deferred?.prototype;
    if (prototype === undefined) return;
    const made = this.#kit.guard((deferred: object) => {
      if (this.#acquiring !== undefined) attach(deferred, this.#acquiring);
    });
    const resolved = this.#kit.guard((deferred: object, client: unknown) => {
      const awaited = attached(deferred);
      if (awaited instanceof Awaited) this.#obtained(awaited, client);
    });
    const rejected = this.#kit.guard((deferred: object, error: unknown) => {
      const awaited = attached(deferred);
      const op = awaited instanceof Awaited ? awaited.checkout.op : undefined;
      if (op === undefined || !(awaited instanceof Awaited)) return;
      op.resource ??= this.#pools.known(awaited.pool);
      this.#pools.opened(op);
      this.#kit.flight.close(op, error);
    });
    const steps = { registerTimeout: made, resolve: resolved, reject: rejected };
    for (const [name, step] of Object.entries(steps)) {
      patchFunction(prototype, name, (original) => {
        return function (this: object, ...args: never[]): unknown {
          step(this, args[0]);
          return original.apply(this, args);
        };
      });
    }
  }

  #open(pool: PoolLike): Awaited {
    const request = this.#kit.context.current();
    if (request === undefined || this.#foreign.has(pool)) return new Awaited(pool, { op: undefined, request });
    const op = new PoolWaitOp(request, now(), {
      max: pool.maxSize,
      total: pool.size,
      idle: pool.available,
      waiting: pool.waiting,
    });
    this.#kit.flight.open(op);
    return new Awaited(pool, { op, request });
  }

  #obtained({ pool, checkout }: Awaited, client: unknown): void {
    const kind = this.#kinds.kindOf(client);
    if (kind?.is(client)) {
      kind.pools.checkedOut(kind.pools.nameAfter(client, pool, pool.maxSize, 'sequelize-pool'), checkout, client);
    } else {
      this.#foreign.add(pool);
      forget(checkout);
    }
  }
}
