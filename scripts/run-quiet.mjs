import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Seconds of silence after which a person wonders whether anything happens. */
const SILENT_SECONDS = 2;
const PROGRESS_EVERY_SECONDS = 10;

/**
 * Runs a command in the repository root, catching its output; tells on stderr that it is still at work.
 * Resolves with the exit code (1 when it could not start or a signal ended it) and all it printed.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runQuiet(what, command, args, options = {}) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    let told = false;
    const tell = () => {
      process.stderr.write(told ? `${what} … ${seconds()} s\n` : `${what} …\n`);
      told = true;
    };
    let ticker;
    const first = setTimeout(() => {
      tell();
      ticker = setInterval(tell, PROGRESS_EVERY_SECONDS * 1000);
    }, SILENT_SECONDS * 1000);
    const finish = (code, extra = '') => {
      clearTimeout(first);
      clearInterval(ticker);
      if (told && code === 0) process.stderr.write(`${what}: done in ${seconds()} s\n`);
      resolve({ code, output: output + extra });
    };
    child.on('error', (error) => finish(1, error.message));
    child.on('close', (code) => finish(code ?? 1));
  });
}

/** How to run the npm that runs us, or the one on PATH. */
export function npmCommand(args) {
  const ours = process.env.npm_execpath;
  if (ours && /^npm(-cli)?\.c?js$/.test(basename(ours))) return [process.execPath, [ours, ...args], {}];
  return ['npm', args, { shell: process.platform === 'win32' }];
}

/** Runs a tool of the root node_modules by its JavaScript entry, whatever the platform's shell. */
export function toolCommand(script, args) {
  return [process.execPath, [join(root, 'node_modules', script), ...args], {}];
}

/** The line of npm's output that says what went wrong. */
export function npmReason(output) {
  const lines = output.split('\n').filter((line) => /^npm (error|ERR!)/.test(line));
  const said = lines.map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim()).filter((line) => line !== '');
  return (
    said.find((line) => !/^(code|syscall|errno|path|dest|cwd|command) /.test(line)) ??
    said[0] ??
    output.trim().split('\n').at(-1) ??
    ''
  );
}
