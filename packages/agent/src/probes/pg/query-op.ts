import { isDigit, isMadeOf, isUpper, type Op, type OpId, type Phase } from '@holdup/model';
import { endOf, OPEN, toNs } from '../../clock.ts';
import type { Cut } from '../../recorder/cut.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import type { Session } from './session.ts';
import type { Statement } from './statement.ts';

/** One statement from `client.query` to its result. */
export class QueryOp extends OpRecord {
  readonly session: Session;
  readonly statement: Statement;
  readonly keys: readonly number[];
  readonly transaction: string | undefined;
  /** The statement before it on the same connection, if that was still running. */
  readonly behind: QueryOp | undefined;

  constructor(
    request: RequestRecord,
    start: number,
    session: Session,
    statement: Statement,
    keys: readonly number[],
    transaction: string | undefined,
  ) {
    super(request, start);
    this.session = session;
    this.statement = statement;
    this.keys = keys;
    this.transaction = transaction;
    this.behind = session.last !== undefined && session.last.end === OPEN ? session.last : undefined;
  }

  override usualKey(): string {
    return `sql ${this.session.database} ${this.statement.shape}`;
  }

  override toOp(id: OpId, cut: Cut): Op {
    const { statement, session } = this;
    const failure = this.failure === undefined ? undefined : failureOf(this.failure);
    const code = failure?.code ?? '';
    const sqlState = code.length === 5 && isMadeOf(code, isCodeCharacter) ? code : undefined;
    return {
      id,
      name: statement.shape,
      start: toNs(this.start),
      ...endOf(this.end),
      account: 'db.query',
      phases: this.#queued(),
      detail: {
        kind: 'db-query',
        system: session.system,
        database: session.database,
        connection: session.id,
        shape: statement.shape,
        verb: statement.verb,
        tables: statement.tables,
        locking: statement.locking,
        keys: this.keys,
        ...(this.transaction === undefined ? {} : { transaction: this.transaction }),
        ...(sqlState === undefined ? {} : { sqlState }),
      },
      ...(failure === undefined ? {} : { failure }),
      ...cut.usual(this.usualKey()),
    };
  }

  /** A connection runs one statement at a time: before its predecessor's end this one was not even sent. */
  #queued(): Phase[] {
    if (this.behind === undefined) return [];
    const { end } = this.behind;
    if (end === OPEN) return [{ account: 'db.client-queue', start: toNs(this.start) }];
    const until = this.end === OPEN ? end : Math.min(end, this.end);
    return until > this.start ? [{ account: 'db.client-queue', start: toNs(this.start), end: toNs(until) }] : [];
  }
}

function isCodeCharacter(code: number): boolean {
  return isDigit(code) || isUpper(code);
}
