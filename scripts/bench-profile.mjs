/**
 * `npm run bench:profile [-- --json] [--runs 5]`: how fast a profile of 1 M samples is read and laid out, beside its peers. Results on
 * stdout, progress on stderr; exit 2 when it could not run.
 */
import { readCount, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { installApart } from './install-apart.mjs';
import { giveUp, readOptions } from './read-options.mjs';

const USAGE = 'npm run bench:profile [-- --json] [--runs 5]';

const DEFAULT_RUNS = 5;

function readArguments() {
  return readOptions(
    USAGE,
    { options: { json: { type: 'boolean', default: false }, runs: { type: 'string' } } },
    (values) => {
      return { json: values.json, runs: readCount('runs', values.runs) ?? DEFAULT_RUNS };
    },
  );
}

const { json, runs } = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
try {
  const pprofFormat = await installApart('pprof-format', 'bench', 'peers', 'pprof-format');
  const decoding = await bench.measureDecoding({ runs, pprofFormat, progress: tellProgress });
  process.stdout.write(`${json ? JSON.stringify(decoding, null, 2) : bench.formatDecoding(decoding)}\n`);
} catch (error) {
  giveUp(error.message);
}
