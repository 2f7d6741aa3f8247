/**
 * `npm run lab:slice`: a slice of the lab for CI. Plays seeds until its time is over; what was said wrongly is played again,
 * alone, until it was right or wrong most of the times. Runs that the machine starved say nothing and fail nothing.
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
const AGAIN_S = 120;
/** So often a run is played again: a machine with other work shows what a service does not do twice. */
const AGAIN = 3;
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

/** Runs that broke, or in which something wrong was said, and what that was. */
function failuresOf({ misses, errors }) {
  return [
    ...misses.map(({ seed, fault, byCause, culprit, expected, early }) => ({
      seed,
      fault,
      said: `${JSON.stringify(byCause)} ${culprit ?? ''}, expected ${expected?.cause ?? 'nothing'}; early: ${early.length}`,
    })),
    ...errors.map(({ seed, fault, why }) => ({ seed, fault, said: why })),
  ];
}

/** Plays it again until most of its runs were wrong or right; when the time is over, what was never right is wrong. */
async function failsMostly(seed, until) {
  let wrong = 0;
  for (let played = 0; played < AGAIN; played++) {
    const left = (until - performance.now()) / 1_000;
    if (left <= 0) return wrong === played;
    const again = await score(['--seeds', '1', '--seed-from', String(seed)], left);
    wrong += failuresOf(again).length;
    if (wrong > AGAIN / 2) return true;
    if (played + 1 - wrong > AGAIN / 2) return false;
  }
  return false;
}

await ensure();
const first = await score(['--seeds', String(SEEDS), '--seed-from', String(SEED_FROM)], ROUND_S);
const suspects = failuresOf(first);
const until = performance.now() + AGAIN_S * 1_000;
const failed = suspects.length > MOST_AGAIN ? suspects : [];
for (const suspect of failed.length > 0 ? [] : suspects) {
  if (await failsMostly(suspect.seed, until)) failed.push(suspect);
}
const { runs } = first.summary;
const silent = first.invalid.length;
process.stdout.write(`lab: ${runs} runs, ${silent} more that say nothing, ${suspects.length} played again\n`);
for (const { seed, fault, said } of failed) {
  process.stdout.write(`✗ seed ${seed} ${fault}: ${said}\n  npx holdup lab score --seeds 1 --seed-from ${seed}\n`);
}
process.exitCode = failed.length === 0 ? 0 : 1;
