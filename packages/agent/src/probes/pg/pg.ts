import { hookEsmLibraries } from '../esm-hook.ts';
import { hookLibraries } from '../module-hook.ts';
import type { Probe } from '../probe.ts';
import { type PgTools, patchClient } from './client.ts';
import { ClientKinds, isPgClient } from './client-kinds.ts';
import { patchCursor } from './cursor.ts';
import { patchPool } from './pool.ts';
import { PostgresJs } from './postgres-js/postgres-js.ts';
import { PromiseWatch } from './promise-watch.ts';
import { SequelizePools } from './sequelize-pool.ts';
import { Sessions } from './session.ts';
import { StatementCache } from './statement.ts';
import { patchTarn } from './tarn.ts';

/** `pg`, `pg-pool`, the pools of knex and Sequelize, and `postgres`, every copy of them, however they are imported. */
export const pgProbe: Probe = {
  name: 'pg',
  sources: ['pool-holders', 'db-client'],
  install(kit) {
    const tools: PgTools = {
      kit,
      sessions: new Sessions(),
      statements: new StatementCache(),
      watch: new PromiseWatch(),
    };
    ClientKinds.of(kit).add(kit, tools.sessions, isPgClient);
    const sequelize = new SequelizePools(tools);
    const postgres = new PostgresJs(tools);
    const libraries = hookLibraries(kit, [
      { file: /\/pg\/lib\/client\.js$/, patch: (client) => patchClient(client, tools) },
      { file: /\/pg-cursor\/index\.js$/, patch: (cursor) => patchCursor(cursor, kit) },
      { file: /\/pg-pool\/index\.js$/, patch: (pool) => patchPool(pool, tools) },
      { file: /\/tarn\/dist\/Pool\.js$/, patch: (tarn) => patchTarn(tarn, tools) },
      { file: /\/sequelize-pool\/lib\/Pool\.js$/, patch: (exports) => sequelize.patchPool(exports) },
      { file: /\/sequelize-pool\/lib\/Deferred\.js$/, patch: (exports) => sequelize.patchDeferred(exports) },
      ...postgres.patches,
    ]);
    const modules = hookEsmLibraries(kit, postgres.esmPatches);
    return () => {
      modules();
      libraries();
    };
  },
};
