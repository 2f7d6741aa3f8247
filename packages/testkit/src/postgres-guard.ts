/**
 * A process that owns one PostgreSQL server on behalf of its parent and outlives the parent by a moment, however that ended:
 * the IPC channel closes, the server goes, the data goes.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { type Account, type Binaries, findBinaries, pickAccount } from './postgres-binaries.ts';

export interface GuardOrder {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly settings: Readonly<Record<string, string>>;
}

export type GuardReport =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'failed'; readonly error: string };

/** Another process may take the port between our look and the server's bind. */
const PORT_TRIES = 5;
/** A server told to drop everything has no reason to take longer. */
const STOP_PATIENCE_MS = 3_000;
/** Lose-able data needs no disk flushes; one loopback address, no socket files in shared folders. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '60',
  shared_buffers: '32MB',
  max_wal_size: '64MB',
  io_method: 'sync',
  jit: 'off',
  lc_messages: 'C',
};

interface Cluster {
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly data: string;
}

const run = promisify(execFile);
/** No PG* variable of the host may reach the server. */
const serverEnv = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };

async function createCluster(folder: string, order: GuardOrder): Promise<Cluster> {
  const account = await pickAccount();
  const binaries = await findBinaries(account, join(folder, 'native'));
  const cluster: Cluster = { binaries, account, data: join(folder, 'data') };
  // mkdtemp made the folder ours alone; the server's account has to get through it.
  await chmod(folder, 0o711);
  await mkdir(cluster.data, { mode: 0o700 });
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, order.password, { mode: 0o600 });
  if (account !== undefined)
    for (const path of [cluster.data, passwordFile]) await chown(path, account.uid, account.gid);
  const flags = ['--auth=scram-sha-256', `--username=${order.user}`, `--pwfile=${passwordFile}`];
  const storage = ['--no-sync', '--locale=C', '--encoding=UTF8', '--wal-segsize=1'];
  await run(binaries.initdb, ['-D', cluster.data, ...flags, ...storage], { ...account, env: serverEnv, cwd: '/' });
  const create = run(binaries.postgres, ['--single', '-D', cluster.data, '-F', 'postgres'], {
    ...account,
    env: serverEnv,
    cwd: '/',
  });
  create.child.stdin?.end(`CREATE DATABASE "${order.database}"\n`);
  await create;
  return cluster;
}

/** Resolves once the server accepts connections, rejects with what it wrote when it ends before. */
async function launchServer(cluster: Cluster, port: number, settings: GuardOrder['settings']): Promise<ChildProcess> {
  const flags = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(cluster.binaries.postgres, ['-D', cluster.data, '-p', String(port), ...flags], {
    ...cluster.account,
    env: serverEnv,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let output: string | undefined = '';
    server.stderr.on('data', (chunk) => {
      // Read on for ever, or the full pipe would stop the server.
      if (output === undefined) return;
      output += String(chunk);
      if (!output.includes('ready to accept connections')) return;
      output = undefined;
      resolve(server);
    });
    server.once('error', reject);
    server.once('close', () => reject(new Error(output ?? 'ended')));
  });
}

async function startServer(cluster: Cluster, order: GuardOrder): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { server: await launchServer(cluster, port, order.settings), port };
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('Address already in use');
      if (!taken || attempt === PORT_TRIES) throw error;
    }
  }
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  // "Immediate shutdown": no checkpoint for data nobody will read, but children and shared memory are cleaned up.
  server.kill('SIGQUIT');
  const impatience = setTimeout(() => server.kill('SIGKILL'), STOP_PATIENCE_MS);
  await gone;
  clearTimeout(impatience);
}

async function guardServer(order: GuardOrder, abandoned: Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdup-postgres-'));
  try {
    const { server, port } = await startServer(await createCluster(folder, order), order);
    const report: GuardReport = { kind: 'ready', port };
    if (process.connected) process.send?.(report);
    await Promise.race([abandoned, new Promise((resolve) => server.once('exit', resolve))]);
    await stopServer(server);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const abandoned = new Promise<void>((resolve) => {
  process.once('disconnect', resolve);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});
process.once('message', (order: GuardOrder) => {
  guardServer(order, abandoned)
    .catch((error: unknown) => {
      const report: GuardReport = {
        kind: 'failed',
        error: error instanceof Error ? error.message.trim() : String(error),
      };
      if (process.connected) process.send?.(report);
    })
    .finally(() => {
      if (process.connected) process.disconnect();
    });
});
