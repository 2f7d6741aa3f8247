import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freePort } from '@holdup/testkit';

/** The fault's app in a process of its own, under the agent. */
export interface Service {
  readonly url: string;
  /** Lines of the agent's records. */
  readonly sinkPath: string;
  /** To the app's `process.on('message')`. */
  send(message: object): void;
  /**
   * How long its main thread was ready to run so far and the machine had no processor for it, ms. Undefined where the
   * system does not tell.
   */
  starvedMs(): number | undefined;
  /** Why it ended, when it ended by itself. */
  death(): string | undefined;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** Compiled module of the app. */
  readonly module: string;
  /** Folder of this run alone. */
  readonly folder: string;
  readonly budgetMs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeOptions: readonly string[];
  /** `resolv.conf` that the app sees in place of the machine's. */
  readonly resolvConf?: string;
}

const START_PATIENCE_MS = 15_000;
const POLL_MS = 20;
const STDERR_KEPT = 2_000;
/** A port found free may be taken by somebody else before the app binds it. */
const PORT_TRIES = 3;

/** @throws Error with the end of its stderr when it does not come up. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const script = await stageApp(options);
  for (let tries = 1; ; tries++) {
    const service = await launch(script, options);
    if (service.death() === undefined) return service;
    if (tries === PORT_TRIES || !service.death()?.includes('EADDRINUSE')) {
      throw new Error(`the service did not start: ${service.death()}`);
    }
  }
}

/** Under a neutral path: stacks show file names, and the fault's folder would give its name away. */
async function stageApp({ module, folder }: ServiceOptions): Promise<string> {
  const home = join(folder, 'service');
  await mkdir(home, { recursive: true });
  await copyFile(module, join(home, 'app.mjs'));
  const modules = dirname(fileURLToPath(import.meta.resolve('pg/package.json')));
  await symlink(dirname(modules), join(home, 'node_modules')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return join(home, 'app.mjs');
}

async function launch(script: string, options: ServiceOptions): Promise<Service> {
  const port = await freePort();
  const sinkPath = join(options.folder, 'records.ndjson');
  await rm(sinkPath, { force: true });
  const child = spawnApp(script, options, {
    PORT: String(port),
    HOLDUP_SINK: `file:${sinkPath}`,
    HOLDUP_BUDGET: `${options.budgetMs}ms`,
  });
  let stderr = '';
  let death: string | undefined;
  child.stderr?.on('data', (chunk) => {
    stderr = (stderr + String(chunk)).slice(-STDERR_KEPT);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      death = `ended with ${signal ?? code}: ${stderr.trim()}`;
      resolve();
    });
    child.once('error', (error) => {
      death ??= error.message;
      resolve();
    });
  });
  const patience = performance.now() + START_PATIENCE_MS;
  while (death === undefined && !(await accepts(port))) {
    if (performance.now() > patience) {
      child.kill('SIGKILL');
      await ended;
      throw new Error(`the service did not listen within ${START_PATIENCE_MS} ms: ${stderr.trim()}`);
    }
    await pause(POLL_MS);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    sinkPath,
    send: (message) => void child.send(message),
    starvedMs: () => starvedMs(child.pid),
    death: () => death,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function spawnApp(script: string, options: ServiceOptions, env: Readonly<Record<string, string>>): ChildProcess {
  const { NODE_OPTIONS: _ours, ...inherited } = process.env;
  const imports = [import.meta.resolve('@holdup/agent/register'), pathToFileURL(leashPath()).href];
  const nodeOptions = [...options.nodeOptions, ...imports.map((url) => `--import=${url}`)].join(' ');
  const node = [process.execPath, script];
  // A mount namespace of its own, in which /etc/resolv.conf is another file.
  const wrapped =
    options.resolvConf === undefined
      ? node
      : ['unshare', '-m', 'sh', '-c', MOUNT_SCRIPT, 'sh', options.resolvConf, ...node];
  return spawn(wrapped[0] ?? '', wrapped.slice(1), {
    cwd: dirname(script),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Ctrl-C in the terminal reaches the lab, which ends its services in order.
    detached: true,
    env: { ...inherited, NODE_OPTIONS: nodeOptions, ...options.env, ...env },
  });
}

const MOUNT_SCRIPT = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';

/** Linux counts for every thread what it waited in a run queue: the second of three numbers, ns. */
function starvedMs(pid: number | undefined): number | undefined {
  try {
    const waited = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1];
    return waited === undefined ? undefined : Number(waited) / 1e6;
  } catch {
    return undefined;
  }
}

function leashPath(): string {
  return fileURLToPath(new URL('./leash.js', import.meta.url));
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Whether this process may give a child another resolv.conf; else why not. */
export async function whyNoOwnResolver(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'mount namespaces exist on Linux only';
  const [conf] = await Promise.all([readFile('/etc/resolv.conf').catch(() => undefined)]);
  if (conf === undefined) return 'there is no /etc/resolv.conf to replace';
  const code = await new Promise<number | null>((resolve) => {
    const child = spawn('unshare', ['-m', 'sh', '-c', 'mount --bind /etc/hosts /etc/resolv.conf'], { stdio: 'ignore' });
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  return code === 0 ? undefined : 'another resolv.conf needs the right to mount (root)';
}
