import type { RequestRecord } from '../../recorder/request-record.ts';
import type { HoldRecord } from '../../recorder/shared-records.ts';
import { attach, attached } from '../stamp.ts';
import type { QueryOp } from './query-op.ts';

/** Of those whose connections are pooled. */
export type DatabaseSystem = 'postgresql' | 'mysql' | 'mongodb';

/** One database connection as the client sees it. */
export class Session {
  readonly id: string;
  /** `127.0.0.1:5432/shop` */
  readonly database: string;
  readonly system: DatabaseSystem;
  /** The statement sent last: the next one waits for it. */
  last: QueryOp | undefined = undefined;
  transaction: string | undefined = undefined;
  /** What a job outside any request runs on it at the moment, while that can hold locks. */
  job: RequestRecord | undefined = undefined;
  /** Who has it out of its pool. */
  hold: HoldRecord | undefined = undefined;
  #transactions = 0;

  constructor(id: string, database: string, system: DatabaseSystem) {
    this.id = id;
    this.database = database;
    this.system = system;
  }

  /** Follows BEGIN and COMMIT; returns the transaction this statement belongs to. */
  follow(verb: string, shape: string): string | undefined {
    if (verb === 'BEGIN' || verb === 'START') {
      this.transaction = `${this.id}.t${++this.#transactions}`;
      return this.transaction;
    }
    const current = this.transaction;
    const ends = verb === 'COMMIT' || verb === 'END' || (verb === 'ROLLBACK' && !/\bTO\b/i.test(shape));
    if (ends) this.transaction = undefined;
    return current;
  }
}

/** Sessions of different databases never have the same id. */
const PREFIXES: Readonly<Record<DatabaseSystem, string>> = { postgresql: 'c', mysql: 'm', mongodb: 'g' };

/** Sessions of the process, by client object. Several copies of pg share it: ids are unique within the process. */
export class Sessions {
  #count = 0;
  /** Transactions of background jobs that are open. One whose connection broke stays in here. */
  openJobs = 0;
  readonly system: DatabaseSystem;
  readonly databaseOf: (client: object) => string;

  constructor(system: DatabaseSystem = 'postgresql', nameOf = databaseOf) {
    this.system = system;
    this.databaseOf = nameOf;
  }

  /** @param nameOf says where it leads, where the client itself does not */
  of(client: object, nameOf: (client: object) => string = this.databaseOf): Session {
    const known = this.known(client);
    if (known !== undefined) return known;
    const session = new Session(`${PREFIXES[this.system]}${++this.#count}`, nameOf(client), this.system);
    attach(client, session);
    return session;
  }

  /** Undefined: nobody has asked for it yet. */
  known(client: object): Session | undefined {
    const session = attached(client);
    return session instanceof Session ? session : undefined;
  }
}

/** Host, port and database of a pg client. Never user or password. */
export function databaseOf(client: object): string {
  const { host, port, database } = client as { host?: unknown; port?: unknown; database?: unknown };
  return `${typeof host === 'string' ? host : 'localhost'}:${port ?? 5432}/${database ?? ''}`;
}
