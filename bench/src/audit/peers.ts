import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Milliseconds for the module proxy. */
const INSTALL_MS = 300_000;

/** Go's own source tree; undefined without Go. */
export async function findGoSource(): Promise<string | undefined> {
  const { stdout } = await run('go', ['env', 'GOROOT']).catch(() => ({ stdout: '' }));
  const source = join(stdout.trim(), 'src');
  return stdout.trim() !== '' && existsSync(source) ? source : undefined;
}

/** A peer as it is started, or why it cannot be had. */
export type Peer =
  | { readonly name: string; readonly command: string; readonly args: readonly string[] }
  | { readonly name: string; readonly reason: string };

/** Builds noctx, through Go's module proxy. It runs within `go vet`, which type-checks for it. */
export async function installNoctx(folder: string): Promise<Peer> {
  const name = 'noctx';
  const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod' };
  try {
    await run('go', ['install', 'github.com/sonatard/noctx/cmd/noctx@latest'], { env, timeout: INSTALL_MS });
    return { name, command: 'go', args: ['vet', `-vettool=${join(folder, 'noctx')}`, './...'] };
  } catch (error) {
    return { name, reason: reasonOf(error, 'go: ', 'Go is not installed') };
  }
}

/** One version, so that figures can be compared. Not by a lockfile: its packages are one per platform, and a registry may lack some. */
const OXLINT = 'oxlint@1.94.0';

export async function installOxlint(folder: string): Promise<Peer> {
  const name = 'oxlint';
  const flags = ['--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  try {
    await run('npm', ['install', '--prefix', folder, ...flags, OXLINT], { timeout: INSTALL_MS });
    return { name, command: join(folder, 'node_modules', '.bin', 'oxlint'), args: ['.'] };
  } catch (error) {
    return { name, reason: reasonOf(error, 'npm error', 'npm is not installed') };
  }
}

function reasonOf(error: unknown, mark: string, absent: string): string {
  const words = error instanceof Error ? error.message : String(error);
  if (words.includes('ENOENT')) return absent;
  return words.split('\n').find((line) => line.includes(mark)) ?? words.slice(0, LONGEST);
}

const LONGEST = 200;
