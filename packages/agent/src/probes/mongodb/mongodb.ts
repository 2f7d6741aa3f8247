import { hookLibraries } from '../module-hook.ts';
import { Sessions } from '../pg/session.ts';
import type { Probe } from '../probe.ts';
import { patchConnection } from './command.ts';
import { type Checkouts, patchList, patchPool } from './pool.ts';

/**
 * The driver `mongodb` 6 and 7, and so mongoose on top of it: who waits for a connection of its pools, who has them, and what
 * its commands take. By what its own code calls: its events are a client's, who would count another listener.
 */
export const mongodbProbe: Probe = {
  name: 'mongodb',
  sources: ['pool-holders', 'db-client'],
  install(kit) {
    const sessions = new Sessions('mongodb', addressOf);
    const checkouts: Checkouts = { next: undefined };
    return hookLibraries(kit, [
      {
        file: /\/mongodb\/lib\/cmap\/connection_pool\.js$/,
        patch: (exports) => patchPool(exports, checkouts, sessions, kit),
      },
      { file: /\/mongodb\/lib\/utils\.js$/, patch: (exports) => patchList(exports, checkouts, kit) },
      { file: /\/mongodb\/lib\/cmap\/connection\.js$/, patch: (exports) => patchConnection(exports, sessions, kit) },
    ]);
  },
};

/** Host and port, as a connection knows them. */
function addressOf(connection: object): string {
  const { address } = connection as { address?: unknown };
  return typeof address === 'string' ? address : 'localhost:27017';
}
