/**
 * `npm run bench:soak [-- --json] [--node 24] [--minutes 10]`: a service at saturation while faults come and go, beside plain Node: does
 * memory stay flat, is any timer or listener left, is the event loop later? Results on stdout, progress on stderr; exit 1 when
 * something is out of bounds, 2 when it could not run.
 */
import { bringRuntimes, readCount, readMajors, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { giveUp, readOptions } from './read-options.mjs';

const USAGE = 'npm run bench:soak [-- --json] [--node 24] [--minutes 10]';

/** The Node most services run on; the others one by one. */
const DEFAULT_NODE = ['24'];
const DEFAULT_MINUTES = 10;

function readArguments() {
  return readOptions(
    USAGE,
    {
      options: {
        json: { type: 'boolean', default: false },
        node: { type: 'string', multiple: true, default: DEFAULT_NODE },
        minutes: { type: 'string' },
      },
    },
    (values) => {
      const minutes = readCount('minutes', values.minutes) ?? DEFAULT_MINUTES;
      return { json: values.json, majors: readMajors(values.node), minutes };
    },
  );
}

const { json, majors, minutes } = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
try {
  const runtimes = await bringRuntimes(majors, []);
  const report = await bench.runSoak({ runtimes, minutes, progress: tellProgress });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : bench.formatSoak(report)}\n`);
  process.exitCode = report.results.some(({ problems }) => problems.length > 0) ? 1 : 0;
} catch (error) {
  giveUp(error.message);
}
