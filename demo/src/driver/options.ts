import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly once: boolean;
  readonly json: boolean;
  /** Names of the faults to play; all when empty. */
  readonly only: readonly string[];
  readonly help: boolean;
}

export class UsageError extends Error {
  readonly code = 'HOLDUP_DEMO_USAGE';
}

/** @throws UsageError naming what is wrong with the arguments. */
export function readOptions(args: readonly string[], known: readonly string[]): DemoOptions {
  const { once, json, only, help } = parse(args);
  const names = (only ?? '').split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UsageError(`no fault named ${unknown.join(', ')}; there are ${known.join(', ')}`);
  if (only !== undefined && names.length === 0) throw new UsageError('--only needs the name of a fault');
  // One document has to end somewhere.
  return { once: once || json, json, only: names, help };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        only: { type: 'string' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

export function helpText(known: readonly string[]): string {
  return `npm run demo -- [options]

A small shop with a real PostgreSQL and real partners meets one real fault after another. Holdup, which is not told,
says what held up the late requests. Runs until Ctrl-C.

  --once         play each fault once, then end
  --only <a,b>   these faults only: ${known.join(', ')}
  --json         one JSON document on stdout, notes on stderr; implies --once
  --help         this text

Exit codes: 0 every fault got its verdict and no healthy phase got any, 1 not so, 2 could not run.
`;
}
