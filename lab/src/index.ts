import { terminalOptions } from 'holdup';
import { listFaults, runFault, scoreRuns } from './lab.ts';
import type { Mode } from './plan.ts';
import { renderFaults, renderRun, renderScore } from './report.ts';

const EXIT_OK = 0;
const EXIT_FOUND = 1;

export interface ListOptions {
  readonly json: boolean;
}

export interface RunOptions {
  readonly seed: number;
  /** Overrides what the seed says. */
  readonly mode?: Mode;
  readonly json: boolean;
}

export interface ScoreOptions {
  readonly seeds: number;
  readonly seedFrom: number;
  readonly causes: readonly string[];
  readonly json: boolean;
}

/** `holdup lab list` */
export async function list({ json }: ListOptions): Promise<number> {
  const faults = listFaults();
  const document = faults.map(({ name, cause, title, stack, victim, compound = false }) => {
    return { name, cause, title, stack, victim, compound };
  });
  process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${renderFaults(faults)}\n`);
  return EXIT_OK;
}

/** `holdup lab run`: 0 when the verdict was true, 1 when not. @throws Error when the run could not be played. */
export async function run(fault: string, { seed, mode, json }: RunOptions): Promise<number> {
  const result = await runFault(fault, seed, mode);
  const look = terminalOptions(process.stdout, process.env);
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${renderRun(result, look)}\n`);
  return result.culpritRight ? EXIT_OK : EXIT_FOUND;
}

/** `holdup lab score`: 0 when every verdict was true, 1 when one was not or a run broke. */
export async function score({ json, ...options }: ScoreOptions): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const result = await scoreRuns({
    ...options,
    signal: stop.signal,
    onRun: (each) => process.stderr.write(`${renderRun(each)}\n`),
    onFailure: ({ seed, fault, why }) => process.stderr.write(`! seed ${seed} ${fault} broke: ${why}\n`),
  });
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${renderScore(result)}\n`);
  const isGood = result.misses.length === 0 && result.errors.length === 0 && !stop.signal.aborted;
  return isGood ? EXIT_OK : EXIT_FOUND;
}
