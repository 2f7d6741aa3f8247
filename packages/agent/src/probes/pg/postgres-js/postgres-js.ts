import type { EsmPatch } from '../../esm-hook.ts';
import type { LibraryPatch } from '../../module-hook.ts';
import { attached } from '../../stamp.ts';
import type { PgTools } from '../client.ts';
import { PoolResources } from '../pool-resources.ts';
import { type ConnectionLike, Lane } from './lane.ts';
import { JsPool, type Options, type QueryLike, type QueueLike, type Queues } from './pool.ts';

type MakeQueue = (...args: unknown[]) => QueueLike;
type MakeConnection = (options: Options, queues?: Queues, ...rest: unknown[]) => ConnectionLike;

/**
 * The library `postgres` 3 (Postgres.js), which keeps everything in closures but takes two functions of files of its own: what makes a
 * queue and what makes a connection. Both are replaced by ones that look on; nothing of what they make reaches the host.
 */
export class PostgresJs {
  readonly #tools: PgTools;
  readonly #pools: PoolResources;
  /** The queue that was made before one: a pool makes that of its waiting queries, and then that of its connecting connections. */
  readonly #madeBefore = new WeakMap<QueueLike, QueueLike>();
  readonly #poolOf = new WeakMap<QueueLike, JsPool>();
  #lastMade: QueueLike | undefined;

  constructor(tools: PgTools) {
    this.#tools = tools;
    this.#pools = new PoolResources(tools.kit, tools.sessions);
  }

  get patches(): LibraryPatch[] {
    return [
      { file: /\/postgres\/cjs\/src\/queue\.js$/, patch: (Queue) => this.#wrapQueue(Queue) },
      { file: /\/postgres\/cjs\/src\/connection\.js$/, patch: (Connection) => this.#wrapConnection(Connection) },
    ];
  }

  get esmPatches(): EsmPatch[] {
    return [
      {
        library: 'postgres',
        file: /\/postgres\/src\/queue\.js$/,
        declares: ['function Queue('],
        binding: 'Queue',
        patch: (Queue) => this.#wrapQueue(Queue),
      },
      {
        library: 'postgres',
        file: /\/postgres\/src\/connection\.js$/,
        declares: ['function Connection('],
        binding: 'Connection',
        patch: (Connection) => this.#wrapConnection(Connection),
      },
    ];
  }

  #wrapQueue(original: unknown): unknown {
    if (typeof original !== 'function') return original;
    const { kit } = this.#tools;
    const pushed = kit.guard((queue: QueueLike, item: unknown) => {
      const pool = this.#poolOf.get(queue);
      if (pool !== undefined && typeof item === 'object' && item !== null) pool.queued(item as QueryLike);
    });
    const made = kit.guard((queue: QueueLike) => {
      if (this.#lastMade !== undefined) this.#madeBefore.set(queue, this.#lastMade);
      this.#lastMade = queue;
      const { push } = queue;
      queue.push = (item) => {
        pushed(queue, item);
        return push(item);
      };
    });
    return function Queue(...args: unknown[]): QueueLike {
      const queue = (original as MakeQueue)(...args);
      made(queue);
      return queue;
    };
  }

  #wrapConnection(original: unknown): unknown {
    if (typeof original !== 'function') return original;
    const { kit } = this.#tools;
    const made = kit.guard((connection: ConnectionLike, options: Options, queues: Queues) => {
      new Lane(this.#tools, this.#poolFor(options, queues), connection).watch();
    });
    return function Connection(options: Options, queues?: Queues, ...rest: unknown[]): ConnectionLike {
      const connection = (original as MakeConnection)(options, queues, ...rest);
      // Without queues it only carries a request to cancel.
      if (queues?.connecting !== undefined) made(connection, options, queues);
      return connection;
    };
  }

  #poolFor(options: Options, queues: Queues): JsPool {
    const known = attached(queues.connecting);
    if (known instanceof JsPool) return known;
    const pool = new JsPool(this.#tools, this.#pools, options, queues);
    const queries = this.#madeBefore.get(queues.connecting);
    if (queries !== undefined) this.#poolOf.set(queries, pool);
    return pool;
  }
}
