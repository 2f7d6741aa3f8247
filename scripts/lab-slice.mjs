/**
 * `npm run lab:slice`: a slice of the lab for CI. Plays seeds until its time is over; what was said wrongly is played again,
 * alone, and only what is wrong twice is a failure. Runs that the machine starved say nothing and fail nothing.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensure } from './ensure.mjs';
import { root } from './run-quiet.mjs';

/** One of nearly every cause. The same ones each time: what is red here was green before. */
const SEED_FROM = 5_001;
const SEEDS = 40;
/** Seconds for the first round, and for playing again; a run that has begun is played to its end. */
const ROUND_S = 90;
const AGAIN_S = 40;
/** More than this is no chance and needs no second look. */
const MOST_AGAIN = 6;

/** @param {string[]} flags */
function score(flags, seconds) {
  return new Promise((resolve, reject) => {
    const holdup = join(root, 'packages/cli/bin/holdup.mjs');
    const child = spawn(process.execPath, [holdup, 'lab', 'score', ...flags, '--json'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // It ends in order: with the runs under way, and with a document about what was played.
    const limit = setTimeout(() => child.kill('SIGINT'), seconds * 1_000);
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      if (code === 2 || text === '') reject(new Error(`holdup lab score ended with ${code}`));
      else resolve(JSON.parse(text));
    });
  });
}

/** Seeds of runs that broke, or in which something wrong was said. */
function failuresOf({ misses, errors }) {
  return [...misses, ...errors].map(({ seed, fault }) => ({ seed, fault }));
}

await ensure();
const first = await score(['--seeds', String(SEEDS), '--seed-from', String(SEED_FROM)], ROUND_S);
const suspects = failuresOf(first);
const until = performance.now() + AGAIN_S * 1_000;
const failed = suspects.length > MOST_AGAIN ? suspects : [];
for (const { seed } of failed.length > 0 ? [] : suspects) {
  const left = (until - performance.now()) / 1_000;
  if (left <= 0) break;
  failed.push(...failuresOf(await score(['--seeds', '1', '--seed-from', String(seed)], left)));
}
const { runs } = first.summary;
const silent = first.invalid.length;
process.stdout.write(`lab: ${runs} runs, ${silent} more that say nothing, ${suspects.length} played again\n`);
for (const { seed, fault } of failed) {
  process.stdout.write(`✗ seed ${seed} ${fault}: npx holdup lab score --seeds 1 --seed-from ${seed}\n`);
}
process.exitCode = failed.length === 0 ? 0 : 1;
