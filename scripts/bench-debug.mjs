/**
 * `npm run bench:debug [-- --json] [--node 24] [--rounds 20]`: how soon each debug endpoint answers: the service idle, under load, its loop
 * blocked in JavaScript, and in a native call. Results on stdout, progress on stderr; exit 2 when it could not run.
 */
import { bringRuntimes, readCount, readMajors, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { giveUp, readOptions } from './read-options.mjs';

const USAGE = 'npm run bench:debug [-- --json] [--node 24] [--rounds 20]';

/** The Node most services run on; the others one by one. */
const DEFAULT_NODE = ['24'];
const DEFAULT_ROUNDS = 20;

function readArguments() {
  return readOptions(
    USAGE,
    {
      options: {
        json: { type: 'boolean', default: false },
        node: { type: 'string', multiple: true, default: DEFAULT_NODE },
        rounds: { type: 'string' },
      },
    },
    (values) => {
      const rounds = readCount('rounds', values.rounds) ?? DEFAULT_ROUNDS;
      return { json: values.json, majors: readMajors(values.node), rounds };
    },
  );
}

const { json, majors, rounds } = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
try {
  const runtimes = await bringRuntimes(majors, []);
  const report = await bench.runDebug({ runtimes, rounds, progress: tellProgress });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : bench.formatDebug(report)}\n`);
} catch (error) {
  giveUp(error.message);
}
