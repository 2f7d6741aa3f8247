/**
 * `npm run bench:overhead [-- --json] [--quick] [--node 24] [--pairs 24] [--workload pg+fetch] [--variant holdup] [--profile]`:
 * what the agent costs, or with --profile which of its functions. Brings packages, build, runtimes and OpenTelemetry. Results
 * on stdout, progress on stderr; exit 2 when it could not run. docs/benchmarks.md says how it measures.
 */
import { bringRuntimes, readCount, readMajors, tellProgress } from './bench-common.mjs';
import { ensure } from './ensure.mjs';
import { giveUp, readOptions } from './read-options.mjs';

const USAGE =
  'npm run bench:overhead [-- --json] [--quick] [--node 24] [--pairs 24] [--workload pg+fetch] [--variant holdup] [--profile]';
const DEFAULT_VARIANTS = ['holdup', 'opentelemetry'];

function readArguments() {
  const list = { type: 'string', multiple: true };
  const flag = { type: 'boolean', default: false };
  const flags = { json: flag, quick: flag, profile: flag };
  return readOptions(
    USAGE,
    {
      options: { ...flags, node: list, workload: list, variant: list, pairs: { type: 'string' } },
    },
    (values) => {
      return { ...values, majors: readMajors(values.node), pairs: readCount('pairs', values.pairs) };
    },
  );
}

/** The bench knows its names, and it is built by now, not before. */
function checkNames(option, given, known) {
  const wrong = given.find((name) => !known.includes(name));
  if (wrong !== undefined) giveUp(`--${option} ${JSON.stringify(wrong)} is none of ${known.join(', ')}`);
  return given;
}

function print(document, format) {
  process.stdout.write(`${options.json ? JSON.stringify(document, null, 2) : format()}\n`);
}

const options = readArguments();
await ensure();
const bench = await import('../bench/dist/main.js');
const workloads = checkNames('workload', options.workload ?? [bench.WORKLOADS[0]], bench.WORKLOADS);
const variants = checkNames('variant', options.variant ?? DEFAULT_VARIANTS, bench.VARIANTS);
try {
  const runtimes = await bringRuntimes(options.majors, variants);
  const common = { runtimes, workloads, variants, progress: tellProgress };
  if (options.profile) {
    const profiles = await bench.runProfile(common);
    print({ profiles }, () => bench.formatProfiles(profiles));
  } else {
    const plan = bench.makePlan({ quick: options.quick, pairs: options.pairs });
    const report = await bench.runOverhead({ ...common, plan });
    print(report, () => bench.formatOverhead(report));
  }
} catch (error) {
  giveUp(error.message);
}
