import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { findFiles, PathError } from '../files/walk.ts';
import type { Problem } from '../hazard.ts';
import { type ChainInput, matchesGlob } from './audit-chain.ts';
import { formatOf } from './formats/index.ts';
import type { ConfigFile } from './hop.ts';

export interface LoadedFiles extends Pick<ChainInput, 'files' | 'ordered'> {
  readonly open: NonNullable<ChainInput['open']>;
  readonly find: NonNullable<ChainInput['find']>;
  readonly problems: readonly Problem[];
}

/** In folders, files that may be a configuration or a program. */
const CANDIDATE =
  /\.(?:conf|cfg|cnf|ini|ya?ml|json|toml|tf|tofu|tfvars|hcl|sql|go|[cm]?[jt]sx?|prisma|template|vhost|nginx|caddy)$|(?:^|[/\\])[^/\\]*Caddyfile[^/\\]*$/i;
const MODULE = /\.(?:[cm]?[jt]s|json)$/;
/** Larger ones are data. */
const MOST_BYTES = 4_000_000;
/** Files of a folder that are looked at. */
const MOST_FILES = 20_000;

/**
 * The files of a chain: named ones in the order they were named, of folders those whose format is known.
 * @throws PathError for a named path that does not exist
 */
export async function loadChainFiles(paths: readonly string[], cwd: string): Promise<LoadedFiles> {
  const files = new Map<string, ConfigFile>();
  const problems: Problem[] = [];
  let ordered = true;
  for (const path of paths) {
    const full = resolve(cwd, path);
    const info = statSync(full, { throwIfNoEntry: false });
    if (!info) throw new PathError(`${path} does not exist`);
    if (info.isFile()) load(full, cwd, files, problems, () => true);
    else if (info.isDirectory()) {
      ordered = false;
      const found = await findFiles([path], {
        cwd,
        handles: (file) => CANDIDATE.test(file),
        exclude: { folder: cwd, patterns: [] },
        tests: false,
      });
      problems.push(...found.problems);
      for (const { path: file } of found.files.slice(0, MOST_FILES))
        load(file, cwd, files, problems, (it) => formatOf(it) !== undefined);
    } else throw new PathError(`${path} is neither a file nor a folder`);
  }
  return {
    files: [...files.values()],
    ordered,
    problems,
    find: (pattern, from) => findOnDisk(pattern, resolve(cwd, from), cwd),
    open: (file) => openModule(file, cwd),
  };
}

function load(
  full: string,
  cwd: string,
  files: Map<string, ConfigFile>,
  problems: Problem[],
  wanted: (file: ConfigFile) => boolean,
): void {
  const file = nameOf(full, cwd);
  try {
    if (statSync(full).size > MOST_BYTES)
      problems.push({ file, message: `larger than ${MOST_BYTES / 1_000_000} MB: not read` });
    else {
      const loaded = { file, text: readFileSync(full, 'utf8') };
      if (!files.has(full) && wanted(loaded)) files.set(full, loaded);
    }
  } catch (error) {
    problems.push({ file, message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` });
  }
}

/** An include beside the file that names it; an absolute one (`/etc/nginx/conf.d/*.conf`) below that file's folder, never this machine's own. */
function findOnDisk(pattern: string, from: string, cwd: string): ConfigFile[] {
  const folder = dirname(from);
  const relativePattern = pattern.replace(/^\/(?:(?:usr\/local\/)?etc\/)?(?:nginx|caddy)?\/?/, '');
  const target = resolve(folder, relativePattern);
  const found: ConfigFile[] = [];
  try {
    for (const name of readdirSync(dirname(target)).sort()) {
      const path = join(dirname(target), name);
      if (
        path !== from &&
        matchesGlob(basename(target), name) &&
        statSync(path).isFile() &&
        statSync(path).size <= MOST_BYTES
      )
        found.push({ file: nameOf(path, cwd), text: readFileSync(path, 'utf8') });
    }
  } catch {
    // No such folder: the reader says that nothing was found.
  }
  return found;
}

/** A program's own module, which was not among the arguments. Packages under node_modules are not the project's. */
function openModule(file: string, cwd: string): ConfigFile | undefined {
  if (!MODULE.test(file) || file.includes('node_modules/')) return undefined;
  try {
    const full = resolve(cwd, file);
    const info = statSync(full, { throwIfNoEntry: false });
    return info?.isFile() && info.size <= MOST_BYTES ? { file, text: readFileSync(full, 'utf8') } : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(full: string, cwd: string): string {
  const name = relative(cwd, full);
  return (name.startsWith('..') ? full : name).split(sep).join('/');
}
