import { Command } from 'commander';
import { UsageError } from '../usage-error.ts';

/** The workspace of the repository; it is not published. */
const LAB = 'holdup-lab';
const MODES = ['fault', 'healthy', 'noisy', 'inside-budget', 'elsewhere'];
/** Enough to play every fault there is about once. */
const DEFAULT_SEEDS = 60;

const EXAMPLES = `
Examples:
  holdup lab list
  holdup lab run pool-burst --seed 7
  holdup lab score --seeds 20 --json > score.json
`;

const RUN_EXAMPLES = `
Examples:
  holdup lab run lock-checkout
  holdup lab run pool-burst --seed 7 --mode inside-budget
`;

const SCORE_EXAMPLES = `
Examples:
  holdup lab score --seeds 20
  holdup lab score --seeds 40 --seed-from 1000 --causes dns-slow,tls-slow
  holdup lab score --seeds 300 --json > score.json
`;

interface Lab {
  list(options: { json: boolean }): Promise<number>;
  run(fault: string, options: { seed: number; mode?: string; json: boolean }): Promise<number>;
  score(options: { seeds: number; seedFrom: number; causes: readonly string[]; json: boolean }): Promise<number>;
}

interface RunFlags {
  readonly seed: number;
  readonly mode?: string;
  readonly json?: boolean;
}

interface ScoreFlags {
  readonly seeds: number;
  readonly seedFrom: number;
  readonly causes?: readonly string[];
  readonly json?: boolean;
}

/** `holdup lab`: services with known faults, and how often the verdicts on them are true. */
export function labCommand(setExitCode: (code: number) => void): Command {
  const lab = new Command('lab')
    .description('play known faults and count how often the verdict is true')
    .addHelpText('after', EXAMPLES);
  const play = async (name: string, command: (lab: Lab) => Promise<number>): Promise<void> => {
    const workspace = await loadLab();
    try {
      setExitCode(await command(workspace));
    } catch (error) {
      throw new UsageError(
        `lab ${name}`,
        error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      );
    }
  };
  lab
    .command('list')
    .description('the faults there are')
    .option('--json', 'one JSON document')
    .action((flags: { json?: boolean }) => play('list', (it) => it.list({ json: flags.json ?? false })));
  lab
    .command('run')
    .description('play one fault and show the verdict')
    .argument('<fault>', 'its name, as in: holdup lab list')
    .option('--seed <n>', 'decides budget, severity, load and the rest', readCount, 1)
    .option('--mode <mode>', `instead of what the seed says: ${MODES.join(', ')}`, readMode)
    .option('--json', 'one JSON document')
    .addHelpText('after', RUN_EXAMPLES)
    .action((fault: string, { json = false, ...flags }: RunFlags) =>
      play('run', (it) => it.run(fault, { ...flags, json })),
    );
  lab
    .command('score')
    .description('play one run per seed and compare the verdicts with what was wrong')
    .option('--seeds <n>', 'how many', readCount, DEFAULT_SEEDS)
    .option('--seed-from <n>', 'the first one', readCount, 0)
    .option('--causes <ids>', 'only faults of these causes, separated by commas', (text) => text.split(','))
    .option('--json', 'one JSON document on stdout, runs on stderr')
    .addHelpText('after', SCORE_EXAMPLES)
    .action(({ json = false, causes = [], ...flags }: ScoreFlags) =>
      play('score', (it) => it.score({ ...flags, causes, json })),
    );
  return lab;
}

async function loadLab(): Promise<Lab> {
  let url: string;
  try {
    url = import.meta.resolve(LAB);
  } catch {
    throw new UsageError('lab', 'the lab is part of the repository, not of the published package; run it in a clone');
  }
  try {
    // Parsed edge: a module of the same repository.
    return (await import(url)) as Lab;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new UsageError('lab', 'the lab is not built; run npm run build in the repository');
  }
}

function readCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,9}$/.test(text)) throw new UsageError('lab', `${JSON.stringify(text)} is not a whole number`);
  return count;
}

function readMode(text: string): string {
  if (!MODES.includes(text)) throw new UsageError('lab', `${JSON.stringify(text)} is none of ${MODES.join(', ')}`);
  return text;
}
