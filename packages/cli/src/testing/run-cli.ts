import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOM = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOM, 'bin', 'holdup.mjs');

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Sent to the CLI alone once its stderr or stdout holds the text. */
  readonly signalOn?: { readonly text: string; readonly signal: NodeJS.Signals };
}

/** Runs the real command to its end, without a terminal and without the settings of whoever runs the tests. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runToEnd(process.execPath, [BIN, ...args], options);
}

/** Runs a line of shell, in the room's folder. */
export function runShell(line: string): Promise<CliResult> {
  return runToEnd('/bin/sh', ['-c', line], {});
}

function runToEnd(
  file: string,
  args: readonly string[],
  { env = {}, cwd = ROOM, signalOn }: CliOptions,
): Promise<CliResult> {
  const ours = /^(HOLDUP_|NODE_|NO_COLOR|FORCE_COLOR|COLUMNS)/;
  const inherited = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const child = spawn(file, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), LC_ALL: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  let signalled = false;
  const take = (name: 'stdout' | 'stderr') => (chunk: string) => {
    output[name] += chunk;
    if (!signalOn || signalled || !output[name].includes(signalOn.text)) return;
    signalled = true;
    child.kill(signalOn.signal);
  };
  child.stdout.setEncoding('utf8').on('data', take('stdout'));
  child.stderr.setEncoding('utf8').on('data', take('stderr'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...output }));
  });
}

/** Writes files into a folder of their own, with spaces in its name, that goes with this process; gives the folder. */
export function writeFiles(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdup test app '));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Writes a program with a helper that appends records to the sink as the agent does; gives its path. */
export function writeApp(source: string): string {
  const helper = `import { appendFileSync } from 'node:fs';
const sink = process.env.HOLDUP_SINK.slice('file:'.length);
const record = (value) => appendFileSync(sink, typeof value === 'string' ? value : JSON.stringify(value) + '\\n');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;
  return join(writeFiles({ 'app.mjs': helper + source }), 'app.mjs');
}
