/** What every script does with its arguments. */
import { parseArgs } from 'node:util';

/** Ends the process: wrong arguments, or something that could not be brought or run. */
export function giveUp(reason) {
  process.stderr.write(`holdup: ${reason}\n`);
  process.exit(2);
}

/**
 * Ends the process with the usage where it is asked for, and with one line where an argument is wrong.
 * @param {string} usage one line
 * @param {import('node:util').ParseArgsConfig} config
 * @param {(values: object, positionals: string[]) => object} take may throw: its message is told
 */
export function readOptions(usage, config, take) {
  try {
    const help = { type: 'boolean', short: 'h' };
    const { values, positionals } = parseArgs({ ...config, options: { ...config.options, help } });
    if (!values.help) return take(values, positionals);
  } catch (error) {
    // What Node adds on positional arguments that begin with a dash helps nobody here.
    const [what] = error.message.split(/\n|\. To specify/);
    return giveUp(`${what}; usage: ${usage}`);
  }
  process.stdout.write(`Usage: ${usage}\n`);
  process.exit(0);
}
