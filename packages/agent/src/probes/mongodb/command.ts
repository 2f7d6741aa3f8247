import { now } from '../../clock.ts';
import { whenSettled } from '../locks/settled.ts';
import { patchFunction } from '../patch.ts';
import { NO_KEYS } from '../pg/parameter-keys.ts';
import { QueryOp } from '../pg/query-op.ts';
import type { Sessions } from '../pg/session.ts';
import type { Statement } from '../pg/statement.ts';
import type { Kit } from '../probe.ts';

/** Commands that take locks which others may have to wait for: documents they write, a collection they change. */
const WRITING = new Set([
  'insert',
  'update',
  'delete',
  'findAndModify',
  'bulkWrite',
  'create',
  'drop',
  'createIndexes',
  'dropIndexes',
  'collMod',
  'renameCollection',
]);
/** What a program names its commands and collections, in the longest. */
const MAX_NAME = 120;

interface ConnectionLike {
  readonly address?: unknown;
}

/**
 * One op per command. Only what runs on a connection that is checked out of a pool: the driver's own watching of its servers goes
 * on in the background of whichever request came first.
 */
export function patchConnection(exports: unknown, sessions: Sessions, kit: Kit): void {
  const { Connection } = exports as { Connection?: { prototype?: object } };
  if (Connection?.prototype === undefined) return;
  const begin = kit.attempt((connection: ConnectionLike, namespace: unknown, command: unknown) => {
    const session = sessions.known(connection);
    const request = kit.context.current();
    if (session?.hold === undefined || request === undefined) return undefined;
    const op = new QueryOp(request, now(), session, describe(namespace, command), NO_KEYS, undefined);
    session.last = op;
    kit.flight.open(op);
    return op;
  });
  const finish = kit.guard((op: QueryOp, failure: unknown) => {
    op.answered();
    kit.flight.close(op, failure);
  });
  patchFunction(Connection.prototype, 'command', (original) => {
    return function command(this: ConnectionLike, ...args: never[]): unknown {
      const op = begin(this, args[0], args[1]);
      if (op === undefined) return original.apply(this, args);
      // The driver itself awaits it, and nobody else ever has it.
      return whenSettled(original.apply(this, args), (failure) => finish(op, failure));
    };
  });
}

/** `find shop.orders`: its name and its collection, nothing of what was asked. */
function describe(namespace: unknown, command: unknown): Statement {
  const fields = typeof command === 'object' && command !== null ? (command as Record<string, unknown>) : {};
  const [name = 'command'] = Object.keys(fields);
  const { db } = (namespace ?? {}) as { db?: unknown };
  const collection = [fields[name], fields.collection].find((value) => typeof value === 'string');
  const place = [db, collection].filter((part) => typeof part === 'string').join('.');
  return {
    shape: `${name} ${place}`.trim().slice(0, MAX_NAME),
    verb: name.toUpperCase(),
    tables: typeof collection === 'string' ? [collection.slice(0, MAX_NAME)] : [],
    locking: WRITING.has(name),
    keys: NO_KEYS,
  };
}
