/**
 * What the benchmark compares with, in bench/peers: folders with a lockfile of their own, which are no workspaces, so that a
 * plain `npm ci` of the project does not bring a hundred megabytes it has no use for.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, npmReason, root, runQuiet } from './run-quiet.mjs';

/** OpenTelemetry's auto-instrumentation left Node 20 with 0.82; its last release that supports it has a folder of its own. */
const LAST_MAJOR_OF_OLD = 20;

/**
 * Installs OpenTelemetry for one Node version unless it is here.
 * @returns {Promise<{ folder: string } | { reason: string }>} `reason`: why it is not here.
 */
export async function installOpenTelemetry(major) {
  const folder = join(root, 'bench', 'peers', major <= LAST_MAJOR_OF_OLD ? 'opentelemetry-node20' : 'opentelemetry');
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  // Written last: without it an interrupted install is done again.
  const mark = join(folder, 'node_modules', '.lockfile-hash');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return { folder };
  const [command, args, options] = npmCommand(['ci', '--ignore-scripts', '--no-fund', '--no-audit']);
  const { code, output } = await runQuiet('Installing OpenTelemetry', command, args, { ...options, cwd: folder });
  if (code !== 0) return { reason: `npm ci in ${folder} failed: ${npmReason(output)}` };
  writeFileSync(mark, wanted);
  return { folder };
}
