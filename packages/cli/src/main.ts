import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { watchOutput } from './output.ts';
import { clean } from './render/clean.ts';
import { UsageError } from './usage-error.ts';

/** Bad input, or a command that could not be started. */
const EXIT_COULD_NOT_RUN = 2;

interface Loadable {
  readonly name: string;
  readonly load: (setExitCode: (code: number) => void) => Promise<Command>;
}

/** As they are shown in the help. What the others bring with them takes longer to load than an audit's first hundred files. */
const COMMANDS: readonly Loadable[] = [
  { name: 'run', load: async (setExitCode) => (await import('./commands/run.ts')).runCommand(setExitCode) },
  { name: 'lab', load: async (setExitCode) => (await import('./commands/lab.ts')).labCommand(setExitCode) },
  {
    name: 'audit',
    load: async (setExitCode) => (await import('./commands/audit.ts')).auditCommand(setExitCode, readVersion),
  },
  { name: 'flame', load: async () => (await import('./commands/flame.ts')).flameCommand() },
];

const EXAMPLES = `
Examples:
  holdup run -- node app.js
  holdup audit src
  holdup flame http://localhost:6060/debug/pprof/wall
`;

/**
 * The `holdup` command.
 * @param given What follows the command's name.
 * @returns The exit code.
 */
export async function main(given: readonly string[]): Promise<number> {
  const args = given[0] === 'help' ? [...given.slice(1), '--help'] : given;
  // What it runs goes on, and decides the exit code, whoever reads.
  if (args[0] !== 'run') watchOutput(process);
  let exitCode = 0;
  const program = new Command('holdup')
    .description('This request missed its deadline: what held it up?')
    .version(readVersion(), '-v, --version')
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES);
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  const asked = COMMANDS.filter(({ name }) => name === args[0]);
  for (const { load } of asked.length === 0 ? COMMANDS : asked) program.addCommand(await load(setExitCode));
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    // Errors are written below, in one line; commander would add its own.
    command
      .exitOverride()
      .configureOutput({ outputError: () => {} })
      .helpCommand(false);
  }
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // A command that only has commands below it, without one of them: its help has been shown.
    if (error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')) return 0;
    if (!(error instanceof CommanderError || error instanceof UsageError)) throw error;
    process.stderr.write(`${describe(error, args, program)}\n`);
    return EXIT_COULD_NOT_RUN;
  }
}

function describe(error: CommanderError | UsageError, args: readonly string[], program: Command): string {
  if (error instanceof UsageError) return `holdup ${error.where}: ${clean(error.message, true)}`;
  const where = nameOf(program, args);
  const what = clean(error.message.replace(/^error: /, '').replace(/\.$/, ''), true);
  return `${where}: ${what}; see ${where} --help`;
}

/** `holdup lab run`: the innermost command that was named. */
function nameOf(command: Command, [name, ...rest]: readonly string[]): string {
  const inner = command.commands.find((each) => each.name() === name);
  return inner === undefined ? command.name() : `${command.name()} ${nameOf(inner, rest)}`;
}

function readVersion(): string {
  // Parsed edge: our own package.json.
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}
