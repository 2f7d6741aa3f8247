/**
 * `npm run bench:audit [-- --json] [--files 1000] [--runs 3] [--tree <folder>]`: how fast source is audited, beside noctx (Go) and oxlint
 * (TypeScript); whether time grows with the files; a file of 50 MB; a syntax error among 10,000 files. Go's own source too where Go is.
 * Results on stdout, progress on stderr; exit 1 when a check failed, 2 when it could not run.
 */
import { resolve } from 'node:path';
import { readCount, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { giveUp, readOptions } from './read-options.mjs';

const USAGE = 'npm run bench:audit [-- --json] [--files 1000] [--runs 3] [--tree ../some-project]';

const DEFAULT_FILES = 1_000;
const DEFAULT_RUNS = 3;

function readArguments() {
  return readOptions(
    USAGE,
    {
      options: {
        json: { type: 'boolean', default: false },
        files: { type: 'string' },
        runs: { type: 'string' },
        tree: { type: 'string', multiple: true, default: [] },
      },
    },
    (values) => {
      const files = readCount('files', values.files) ?? DEFAULT_FILES;
      const runs = readCount('runs', values.runs) ?? DEFAULT_RUNS;
      return { json: values.json, files, runs, trees: values.tree.map((tree) => resolve(tree)) };
    },
  );
}

const { json, ...plan } = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
try {
  const report = await bench.runAuditBench({ ...plan, progress: tellProgress });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : bench.formatAuditBench(report)}\n`);
  if (report.readings.some(({ check }) => check && !check.holds)) process.exitCode = 1;
} catch (error) {
  giveUp(error.message);
}
