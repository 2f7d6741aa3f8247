import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';

export type ChildEnd =
  | { readonly kind: 'ended'; readonly exitCode: number }
  | { readonly kind: 'not-started'; readonly why: string };

export interface ChildOptions {
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  /** Where the child's stdout goes: ours, or our stderr where stdout carries a document. */
  readonly stdout: 'inherit' | 'stderr';
  /** A terminal sends Ctrl-C to its whole foreground process group, the child included. */
  readonly onTerminal: boolean;
}

/** What a terminal sends to the whole group by itself. */
const TERMINAL_SIGNALS = ['SIGINT', 'SIGQUIT'] as const;
const OTHER_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGUSR2'] as const;
/** Shells report a death by signal as this plus its number. */
const SIGNAL_EXIT_BASE = 128;
const STDERR = 2;

/**
 * Runs the command to its end on our own stdin, stdout and stderr. We outlive every signal that the child gets, so that there is
 * somebody to tell what happened; when we go is the child's decision.
 */
export async function runChild(options: ChildOptions): Promise<ChildEnd> {
  const [file, ...args] = options.command;
  const stopForwarding: (() => void)[] = [];
  try {
    const child = spawn(file, args, {
      env: options.env,
      stdio: ['inherit', options.stdout === 'stderr' ? STDERR : 'inherit', 'inherit'],
    });
    stopForwarding.push(forwardSignals(child, options.onTerminal));
    return await endOf(child, file);
  } catch (error) {
    // spawn throws at once for what can never be a command, such as a name with a NUL byte.
    return { kind: 'not-started', why: `${file} cannot be run: ${error instanceof Error ? error.message : error}` };
  } finally {
    for (const stop of stopForwarding) stop();
  }
}

function endOf(child: ChildProcess, file: string): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ kind: 'not-started', why: explainStart(file, error) });
    });
    child.once('exit', (code, signal) => {
      const exitCode = signal === null ? (code ?? 1) : SIGNAL_EXIT_BASE + constants.signals[signal];
      resolve({ kind: 'ended', exitCode });
    });
  });
}

function explainStart(file: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      if (/\s/.test(file.trim()))
        return `command not found: ${file}; write it without quotes around it all: -- ${file}`;
      return `command not found: ${file}; check its spelling and the PATH`;
    case 'EACCES':
      if (isFolder(file)) return `${file} is a folder; name the program in it, as in: holdup run -- node app.js`;
      return `${file} is not executable; run it with its interpreter, as in: holdup run -- node ${file}`;
    default:
      return `${file} cannot be run: ${error.message}`;
  }
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

function forwardSignals(child: ChildProcess, onTerminal: boolean): () => void {
  const listeners = new Map<NodeJS.Signals, () => void>();
  // Heard even when not forwarded: unheard, they would end us before the child.
  for (const signal of TERMINAL_SIGNALS) listeners.set(signal, () => !onTerminal && child.kill(signal));
  for (const signal of OTHER_SIGNALS) listeners.set(signal, () => child.kill(signal));
  if (process.platform === 'win32') listeners.delete('SIGUSR2');
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.removeListener(signal, listener);
  };
}
