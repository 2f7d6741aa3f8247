/** What the benchmark scripts share: their arguments, the runtimes, and how they end. */
import { execFileSync } from 'node:child_process';
import { installPeer } from './bench-peers.mjs';
import { giveUp } from './read-options.mjs';
import { installRuntime, MAJORS } from './runtimes.mjs';

/** @throws Error when one is not a Node version of ours. */
export function readMajors(given) {
  const majors = (given ?? MAJORS).map(Number);
  if (majors.some((major) => !MAJORS.includes(major))) throw new Error(`--node takes one of ${MAJORS.join(', ')}`);
  return [...new Set(majors)];
}

/** @throws Error when it is no whole number of at least one. */
export function readCount(option, text) {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${option} takes a whole number of at least 1`);
  return Number(text);
}

/**
 * Installs what each Node version needs; a version that cannot be brought is told and left out.
 * @param {string[]} wanted variants; of them the peers are installed
 * @returns {Promise<{ version: string, path: string, peers: Record<string, { folder: string } | { reason: string }> }[]>}
 */
export async function bringRuntimes(majors, wanted) {
  const found = [];
  for (const major of majors) {
    const { path, reason } = await installRuntime(major);
    if (!path) process.stderr.write(`Node ${major} left out: ${reason}\n`);
    if (!path) continue;
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    const peers = {};
    for (const name of ['opentelemetry', 'dd-trace']) {
      peers[name] = wanted.includes(name) ? await installPeer(name, major) : { reason: 'not asked for' };
    }
    found.push({ version, path, peers });
  }
  return found.length > 0 ? found : giveUp('no Node version to measure');
}

export function tellProgress(line) {
  process.stderr.write(`${line}\n`);
}
