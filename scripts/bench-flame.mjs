/**
 * `npm run bench:flame [-- --json] [--rounds 1] [--minutes 5] [--no-peers]`: how soon a flame graph is on the screen and how smoothly it zooms, beside
 * react-pprof and speedscope, in the Chromium of this machine. Results on stdout, progress on stderr; exit 2 when it could not run.
 */
import { readCount, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { installApart } from './install-apart.mjs';
import { giveUp, readOptions } from './read-options.mjs';

const USAGE = 'npm run bench:flame [-- --json] [--rounds 1] [--minutes 5] [--no-peers]';
/** One, so that all of it, with the peers, ends within five minutes on a slow machine. */
const DEFAULT_ROUNDS = 1;
const DEFAULT_MINUTES = 5;

function readArguments() {
  const options = {
    json: { type: 'boolean' },
    rounds: { type: 'string' },
    minutes: { type: 'string' },
    'no-peers': { type: 'boolean' },
  };
  return readOptions(USAGE, { options }, (values) => {
    const rounds = readCount('rounds', values.rounds) ?? DEFAULT_ROUNDS;
    const minutes = readCount('minutes', values.minutes) ?? DEFAULT_MINUTES;
    return { json: values.json === true, rounds, minutes, withPeers: values['no-peers'] !== true };
  });
}

const { json, rounds, minutes, withPeers } = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
const installed = withPeers ? await installApart('react-pprof and speedscope', 'bench', 'peers', 'flame') : {};
if (installed.reason) process.stderr.write(`without peers: ${installed.reason}\n`);
try {
  const peers = installed.folder ? { peers: installed.folder } : {};
  const report = await bench.runFlame({ rounds, minutes, progress: tellProgress, ...peers });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : bench.formatFlame(report)}\n`);
} catch (error) {
  giveUp(error.message.split('\n')[0]);
}
