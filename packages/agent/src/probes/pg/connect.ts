import type { Op, OpId } from '@holdup/model';
import { endOf, now, toNs } from '../../clock.ts';
import type { Cut } from '../../recorder/cut.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { patchFunction } from '../patch.ts';
import type { PgTools } from './client.ts';
import { databaseOf } from './session.ts';

/** Opening one connection outside any pool, until the server takes statements. The socket's own op is a part of it. */
class DbConnectOp extends OpRecord {
  readonly database: string;

  constructor(request: RequestRecord, database: string) {
    super(request, now());
    this.database = database;
  }

  override usualKey(): string {
    return `db-connect ${this.database}`;
  }

  override toOp(id: OpId, cut: Cut): Op {
    return {
      id,
      name: `connect to ${this.database}`,
      start: toNs(this.start),
      ...endOf(this.end),
      account: 'db.connect',
      phases: [],
      detail: { kind: 'db-connect', system: 'postgresql', database: this.database },
      ...(this.failure === undefined ? {} : { failure: failureOf(this.failure) }),
      ...cut.usual(this.usualKey()),
    };
  }
}

interface ConnectingPrototype {
  _connect?: (this: object, callback: (error: unknown, ...rest: unknown[]) => unknown) => unknown;
}

/** Wraps `Client.prototype._connect`, which both forms of `connect` call. A pool's own connecting is part of its wait. */
export function patchConnecting(prototype: ConnectingPrototype, { kit }: PgTools): void {
  const original = prototype._connect;
  if (typeof original !== 'function') return;
  const begin = kit.attempt((client: object) => {
    const request = kit.context.current();
    if (request === undefined || kit.flight.enclosing !== undefined) return undefined;
    const op = new DbConnectOp(request, databaseOf(client));
    kit.flight.open(op);
    return op;
  });
  const finish = kit.guard((op: DbConnectOp, error: unknown) => kit.flight.close(op, error));
  const connect: typeof original = function (callback): unknown {
    const op = typeof callback === 'function' ? begin(this) : undefined;
    if (op === undefined) return original.call(this, callback);
    const { flight } = kit;
    flight.enclosing = op;
    try {
      return original.call(this, function (this: unknown, error, ...rest) {
        finish(op, error ?? undefined);
        return callback.call(this, error, ...rest);
      });
    } finally {
      flight.enclosing = undefined;
    }
  };
  patchFunction(prototype, '_connect', () => connect);
}
