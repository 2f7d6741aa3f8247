/**
 * `npm run transparency [-- --node 20] [--json] [subject …]`: what programs see with the agent and without, compared on each Node.
 * The table on stdout, progress on stderr; exit 1 when something differs, 2 when it could not run.
 */
import { execFileSync } from 'node:child_process';
import { readMajors, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { installApart } from './install-apart.mjs';
import { giveUp, readOptions } from './read-options.mjs';
import { installRuntime } from './runtimes.mjs';

const USAGE = 'npm run transparency [-- --node 20] [--json] [subject …]';

function readArguments() {
  return readOptions(
    USAGE,
    {
      options: { node: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } },
      allowPositionals: true,
    },
    (values, positionals) => {
      return { majors: readMajors(values.node), json: values.json, subjects: positionals };
    },
  );
}

/** A platform without one of the Node versions is a fact; a network that failed must not pass for a comparison. */
async function bringNodes(majors) {
  const nodes = [];
  const skipped = [];
  for (const major of majors) {
    const { path, reason, unavailable } = await installRuntime(major);
    if (path) nodes.push({ path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1) });
    else if (unavailable) skipped.push(`Node ${major}: ${reason}`);
    else giveUp(`Node ${major}: ${reason}`);
  }
  return { nodes, skipped };
}

const { majors, json, subjects } = readArguments();
await ensure();
const { runTransparency, formatReport, SUBJECT_NAMES } = await import('../transparency/dist/main.js');
const unknown = subjects.find((name) => !SUBJECT_NAMES.includes(name));
if (unknown !== undefined) giveUp(`${JSON.stringify(unknown)} is none of ${SUBJECT_NAMES.join(', ')}`);
const { nodes, skipped } = await bringNodes(majors);
const published = await installApart('packages with their tests', 'transparency', 'published');
if (published.reason !== undefined) giveUp(published.reason);
try {
  const chosen = subjects.length > 0 ? subjects : SUBJECT_NAMES;
  const found = await runTransparency({ subjects: chosen, nodes, progress: tellProgress });
  const report = { rows: found.rows, skipped: [...skipped, ...found.skipped] };
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : formatReport(report)}\n`);
  process.exitCode = report.rows.some(({ differences }) => differences.length > 0) ? 1 : 0;
} catch (error) {
  giveUp(error.message);
}
