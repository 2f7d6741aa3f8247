import { now } from '../../clock.ts';
import { patchFunction } from '../patch.ts';
import { endJob, jobOn } from '../pg/jobs.ts';
import { keysOf, NO_KEYS } from '../pg/parameter-keys.ts';
import { QueryOp } from '../pg/query-op.ts';
import type { Sessions } from '../pg/session.ts';
import type { StatementCache } from '../pg/statement.ts';
import type { Kit } from '../probe.ts';
import { attach, attached } from '../stamp.ts';

export interface MysqlTools {
  readonly kit: Kit;
  readonly sessions: Sessions;
  readonly statements: StatementCache;
}

type Callback = (error: unknown, ...rest: unknown[]) => unknown;

/** A command that was made before it is handed over, as a pool does. */
interface Command {
  onResult?: unknown;
}

/** `query` and `execute` of a connection: one op per statement, from the call to its last row. */
export function patchConnection(connection: unknown, tools: MysqlTools): void {
  const prototype = (connection as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const { kit } = tools;
  const begin = kit.attempt((self: object, args: readonly unknown[]) => openQuery(tools, self, args));
  const finish = kit.guard((op: QueryOp, failure: unknown) => finishQuery(tools, op, failure));
  const watched = (op: QueryOp, callback: Callback): Callback =>
    function (this: unknown, error, ...rest) {
      finish(op, error ?? undefined);
      // mysql2 calls back in whatever context its socket read happened.
      if (op.request.kind === 'job') return callback.call(this, error, ...rest);
      return kit.context.run(op.request, () => callback.call(this, error, ...rest));
    };
  for (const name of ['query', 'execute']) {
    patchFunction(prototype, name, (original) => {
      return function (this: object, ...args: never[]): unknown {
        const op = begin(this, args);
        if (op === undefined) return original.apply(this, args);
        try {
          const [command] = args as readonly Command[];
          const given = args.findIndex((arg) => typeof arg === 'function');
          const passed: unknown[] = [...args];
          if (given >= 0) passed[given] = watched(op, passed[given] as Callback);
          else if (typeof command?.onResult === 'function')
            command.onResult = watched(op, command.onResult as Callback);
          const made = original.apply(this, passed as never[]);
          // Without a callback it tells by events: `patchCommand` sees the last of them.
          if (typeof made === 'object' && made !== null) attach(made, op);
          return made;
        } catch (error) {
          finish(op, error);
          throw error;
        }
      };
    });
  }
}

/** The end of statements that have no callback. */
export function patchCommand(command: unknown, tools: MysqlTools): void {
  const prototype = (command as { prototype?: object } | undefined)?.prototype;
  if (prototype === undefined) return;
  const ended = tools.kit.guard((self: object) => {
    const op = attached(self);
    if (op instanceof QueryOp) finishQuery(tools, op, undefined);
  });
  patchFunction(prototype, 'execute', (original) => {
    return function execute(this: object, ...args: never[]): unknown {
      const isOver = original.apply(this, args);
      if (isOver === true) ended(this);
      return isOver;
    };
  });
}

function finishQuery({ kit, sessions }: MysqlTools, op: QueryOp, failure: unknown): void {
  op.answered();
  kit.flight.close(op, failure);
  endJob(op, sessions, kit);
}

function openQuery(
  { kit, sessions, statements }: MysqlTools,
  self: object,
  [sql, values]: readonly unknown[],
): QueryOp | undefined {
  const given = typeof sql === 'object' && sql !== null ? (sql as { sql?: unknown; values?: unknown }) : undefined;
  const text = given === undefined ? sql : given.sql;
  if (typeof text !== 'string') return undefined;
  const session = sessions.of(self);
  const statement = statements.of(text);
  const transaction = session.follow(statement.verb, statement.shape);
  const holdsLocks = statement.locking || transaction !== undefined;
  const request = kit.context.current() ?? (holdsLocks ? jobOn(session, sessions, kit) : undefined);
  if (request === undefined) return undefined;
  const keys = holdsLocks ? keysOf(given?.values ?? values, statement) : NO_KEYS;
  const op = new QueryOp(request, now(), session, statement, keys, transaction);
  session.last = op;
  kit.flight.open(op);
  return op;
}
