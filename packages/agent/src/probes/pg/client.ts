import { now } from '../../clock.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { patchConnecting } from './connect.ts';
import { noteCursor } from './cursor.ts';
import { endJob, jobOn } from './jobs.ts';
import { keysOf, NO_KEYS } from './parameter-keys.ts';
import type { PromiseWatch } from './promise-watch.ts';
import { QueryOp } from './query-op.ts';
import type { Sessions } from './session.ts';
import type { StatementCache } from './statement.ts';

type Callback = (error: unknown, result?: unknown) => unknown;
type Query = (this: Record<string, unknown>, config: unknown, values?: unknown, callback?: unknown) => unknown;

export interface PgTools {
  readonly kit: Kit;
  readonly sessions: Sessions;
  readonly statements: StatementCache;
  readonly watch: PromiseWatch;
}

/** Wraps `Client.prototype.query`: one op per statement, in the promise form and in both callback forms. */
export function patchClient(client: unknown, tools: PgTools): void {
  const prototype = (client as { prototype?: { query?: unknown } } | undefined)?.prototype;
  if (typeof prototype?.query !== 'function') return;
  const original = prototype.query as Query;
  patchConnecting(prototype as object, tools);
  const { kit, sessions, watch } = tools;
  const finish = kit.guard((op: QueryOp, failure: unknown) => {
    op.answered();
    kit.flight.close(op, failure);
    endJob(op, sessions, kit);
  });
  const begin = kit.attempt((self: object, config: unknown, values: unknown) => openQuery(tools, self, config, values));

  function query(this: Record<string, unknown>, config: unknown, values?: unknown, callback?: unknown): unknown {
    const op = begin(this, config, values);
    if (op === undefined) return original.apply(this, arguments as never);
    const withCallback = typeof callback === 'function' ? callback : typeof values === 'function' ? values : undefined;
    try {
      if (withCallback === undefined) {
        const settled = { resolved: () => finish(op, undefined), rejected: (reason: unknown) => finish(op, reason) };
        return watch.call(this, '_Promise', settled, () => original.apply(this, arguments as never));
      }
      const wrapped = wrapCallback(kit, op, withCallback as Callback, finish);
      return typeof callback === 'function'
        ? original.call(this, config, values, wrapped)
        : original.call(this, config, wrapped);
    } catch (error) {
      finish(op, error);
      throw error;
    }
  }
  patchFunction(prototype, 'query', () => query);
}

/** pg calls back in whatever context its socket read happened; the op knows its request by itself. */
function wrapCallback(
  kit: Kit,
  op: QueryOp,
  callback: Callback,
  finish: (op: QueryOp, failure: unknown) => void,
): Callback {
  // Of `pool.query`: the callback is the pool's, and it calls nobody else's.
  const { isInside } = kit.context;
  return function (this: unknown, error: unknown, result?: unknown) {
    finish(op, error ?? undefined);
    if (isInside || op.request.kind === 'job') return callback.call(this, error, result);
    return kit.context.run(op.request, () => callback.call(this, error, result));
  };
}

function openQuery(tools: PgTools, self: object, config: unknown, values: unknown): QueryOp | undefined {
  const { kit, sessions, statements } = tools;
  const given = typeof config === 'object' && config !== null ? (config as Record<string, unknown>) : undefined;
  const text = given === undefined ? config : textOf(given);
  if (typeof text !== 'string') return undefined;
  const session = sessions.of(self);
  const statement = statements.of(text);
  // Transactions are followed for background work too: a request may inherit the connection.
  const transaction = session.follow(statement.verb, statement.shape);
  // What has `submit` is driven by the host step by step: of cursors each step is watched, of COPY none. A callback inside
  // the config object is the host's property: it is not watched.
  if (typeof given?.submit === 'function') {
    const owner = kit.context.current();
    if (owner !== undefined) noteCursor(given, owner, session, transaction, statement);
    return undefined;
  }
  if (given?.callback !== undefined) return undefined;
  const holdsLocks = statement.locking || transaction !== undefined;
  const request = kit.context.current() ?? (holdsLocks ? jobOn(session, sessions, kit) : undefined);
  if (request === undefined) return undefined;
  const keys = holdsLocks ? keysOf(given?.values ?? values, statement) : NO_KEYS;
  const op = new QueryOp(request, now(), session, statement, keys, transaction);
  session.last = op;
  kit.flight.open(op);
  return op;
}

/** A pg-query-stream leaves it with the cursor inside. */
function textOf({ text, cursor }: Readonly<Record<string, unknown>>): unknown {
  return text ?? (cursor as { text?: unknown } | null | undefined)?.text;
}
