/**
 * `npm run bench:memory [-- --json] [--node 24] [--requests 200000]`: what the agent adds to the service at rest, and whether
 * anything grows with the number of requests. Results on stdout, progress on stderr; exit 2 when it could not run.
 */
import { bringRuntimes, readCount, readMajors, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { giveUp, readOptions } from './read-options.mjs';

const USAGE = 'npm run bench:memory [-- --json] [--node 24] [--requests 200000]';

/** A leak of one small object per request shows as ten megabytes. */
const DEFAULT_REQUESTS = 200_000;

function readArguments() {
  return readOptions(
    USAGE,
    {
      options: {
        json: { type: 'boolean', default: false },
        node: { type: 'string', multiple: true },
        requests: { type: 'string' },
      },
    },
    (values) => {
      const requests = readCount('requests', values.requests) ?? DEFAULT_REQUESTS;
      return { json: values.json, majors: readMajors(values.node), requests };
    },
  );
}

const { json, majors, requests } = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
try {
  const runtimes = await bringRuntimes(majors, []);
  const report = await bench.runMemory({ runtimes, requests, workload: bench.WORKLOADS[0], progress: tellProgress });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : bench.formatMemory(report)}\n`);
} catch (error) {
  giveUp(error.message);
}
