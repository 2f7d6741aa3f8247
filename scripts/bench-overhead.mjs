/**
 * `npm run bench:overhead [-- --json] [--quick] [--node 24] [--pairs 30] [--workload pg+fetch] [--variant holdup]`: what the
 * agent costs. Brings packages, build, runtimes and OpenTelemetry. Results on stdout, progress on stderr; exit 2 when it
 * could not run. docs/benchmarks.md says how it measures.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installOpenTelemetry } from './bench-peers.mjs';
import { ensure } from './ensure.mjs';
import { installRuntime, MAJORS } from './runtimes.mjs';

const USAGE =
  'npm run bench:overhead [-- --json] [--quick] [--node 24] [--pairs 30] [--workload pg+fetch] [--variant holdup]';
const DEFAULT_VARIANTS = ['holdup', 'opentelemetry'];

/** Ends the process: wrong arguments and what could not be brought or run. */
function giveUp(reason) {
  process.stderr.write(`holdup: ${reason}\n`);
  process.exit(2);
}

function readArguments() {
  const list = { type: 'string', multiple: true };
  const flag = { type: 'boolean', default: false };
  try {
    const { values } = parseArgs({
      options: { json: flag, quick: flag, node: list, pairs: { type: 'string' }, workload: list, variant: list },
    });
    const majors = (values.node ?? MAJORS).map(Number);
    if (majors.some((major) => !MAJORS.includes(major))) throw new Error(`--node takes one of ${MAJORS.join(', ')}`);
    if (values.pairs !== undefined && !/^[1-9]\d{0,3}$/.test(values.pairs)) {
      throw new Error('--pairs takes a whole number from 1');
    }
    return { ...values, majors, pairs: values.pairs === undefined ? undefined : Number(values.pairs) };
  } catch (error) {
    return giveUp(`${error.message.split('\n')[0]}; usage: ${USAGE}`);
  }
}

/** The bench is built by now, not before. */
function checkNames(option, given, known) {
  const wrong = given.find((name) => !known.includes(name));
  if (wrong !== undefined) giveUp(`--${option} ${JSON.stringify(wrong)} is none of ${known.join(', ')}`);
  return given;
}

/** Installs what each Node version needs; a version that cannot be brought is told and left out. */
async function bringRuntimes(majors, wantsOpenTelemetry) {
  const found = [];
  for (const major of majors) {
    const { path, reason } = await installRuntime(major);
    if (!path) process.stderr.write(`Node ${major} left out: ${reason}\n`);
    if (!path) continue;
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    const peer = wantsOpenTelemetry ? await installOpenTelemetry(major) : { reason: 'not asked for' };
    found.push({ version, path, peer });
  }
  return found.length > 0 ? found : giveUp('no Node version to measure');
}

const options = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
const workloads = checkNames('workload', options.workload ?? [bench.WORKLOADS[0]], bench.WORKLOADS);
const variants = checkNames('variant', options.variant ?? DEFAULT_VARIANTS, bench.VARIANTS);
const runtimes = await bringRuntimes(options.majors, variants.includes('opentelemetry'));
try {
  const plan = bench.makePlan({ quick: options.quick, pairs: options.pairs });
  const progress = (line) => process.stderr.write(`${line}\n`);
  const report = await bench.runOverhead({ runtimes, workloads, variants, plan, progress });
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : bench.formatOverhead(report)}\n`);
} catch (error) {
  giveUp(error.message);
}
