import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** A server of this machine's own. It ends with this process, and has no password. */
export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** Why tests that need MariaDB cannot run here; undefined when they can. */
export function whyNoMariadb(): string | undefined {
  return isHere('mariadbd') && isHere('mariadb-install-db')
    ? undefined
    : 'mariadbd is not installed (Debian: mariadb-server)';
}

/** Why tests that need Redis cannot run here; undefined when they can. */
export function whyNoRedis(): string | undefined {
  return isHere('redis-server') ? undefined : 'redis-server is not installed (Debian: redis-server)';
}

/** A real, empty MariaDB with its data in a temp folder; takes a few seconds. @throws Error when it does not come up */
export async function startMariadb(database = 'shop'): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'mariadb-'));
  const data = join(folder, 'data');
  await mkdir(data);
  const user = await ownerOf(folder, data);
  const tables = spawnSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--user=${user}`,
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { encoding: 'utf8' },
  );
  if (tables.status !== 0)
    throw new Error(`mariadb-install-db: ${tables.stderr || tables.stdout || tables.error?.message}`);
  const port = await freePort();
  const server = await launch('mariadbd', port, folder, [
    '--no-defaults',
    `--user=${user}`,
    `--datadir=${data}`,
    `--socket=${join(folder, 'socket')}`,
    `--port=${port}`,
    `--bind-address=${HOST}`,
    `--init-file=${await initFile(folder, database)}`,
    '--innodb-buffer-pool-size=16M',
  ]);
  return { host: HOST, port, user: 'app', database, stop: server };
}

/** A real, empty Redis. @throws Error when it does not come up */
export async function startRedis(): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', HOST, '--save', '', '--appendonly', 'no', '--dir', folder];
  const stop = await launch('redis-server', port, folder, args);
  return { host: HOST, port, user: '', database: '0', stop };
}

/** mariadbd does not run as root: there it gives itself to the user its package made. */
async function ownerOf(...folders: readonly string[]): Promise<string> {
  if (process.getuid?.() !== 0) return userInfo().username;
  const id = (flag: string) => Number(spawnSync('id', [flag, 'mysql'], { encoding: 'utf8' }).stdout.trim());
  for (const folder of folders) await chown(folder, id('-u'), id('-g'));
  return 'mysql';
}

async function initFile(folder: string, database: string): Promise<string> {
  const path = join(folder, 'init.sql');
  const sql = `CREATE DATABASE IF NOT EXISTS ${database};\nCREATE USER IF NOT EXISTS 'app'@'%';\nCREATE USER IF NOT EXISTS 'app'@'localhost';\nGRANT ALL ON *.* TO 'app'@'%';\nGRANT ALL ON *.* TO 'app'@'localhost';\n`;
  await writeFile(path, sql, { mode: 0o644 });
  return path;
}

function isHere(program: string): boolean {
  return (
    spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v ${program}`], { stdio: 'ignore' }).status === 0
  );
}

async function launch(
  program: string,
  port: number,
  folder: string,
  args: readonly string[],
): Promise<() => Promise<void>> {
  // The shell ends the server as soon as its own input closes, which it does with this process, however that ends.
  const script = '"$@" </dev/null >"$LOG" 2>&1 & pid=$!; cat >/dev/null; kill -KILL $pid; wait $pid';
  const { NODE_OPTIONS: _notForIt, ...env } = process.env;
  const child = spawn('sh', ['-c', script, 'sh', program, ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { ...env, PATH: `${env.PATH}:/usr/sbin:/sbin`, LOG: join(folder, 'log') },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.ref();
    child.stdin?.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  if (!(await comesUp(child, port))) {
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`${program} did not come up: ${log.slice(-1_000)}`);
  }
  child.unref();
  (child.stdin as { unref?: () => void } | null)?.unref?.();
  return stop;
}

async function comesUp(child: ChildProcess, port: number): Promise<boolean> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until && child.exitCode === null) {
    if (await accepts(port)) return true;
    await pause(POLL_MS);
  }
  return false;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
