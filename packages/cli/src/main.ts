import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { flameCommand } from './commands/flame.ts';
import { labCommand } from './commands/lab.ts';
import { runCommand } from './commands/run.ts';
import { clean } from './render/clean.ts';
import { UsageError } from './usage-error.ts';

/** Bad input, or a command that could not be started. */
const EXIT_COULD_NOT_RUN = 2;

const EXAMPLES = `
Examples:
  holdup run -- node app.js
  holdup audit src
  holdup flame http://localhost:6060/debug/pprof/wall
`;

/**
 * The `holdup` command.
 * @param args What follows the command's name.
 * @returns The exit code.
 */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('holdup')
    .description('This request missed its deadline: what held it up?')
    .version(readVersion(), '-v, --version')
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES);
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  program.addCommand(runCommand(setExitCode));
  program.addCommand(labCommand(setExitCode));
  program.addCommand(auditCommand(setExitCode, readVersion));
  program.addCommand(flameCommand());
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
  const name = program.commands.find((command) => command.name() === args[0])?.name();
  const where = name ? `holdup ${name}` : 'holdup';
  const what = clean(error.message.replace(/^error: /, ''), true);
  return `${where}: ${what}; see ${where} --help`;
}

function readVersion(): string {
  // Parsed edge: our own package.json.
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}
