/** What the benchmark compares with, in bench/peers. */
import { installApart } from './install-apart.mjs';

/** OpenTelemetry's auto-instrumentation left Node 20 with 0.82; its last release that supports it has a folder of its own. */
const LAST_MAJOR_OF_OLD = 20;

/** Installs OpenTelemetry for one Node version unless it is here; see `installApart`. */
export function installOpenTelemetry(major) {
  const folder = major <= LAST_MAJOR_OF_OLD ? 'opentelemetry-node20' : 'opentelemetry';
  return installApart('OpenTelemetry', 'bench', 'peers', folder);
}
