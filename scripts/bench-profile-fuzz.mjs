/**
 * `npm run bench:profile-fuzz [-- --json] [--inputs 100000]`: what becomes of damaged profiles and of bombs. Results on stdout, progress
 * on stderr; exit 1 when an input crashed or hung, 2 when it could not run.
 */
import { readCount, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { giveUp, readOptions } from './read-options.mjs';

const USAGE = 'npm run bench:profile-fuzz [-- --json] [--inputs 100000]';

const DEFAULT_INPUTS = 100_000;

function readArguments() {
  return readOptions(
    USAGE,
    {
      options: { json: { type: 'boolean', default: false }, inputs: { type: 'string' } },
    },
    (values) => {
      return { json: values.json, inputs: readCount('inputs', values.inputs) ?? DEFAULT_INPUTS };
    },
  );
}

const { json, inputs } = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
try {
  const fuzz = await bench.runFuzz(inputs, tellProgress);
  process.stdout.write(`${json ? JSON.stringify(fuzz, null, 2) : bench.formatFuzz(fuzz)}\n`);
  if (fuzz.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
} catch (error) {
  giveUp(error.message);
}
