import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import { PoolResources } from './pool-resources.ts';
import type { Sessions } from './session.ts';

/** A driver whose connections other libraries pool: knex and Sequelize take those of pg and of mysql2 alike. */
export interface ClientKind {
  is(client: unknown): client is object;
  readonly pools: PoolResources;
}

/** The drivers that are watched, as their probes have told. */
export class ClientKinds {
  readonly #kinds: ClientKind[] = [];

  static of({ flight }: Kit): ClientKinds {
    const known = attached(flight);
    if (known instanceof ClientKinds) return known;
    const kinds = new ClientKinds();
    attach(flight, kinds);
    return kinds;
  }

  add(kit: Kit, sessions: Sessions, is: ClientKind['is']): void {
    this.#kinds.push({ is, pools: new PoolResources(kit, sessions) });
  }

  /** Undefined: a connection of something else. */
  kindOf(client: unknown): ClientKind | undefined {
    return this.#kinds.find((kind) => kind.is(client));
  }
}

/** A client of pg, whichever copy of it. */
export function isPgClient(resource: unknown): resource is object {
  return typeof resource === 'object' && resource !== null && 'connectionParameters' in resource;
}

/** A connection of mysql2, in its callback form. */
export function isMysqlConnection(resource: unknown): resource is object {
  return typeof resource === 'object' && resource !== null && '_internalId' in resource && 'threadId' in resource;
}
