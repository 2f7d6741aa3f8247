import { isDigit, isMadeOf, isUpper, type Op, type OpId } from '@holdup/model';
import { endOf, now, OPEN, toNs } from '../../clock.ts';
import type { Cut } from '../../recorder/cut.ts';
import { failureOf, OpRecord } from '../../recorder/op-record.ts';
import type { RequestRecord } from '../../recorder/request-record.ts';
import { Answer, queuedBehind } from '../answer.ts';
import type { Session } from './session.ts';
import type { Statement } from './statement.ts';

/** One statement from `client.query` to its result. */
export class QueryOp extends OpRecord {
  readonly session: Session;
  readonly statement: Statement;
  readonly keys: readonly number[];
  readonly transaction: string | undefined;
  /** Of the statement before it on the same connection, if that was still running. */
  readonly behind: Answer | undefined;
  readonly answer = new Answer();

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
    this.behind = session.last !== undefined && session.last.end === OPEN ? session.last.answer : undefined;
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
      phases: queuedBehind(this.behind, this.start, this.end),
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

  /** It has its result. */
  answered(): void {
    this.answer.at = now();
    if (this.session.last === this) this.session.last = undefined;
  }
}

function isCodeCharacter(code: number): boolean {
  return isDigit(code) || isUpper(code);
}
