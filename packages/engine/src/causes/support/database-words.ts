import type { DatabaseSystem } from '@holdup/model';

/** What a person can ask of one sort of database server, where the client cannot see further. */
interface DatabaseWords {
  /** Shows who waits for whom. */
  readonly lockView: string;
  /** The same, while it lasts and afterwards. */
  readonly whoBlocked: string;
  /** First half of a sentence: how to see what a slow statement does. */
  readonly explain: string;
  /** For what a plain read waits there, though it takes no lock of its own; absent: for nothing. */
  readonly readsWaitFor?: string;
}

const SQL_READS =
  'a plain read waits only where DDL of somebody else has the table, or stands before it in the queue: no such statement was seen in this process';

export const DATABASE_WORDS: Readonly<Record<DatabaseSystem, DatabaseWords>> = {
  postgresql: {
    lockView: 'pg_blocking_pids',
    whoBlocked: 'pg_blocking_pids, log_lock_waits',
    explain: 'Run EXPLAIN (ANALYZE, BUFFERS) on it with the parameters of a slow run',
    readsWaitFor: SQL_READS,
  },
  mysql: {
    lockView: 'sys.innodb_lock_waits; MariaDB: information_schema.INNODB_LOCK_WAITS',
    whoBlocked: 'sys.innodb_lock_waits, SHOW ENGINE INNODB STATUS',
    explain: 'Run EXPLAIN ANALYZE (MariaDB: ANALYZE) on it with the parameters of a slow run',
    readsWaitFor: SQL_READS,
  },
  mongodb: {
    lockView: 'db.currentOp({ waitingForLock: true })',
    whoBlocked: 'db.currentOp({ waitingForLock: true }), the slow query log',
    explain: 'Run explain("executionStats") on it with the filter of a slow run',
    readsWaitFor:
      'a read waits where somebody else has the whole collection, for an index build or a drop: only the server can tell',
  },
  redis: { lockView: 'CLIENT LIST', whoBlocked: 'CLIENT LIST, SLOWLOG GET', explain: 'See SLOWLOG GET' },
};
