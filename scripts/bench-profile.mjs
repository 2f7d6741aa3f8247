/**
 * `npm run bench:profile [-- --json] [--runs 5] [--fuzz 100000]`: how fast a profile of 1 M samples is read, beside its peers, and what
 * becomes of damaged ones. Results on stdout, progress on stderr; exit 1 when an input crashed or hung, 2 when it could not run.
 */
import { parseArgs } from 'node:util';
import { giveUp, readCount, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { installApart } from './install-apart.mjs';

const USAGE = 'npm run bench:profile [-- --json] [--runs 5] [--fuzz 100000]';

const DEFAULT_RUNS = 5;
const DEFAULT_INPUTS = 100_000;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean', default: false }, runs: { type: 'string' }, fuzz: { type: 'string' } },
    });
    const runs = readCount('runs', values.runs) ?? DEFAULT_RUNS;
    return { json: values.json, runs, inputs: readCount('fuzz', values.fuzz) ?? DEFAULT_INPUTS };
  } catch (error) {
    return giveUp(`${error.message.split('\n')[0]}; usage: ${USAGE}`);
  }
}

const { json, runs, inputs } = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
try {
  const pprofFormat = await installApart('pprof-format', 'bench', 'peers', 'pprof-format');
  const decoding = await bench.measureDecoding({ runs, pprofFormat, progress: tellProgress });
  if (!json) process.stdout.write(`${bench.formatDecoding(decoding)}\n\n`);
  const fuzz = await bench.runFuzz(inputs, tellProgress);
  process.stdout.write(`${json ? JSON.stringify({ decoding, fuzz }, null, 2) : bench.formatFuzz(fuzz)}\n`);
  if (fuzz.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
} catch (error) {
  giveUp(error.message);
}
