import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GuardOrder, GuardReport } from './postgres-guard.ts';

export interface PostgresOptions {
  /** Created empty. Default: `shop`. */
  readonly database?: string;
  /** Server settings as in postgresql.conf, e.g. `{ deadlock_timeout: '200ms' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Passes as connection options of `pg` as it is. */
export interface RunningPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** The same as a `postgresql://` URL. */
  readonly url: string;
  /** Ends the server at once, whatever it is doing, and removes its data. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const USER = 'shop';
const PASSWORD = 'shop-password';

/**
 * A real, empty PostgreSQL on a free port of 127.0.0.1 with its data in a temp folder; takes about a second.
 *
 * A guard process of its own looks after the server: it ends the server and removes the data as soon as this process ends,
 * also by SIGKILL. Once the server is ready it does not keep this process alive.
 *
 * @throws Error with the server's own words when it does not start.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const database = options.database ?? 'shop';
  const { NODE_OPTIONS: _notForTheGuard, ...env } = process.env;
  const guard = fork(fileURLToPath(new URL('./postgres-guard.js', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Its own process group: Ctrl-C in the terminal reaches us, and we decide when the database goes.
    detached: true,
    execArgv: [],
    env,
  });
  const exited = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
  const order: GuardOrder = { user: USER, password: PASSWORD, database, settings: options.settings ?? {} };
  guard.send(order);
  const report = await readReport(guard);
  if (report.kind === 'failed') {
    await exited;
    throw new Error(`PostgreSQL did not start: ${report.error}`);
  }
  guard.unref();
  guard.channel?.unref();
  return {
    host: HOST,
    port: report.port,
    user: USER,
    password: PASSWORD,
    database,
    url: `postgresql://${USER}:${PASSWORD}@${HOST}:${report.port}/${database}`,
    stop: () => {
      guard.ref();
      if (guard.connected) guard.disconnect();
      return exited;
    },
  };
}

function readReport(guard: ChildProcess): Promise<GuardReport> {
  return new Promise((resolve) => {
    guard.once('message', (report: GuardReport) => resolve(report));
    guard.once('error', (error) => resolve({ kind: 'failed', error: error.message }));
    guard.once('exit', (code, signal) => resolve({ kind: 'failed', error: `its guard ended with ${signal ?? code}` }));
  });
}
