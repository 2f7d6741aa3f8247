/**
 * Folders with a package.json and a lockfile of their own that are no workspaces: a plain `npm ci` of the project does not bring a
 * hundred megabytes that only one benchmark or comparison has use for.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, npmReason, root, runQuiet } from './run-quiet.mjs';

/**
 * Installs what a folder's lockfile says unless it is here.
 * @param {string} what for people
 * @param {...string} path of the folder, below the project's
 * @returns {Promise<{ folder: string } | { reason: string }>} `reason`: why it is not here.
 */
export async function installApart(what, ...path) {
  const folder = join(root, ...path);
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  // Written last: without it an interrupted install is done again.
  const mark = join(folder, 'node_modules', '.lockfile-hash');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return { folder };
  const [command, args, options] = npmCommand(['ci', '--ignore-scripts', '--no-fund', '--no-audit']);
  const { code, output } = await runQuiet(`Installing ${what}`, command, args, { ...options, cwd: folder });
  if (code !== 0) return { reason: `npm ci in ${folder} failed: ${npmReason(output)}` };
  writeFileSync(mark, wanted);
  return { folder };
}
