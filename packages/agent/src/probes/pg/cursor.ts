import { now } from '../../clock.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { patchFunction } from '../patch.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';
import { NO_KEYS } from './parameter-keys.ts';
import { QueryOp } from './query-op.ts';
import type { Session } from './session.ts';
import type { Statement } from './statement.ts';

type Callback = (this: unknown, ...args: unknown[]) => unknown;
type GetRows = (this: object, rows: unknown, callback: unknown) => unknown;

/** What is known of a cursor as it is handed to its client: whoever reads it later does so out of some socket's context. */
class CursorNote {
  readonly request: RequestRecord;
  readonly session: Session;
  readonly transaction: string | undefined;
  /** Of the next read: the first runs the statement, the others fetch more of its rows. */
  statement: Statement;

  constructor(request: RequestRecord, session: Session, transaction: string | undefined, statement: Statement) {
    this.request = request;
    this.session = session;
    this.transaction = transaction;
    this.statement = statement;
  }

  read(): QueryOp {
    const op = new QueryOp(this.request, now(), this.session, this.statement, NO_KEYS, this.transaction);
    if (this.statement.verb !== FETCH) this.statement = moreOf(this.statement);
    this.session.last = op;
    return op;
  }
}

const FETCH = 'FETCH';

function moreOf({ shape }: Statement): Statement {
  return { shape: `${FETCH} more of ${shape}`, verb: FETCH, tables: [], locking: false, keys: NO_KEYS };
}

/** @param query what `client.query` was given: a cursor, or a pg-query-stream with one inside */
export function noteCursor(
  query: Readonly<Record<string, unknown>>,
  request: RequestRecord,
  session: Session,
  transaction: string | undefined,
  statement: Statement,
): void {
  const cursor = typeof query.cursor === 'object' && query.cursor !== null ? query.cursor : query;
  attach(cursor, new CursorNote(request, session, transaction, statement));
}

/** `_getRows` of pg-cursor: one op per batch of rows, from asking the server for it until it is there. */
export function patchCursor(cursor: unknown, kit: Kit): void {
  const prototype = (cursor as { prototype?: { _getRows?: unknown } } | undefined)?.prototype;
  if (typeof prototype?._getRows !== 'function') return;
  const original = prototype._getRows as GetRows;
  const begin = kit.attempt((self: object) => {
    const note = attached(self);
    if (!(note instanceof CursorNote)) return undefined;
    const op = note.read();
    kit.flight.open(op);
    return op;
  });
  const finish = kit.guard((op: QueryOp, failure: unknown) => {
    op.answered();
    kit.flight.close(op, failure);
  });
  patchFunction(prototype, '_getRows', () => {
    return function _getRows(this: object, rows: unknown, callback: unknown): unknown {
      const op = typeof callback === 'function' ? begin(this) : undefined;
      if (op === undefined) return original.call(this, rows, callback);
      const watched: Callback = function (error, ...rest) {
        finish(op, error ?? undefined);
        return kit.context.run(op.request, () => (callback as Callback).call(this, error, ...rest));
      };
      return original.call(this, rows, watched);
    };
  });
}
