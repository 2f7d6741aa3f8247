import { hookLibraries } from '../module-hook.ts';
import { ClientKinds, isMysqlConnection } from '../pg/client-kinds.ts';
import { Sessions } from '../pg/session.ts';
import { StatementCache } from '../pg/statement.ts';
import type { Probe } from '../probe.ts';
import { type MysqlTools, patchCommand, patchConnection } from './connection.ts';
import { patchPool } from './pool.ts';

/**
 * mysql2, its callback form and its promise form, which is made of the other. Its own channels are not used: with a
 * subscriber it listens to `error` of connections and commands, and errors nobody listens to would no longer be thrown.
 */
export const mysqlProbe: Probe = {
  name: 'mysql2',
  sources: ['pool-holders', 'db-client'],
  install(kit) {
    const tools: MysqlTools = {
      kit,
      sessions: new Sessions('mysql', databaseOf),
      statements: new StatementCache('mysql'),
    };
    ClientKinds.of(kit).add(kit, tools.sessions, isMysqlConnection);
    return hookLibraries(kit, [
      { file: /\/mysql2\/lib\/base\/connection\.js$/, patch: (connection) => patchConnection(connection, tools) },
      { file: /\/mysql2\/lib\/commands\/command\.js$/, patch: (command) => patchCommand(command, tools) },
      { file: /\/mysql2\/lib\/base\/pool\.js$/, patch: (pool) => patchPool(pool, tools) },
    ]);
  },
};

/** Host, port and database of a connection. Never user or password. */
function databaseOf(connection: object): string {
  const { config } = connection as { config?: { host?: unknown; port?: unknown; database?: unknown } };
  const { host, port, database } = config ?? {};
  return `${typeof host === 'string' ? host : 'localhost'}:${port ?? 3306}/${database ?? ''}`;
}
