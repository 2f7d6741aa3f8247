/**
 * The Node versions Holdup promises to run on, as npm packages that hold one binary each. They live in runtimes/.cache, never
 * in the root node_modules: their bin is called `node` and would shadow the user's own in every npm script.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, npmReason, root, runQuiet } from './run-quiet.mjs';

export const MAJORS = [20, 22, 24, 26];

/**
 * The runtimes that are here, oldest first. The running Node stands in for its own major where none was installed.
 * @returns {{ major: number, path: string }[]}
 */
export function runtimes() {
  return MAJORS.flatMap((major) => {
    const path = installedPath(major) ?? ownPath(major);
    return path ? [{ major, path }] : [];
  });
}

/**
 * Installs one runtime unless it is here.
 * `reason` without `path`: why not; `unavailable` when this platform has none, so that trying again is no use.
 * @returns {Promise<{ path?: string, reason?: string, unavailable?: boolean }>}
 */
export async function installRuntime(major) {
  const here = installedPath(major);
  if (here) return { path: here };
  const own = ownPath(major);
  const place = placeOf(major);
  if (!place) {
    const reason = `npm has no package of Node ${major} for ${platform()}`;
    return own ? { path: own } : { reason, unavailable: true };
  }
  rmSync(place.folder, { recursive: true, force: true });
  mkdirSync(place.folder, { recursive: true });
  // A package.json of its own keeps npm from walking up to the workspace.
  writeFileSync(join(place.folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--prefix', place.folder, '--save-exact', '--ignore-scripts', '--no-fund', '--no-audit'];
  const [command, all, options] = npmCommand([...args, place.spec]);
  const { code, output } = await runQuiet(`Installing Node ${place.version}`, command, all, {
    ...options,
    cwd: place.folder,
  });
  if (code !== 0) return own ? { path: own } : { reason: `npm install ${place.spec} failed: ${npmReason(output)}` };
  return startsHere(place, own);
}

/** A binary for another C library installs without a word and cannot start. */
function startsHere(place, own) {
  try {
    const version = execFileSync(place.path, ['--version'], { encoding: 'utf8' }).trim();
    if (version === `v${place.version}`) {
      writeFileSync(place.mark, version);
      return { path: place.path };
    }
    return { reason: `${place.spec} holds ${version}` };
  } catch (error) {
    const reason = `${place.spec} does not start here: ${String(error.message).split('\n')[0]}`;
    return own ? { path: own } : { reason, unavailable: true };
  }
}

function platform() {
  return `${process.platform}-${process.arch}`;
}

function ownPath(major) {
  return Number(process.versions.node.split('.')[0]) === major ? process.execPath : undefined;
}

function installedPath(major) {
  const place = placeOf(major);
  return place && existsSync(place.mark) && existsSync(place.path) ? place.path : undefined;
}

function placeOf(major) {
  const table = JSON.parse(readFileSync(join(root, 'runtimes', 'versions.json'), 'utf8'))[platform()];
  const version = table?.[major];
  if (!version) return undefined;
  const folder = join(root, 'runtimes', '.cache', `${platform()}-${version}`);
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  return {
    version,
    folder,
    spec: `${table.package}@${version}`,
    path: join(folder, 'node_modules', table.package, 'bin', binary),
    /** Written last: without it an interrupted install is done again. */
    mark: join(folder, '.works'),
  };
}
