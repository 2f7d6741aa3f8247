import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly process: ChildProcess;
  /** The first message that the predicate takes. @throws Error with the end of its stderr when the child ends before. */
  message<T>(accept: (message: unknown) => message is T): Promise<T>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Path of the compiled module, relative to this one. */
  readonly module: string;
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
  /** Called when the child ends though nobody stopped it. */
  onDeath(error: Error): void;
}

/** A process asked to end gets so long before it is killed. */
const STOP_PATIENCE_MS = 1_500;
const STDERR_KEPT = 2_000;

/** A Node process of the demo. It ends with the driver: its IPC channel closes. */
export function startChild(options: ChildOptions): Child {
  const child = fork(fileURLToPath(new URL(options.module, import.meta.url)), {
    // Where the bare specifiers of --import resolve.
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Its own process group: Ctrl-C in the terminal reaches the driver, which ends its children in order.
    detached: true,
    execArgv: [...(options.execArgv ?? [])],
    env: { ...process.env, ...options.env },
  });
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr = (stderr + String(chunk)).slice(-STDERR_KEPT);
  });
  let stopping = false;
  const death = new Promise<Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', (code, signal) => {
      resolve(new Error(`the ${options.name} process ended with ${signal ?? code}${stderr && `: ${stderr.trim()}`}`));
    });
  });
  void death.then((error) => {
    if (!stopping) options.onDeath(error);
  });
  return {
    process: child,
    message: (accept) =>
      new Promise((resolve, reject) => {
        child.on('message', (message) => {
          if (accept(message)) resolve(message);
        });
        void death.then(reject);
      }),
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await death;
      clearTimeout(impatience);
    },
  };
}
