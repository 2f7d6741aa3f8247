import type { Resource, ResourceId } from '@holdup/model';
import { now, OPEN } from '../../clock.ts';
import type { PoolDriver } from '../../recorder/known-parts.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import type { PoolWaitOp } from './pool-wait-op.ts';
import type { Sessions } from './session.ts';

/** One checkout: who asked, when, and what came of it. */
export interface Checkout {
  readonly op: PoolWaitOp | undefined;
  readonly request: RequestRecord | undefined;
}

/** As the place of a connection is called that is not open yet. */
const OPENING = 'opening';

/** What is attached to a pool. */
class PoolResource {
  readonly resource: Resource;

  constructor(resource: Resource) {
    this.resource = resource;
  }
}

/** Pools as resources, and who has a connection out of which. Names each pool object once. */
export class PoolResources {
  readonly #kit: Kit;
  readonly #sessions: Sessions;

  constructor(kit: Kit, sessions: Sessions) {
    this.#kit = kit;
    this.#sessions = sessions;
  }

  checkedOut(resource: Resource, { op, request }: Checkout, client: object): void {
    const session = this.#sessions.of(client);
    if (op !== undefined) {
      op.resource = resource;
      op.unit = session.id;
      this.opened(op);
      this.#kit.flight.close(op);
    }
    session.hold = this.#kit.flight.hold(resource, session.id, request, op?.end ?? now(), op);
  }

  /** Asked for: others may have to wait for the place that a connection being opened takes. */
  asked(resource: Resource, op: PoolWaitOp): void {
    op.resource = resource;
    if (op.opens && op.end === OPEN) op.opening = this.#kit.flight.hold(resource, OPENING, op.request, now(), op);
  }

  /** Not opening any more, for better or worse. */
  opened(op: PoolWaitOp): void {
    if (op.opening !== undefined) this.#kit.flight.release(op.opening);
  }

  released(client: object): void {
    const session = this.#sessions.known(client);
    if (session?.hold === undefined) return;
    this.#kit.flight.release(session.hold);
    session.hold = undefined;
  }

  /** Of a connection. */
  databaseOf(client: object): string {
    return this.#sessions.databaseOf(client);
  }

  /** As the pool is known, or after the database that one of its connections leads to. */
  nameAfter(client: object, pool: object, max: number, driver: PoolDriver): Resource {
    return this.known(pool) ?? this.name(pool, this.databaseOf(client), max, driver);
  }

  known(pool: object): Resource | undefined {
    const known = attached(pool);
    return known instanceof PoolResource ? known.resource : undefined;
  }

  /** @param database `127.0.0.1:5432/shop`; @param max how many connections it may have */
  name(pool: object, database: string, max: number, driver: PoolDriver): Resource {
    const { resources } = this.#kit.flight;
    const { system: known } = this.#sessions;
    const system = known === 'postgresql' ? 'pg' : known;
    let id = `${system}:${database}` as ResourceId;
    // A second pool to the same database is another resource: waiting for one is not waiting for the other.
    for (let n = 2; resources.has(id); n++) id = `${system}:${database}#${n}` as ResourceId;
    const resource: Resource = {
      id,
      kind: 'db-pool',
      name: `${system} pool ${id.slice(system.length + 1)}`,
      capacity: max,
    };
    resources.set(id, resource);
    attach(pool, new PoolResource(resource));
    this.#kit.flight.parts.addPool(driver, pool, resource);
    return resource;
  }
}
