/**
 * Brings what a fresh clone lacks: packages and the build; runtimes when asked. Node built-ins only: nothing else may be
 * there yet. Ends the process with one line on stderr and code 2 when it cannot.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleAgent, bundleEslintPlugin, bundleFlamePage } from './bundle.mjs';
import { npmCommand, npmReason, root, runQuiet, toolCommand } from './run-quiet.mjs';
import { installRuntime, MAJORS } from './runtimes.mjs';

const LEAST_NODE = [20, 19];

/** @param {{ build?: boolean, runtimes?: boolean }} [options] */
export async function ensure({ build = true, runtimes = false } = {}) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
    giveUp(`Node ${process.versions.node} is too old: install Node ${LEAST_NODE.join('.')} or later`);
  }
  if (!packagesAreCurrent()) await installPackages();
  if (build) await buildAll();
  if (runtimes) await installRuntimes();
}

function giveUp(reason) {
  process.stderr.write(`holdup: ${reason}\n`);
  process.exit(2);
}

/**
 * Compares npm's record of what lies in node_modules with the lockfile. File times cannot tell: a checkout or an
 * `npm install` that changes nothing renews the lockfile's.
 */
function packagesAreCurrent() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages(join('node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional, os, cpu }]) => {
    if (!path.includes('node_modules/')) return true;
    if (present[path]) return present[path].version === version;
    // Packages of other platforms are in the lockfile only.
    return optional === true || (devOptional === true && (os !== undefined || cpu !== undefined));
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function installPackages() {
  const { code, output } = await runQuiet('Installing packages (npm ci)', ...npmCommand(['ci']));
  if (code !== 0) giveUp(`npm ci failed: ${npmReason(output)} (run npm ci to see all of it)`);
}

/** The agent first: what uses it sees it as it is published, in one file. */
async function buildAll() {
  await compile('packages/agent');
  try {
    await bundleAgent();
  } catch (error) {
    giveUp(`the agent could not be bundled: ${error.message}`);
  }
  await compile();
  try {
    await bundleFlamePage();
  } catch (error) {
    giveUp(`the page of flame graphs could not be bundled: ${error.message}`);
  }
  try {
    await bundleEslintPlugin();
  } catch (error) {
    giveUp(`the plugin for ESLint could not be bundled: ${error.message}`);
  }
}

async function compile(...projects) {
  const { code, output } = await runQuiet(
    'Building (tsc -b)',
    ...toolCommand('typescript/bin/tsc', ['-b', ...projects]),
  );
  if (code === 0) return;
  process.stderr.write(output);
  giveUp('the build failed, see above (tsc -b)');
}

async function installRuntimes() {
  for (const major of MAJORS) {
    const result = await installRuntime(major);
    if (!result.path) process.stderr.write(`Node ${major} is not here: ${result.reason}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensure({ build: !process.argv.includes('--no-build'), runtimes: process.argv.includes('--runtimes') });
}
