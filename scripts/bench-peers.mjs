/** What the benchmark compares with, in bench/peers. */
import { installApart } from './install-apart.mjs';

/** Both peers left Node 20; their last releases that support it have folders of their own. */
const LAST_MAJOR_OF_OLD = 20;

/**
 * Installs a peer for one Node version unless it is here; see `installApart`.
 * @param {'opentelemetry' | 'dd-trace'} name
 */
export function installPeer(name, major) {
  return installApart(name, 'bench', 'peers', major <= LAST_MAJOR_OF_OLD ? `${name}-node20` : name);
}
