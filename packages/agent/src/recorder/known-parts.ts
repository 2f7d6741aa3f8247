import type { Resource } from '@holdup/model';

/** Of each sort: a program has a handful; one that makes a pool per request must not fill the memory. */
const MAX_PARTS = 200;

/** Objects of the host's, held weakly, each once, the newest so many. */
class WeakList<T extends object> {
  readonly #changed: () => void;
  #refs: WeakRef<T>[] = [];
  readonly #known = new WeakSet<T>();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  add(part: T): void {
    if (this.#known.has(part)) return;
    this.#known.add(part);
    this.#changed();
    if (this.#refs.length >= MAX_PARTS) this.#refs = this.#refs.filter((ref) => ref.deref() !== undefined);
    if (this.#refs.length >= MAX_PARTS) this.#refs.shift();
    this.#refs.push(new WeakRef(part));
  }

  /** Those that live, in the order they came. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (const ref of this.#refs) {
      const part = ref.deref();
      if (part !== undefined) yield part;
    }
  }
}

/** Whose connections a pool has. */
export type PoolDriver = 'pg' | 'mysql2' | 'tarn' | 'sequelize-pool' | 'mongodb' | 'postgres';

export interface KnownPool {
  readonly driver: PoolDriver;
  readonly pool: WeakRef<object>;
  readonly resource: Resource;
}

/**
 * What of the host has timeouts of its own: servers as they listen, clients as they connect, pools as they are first used. All
 * of that is far from the path of a request; their values are read when somebody asks.
 */
export class KnownParts {
  /** Goes up with every new one. */
  version = 0;
  readonly #changed = () => {
    this.version++;
  };
  readonly servers = new WeakList(this.#changed);
  /** `http.Agent` and what is made of it. */
  readonly agents = new WeakList(this.#changed);
  /** Clients of undici, Node's own among them, and the pools of those that came from npm. */
  readonly undiciClients = new WeakList(this.#changed);
  readonly undiciPools = new WeakList(this.#changed);
  readonly #pools: KnownPool[] = [];

  addPool(driver: PoolDriver, pool: object, resource: Resource): void {
    if (this.#pools.length >= MAX_PARTS) this.#pools.shift();
    this.#changed();
    this.#pools.push({ driver, pool: new WeakRef(pool), resource });
  }

  get pools(): readonly KnownPool[] {
    return this.#pools;
  }
}
