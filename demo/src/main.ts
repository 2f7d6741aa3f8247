import { type Fault, listFaults } from './driver/faults.ts';
import { findLongWord } from './driver/long-word.ts';
import { type DemoOptions, helpText, readOptions, UsageError } from './driver/options.ts';
import { playRound } from './driver/round.ts';

const EXIT_OK = 0;
const EXIT_NOT_OK = 1;
const EXIT_COULD_NOT_RUN = 2;

/** Plays the demo as the arguments say and returns its exit code; see `helpText`. */
export async function runDemo(args: readonly string[]): Promise<number> {
  const faults = listFaults(findLongWord());
  const names = faults.map(({ name }) => name);
  try {
    const options = readOptions(args, names);
    if (!options.help) return await playRounds(options, faults);
    process.stdout.write(helpText(names));
    return EXIT_OK;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`demo: ${error instanceof UsageError ? reason.split('\n')[0] : reason}\n`);
    return EXIT_COULD_NOT_RUN;
  }
}

async function playRounds(options: DemoOptions, faults: readonly Fault[]): Promise<number> {
  const chosen = faults.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  // Nobody reads any more (a pager was closed): the same as Ctrl-C.
  process.stdout.on('error', () => stop.abort());
  let ok = true;
  do {
    const output = options.json ? process.stderr : process.stdout;
    const round = await playRound(chosen, { signal: stop.signal, output });
    ok &&= round.ok;
    if (options.json) process.stdout.write(`${JSON.stringify({ node: process.versions.node, ...round }, null, 2)}\n`);
  } while (!options.once && !stop.signal.aborted);
  // An endless demo is ended by Ctrl-C; one that was to end by itself has not done what it was asked.
  return ok && !(stop.signal.aborted && options.once) ? EXIT_OK : EXIT_NOT_OK;
}
