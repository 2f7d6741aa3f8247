/**
 * `npm run audit:self`: holdup audit over Holdup itself. Its own source is clean, or says with a reason why not; and the faults of the
 * lab that can be seen in source are found, each by its rule.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensure } from './ensure.mjs';
import { root } from './run-quiet.mjs';

/** What ships, and what the two commands run. Benchmarks, the demo's shop and behaviours under test are unbounded on purpose. */
const OWN = ['packages', 'scripts', 'lab/src', 'demo/src/driver'];

/** Folder of lab/faults: the rule that finds its fault. */
const FAULTS = {
  'deadlock-nested': 'js/nested-checkout',
  'deadlock-pool-one': 'js/nested-checkout',
  'deadlock-knex': 'js/nested-checkout',
  'leak-early-return': 'js/leaked-connection',
  'leak-on-error': 'js/leaked-connection',
  'pool-tx-http': 'js/call-in-transaction',
  'lock-checkout': 'js/call-in-transaction',
  'orphans-tx': 'js/call-in-transaction',
  'behind-pool-dns': 'js/call-in-transaction',
  'rows-loop': 'js/query-in-loop',
  'rows-drizzle': 'js/query-in-loop',
  'loop-pbkdf2': 'js/sync-in-handler',
  'inversion-race': 'js/race-leaves-loser',
  'deadline-fetch': 'js/unbounded-request',
  'deadline-undici': 'js/unbounded-request',
  'orphans-query': 'js/unbounded-query',
  'pool-burst': 'js/pool-without-acquire-timeout',
  'retry-loop': 'js/unbounded-retry',
};

/** Milliseconds; both take seconds. */
const LIMIT_MS = 120_000;

function audit(paths) {
  const holdup = join(root, 'packages/cli/bin/holdup.mjs');
  const options = { cwd: root, encoding: 'utf8', timeout: LIMIT_MS, maxBuffer: 1 << 28 };
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [holdup, 'audit', ...paths, '--format', 'json'],
    options,
  );
  if (status !== 0 && status !== 1) throw new Error(`holdup audit ended with ${status ?? error}: ${stderr}`);
  return JSON.parse(stdout);
}

await ensure();
const own = audit(OWN);
const lab = audit(['lab/faults']);
const wrong = [
  ...own.hazards.map(({ rule, message, place }) => `${place.file}:${place.line} ${rule}: ${message}`),
  ...[...own.problems, ...lab.problems].map(({ file, line = '', message }) => `${file}:${line} ${message}`),
];
for (const [fault, rule] of Object.entries(FAULTS)) {
  const found = lab.hazards.some((it) => it.rule === rule && it.place.file.startsWith(`lab/faults/${fault}/`));
  if (!found) wrong.push(`lab/faults/${fault}: ${rule} does not find its fault`);
}
for (const line of wrong) process.stdout.write(`✗ ${line}\n`);
const faults = Object.keys(FAULTS).length;
process.stdout.write(
  `audit of our own: ${own.counts.files} files, ${own.counts.suppressed} silenced with a reason; ${faults} faults of the lab looked for; ${wrong.length} wrong\n`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
