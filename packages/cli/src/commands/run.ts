import { parseDuration, parseRouteBudgets } from '@holdup/model';
import { Command } from 'commander';
import { runSession } from '../run/session.ts';
import { UsageError } from '../usage-error.ts';

interface RunFlags {
  readonly budget?: number;
  readonly routeBudget?: readonly string[];
  readonly json?: true;
  readonly quiet?: true;
}

const EXAMPLES = `
Examples:
  holdup run -- node app.js
  holdup run --budget 800ms --route-budget "GET /report=5s" -- npm start
  holdup run --json -- node app.js > verdicts.ndjson

Exits as the command does; 128 + n when signal n ended it; 2 when it could not
be started.`;

/** `holdup run`: any Node service, no code change, verdicts as they happen. */
export function runCommand(setExitCode: (code: number) => void): Command {
  return new Command('run')
    .description('run a Node service and say what held up its late requests')
    .usage('[options] -- <command> [argument…]')
    .argument('[command...]', 'the command to run, with its arguments')
    .option('--budget <time>', 'time a request may take: 800ms, 1.5s, 2m (default: 1s)', readBudget)
    .option(
      '--route-budget <route=time>',
      'time for one route, such as "GET /report=5s"; may be repeated',
      addRouteBudget,
    )
    .option('--json', 'one verdict per line on stdout; what the command prints there goes to stderr')
    .option('--quiet', 'no verdicts while the command runs, only the summary at its end')
    .addHelpText('after', EXAMPLES)
    .passThroughOptions()
    .action(async (command: readonly string[], flags: RunFlags) => {
      const [file, ...args] = command;
      if (!file) throw new UsageError('run', 'no command to run; write it after --, as in: holdup run -- node app.js');
      const { budget, routeBudget: routeBudgets = [], json = false, quiet = false } = flags;
      const end = await runSession({
        command: [file, ...args],
        routeBudgets,
        json,
        quiet,
        ...(budget === undefined ? {} : { budgetMs: budget }),
      });
      if (end.kind === 'not-started') throw new UsageError('run', end.why);
      setExitCode(end.exitCode);
    });
}

function readBudget(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new UsageError('run', `--budget: ${parsed.message}`);
  return parsed.ms;
}

function addRouteBudget(text: string, earlier: readonly string[] = []): readonly string[] {
  const parsed = parseRouteBudgets(text);
  if (!parsed.ok) throw new UsageError('run', `--route-budget: ${parsed.message}`);
  if (parsed.budgets.size === 0) throw new UsageError('run', '--route-budget: no route; write "GET /report=5s"');
  return [...earlier, text];
}
