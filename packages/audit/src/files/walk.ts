import { existsSync, readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Problem } from '../hazard.ts';
import { isGeneratedName, isSkippedFolder, isTestPath } from './kinds.ts';

export interface WalkOptions {
  /** Folder that names in the report are relative to. */
  readonly cwd: string;
  /** By a file's name: is there anything to say about such files? */
  readonly handles: (file: string) => boolean;
  /** Called as each file to audit is found, with its path. */
  readonly onFound?: (path: string) => void;
  /** Patterns in the syntax of .gitignore, relative to `folder`. */
  readonly exclude: { readonly folder: string; readonly patterns: readonly string[] };
  /** Tests are passed over unless named or asked for. */
  readonly tests: boolean;
}

export interface FoundFile {
  readonly path: string;
  /** As reports show it. */
  readonly name: string;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  readonly problems: readonly Problem[];
  /** Test files passed over. */
  readonly tests: number;
}

/** A path the user named does not exist, or nothing can be said about it. */
export class PathError extends Error {
  readonly code = 'HOLDUP_AUDIT_PATH';
}

interface Level {
  readonly folder: string;
  readonly rules: Ignore;
}

interface Walk extends WalkOptions {
  readonly found: Map<string, FoundFile>;
  readonly problems: Problem[];
  passedOver: number;
}

/**
 * Finds the files to audit. A file that is named is taken whatever its name; in folders, what git ignores, dependencies,
 * builds, generated files and tests are passed over. Symbolic links are not followed.
 * @throws PathError for a named path that does not exist or that no rule is about
 */
export async function findFiles(paths: readonly string[], options: WalkOptions): Promise<FoundFiles> {
  const { folder, patterns } = options.exclude;
  // Nothing to exclude is asked of no path.
  const excludes = patterns.length === 0 ? [] : [{ folder, rules: ignore().add([...patterns]) }];
  const walk: Walk = { ...options, found: new Map(), problems: [], passedOver: 0 };
  for (const path of paths) {
    const full = resolve(options.cwd, path);
    const info = await stat(full).catch(() => undefined);
    if (!info) throw new PathError(`${path} does not exist`);
    if (info.isDirectory()) await walkFolder(full, full, [...(await levelsAbove(full)), ...excludes], walk);
    else if (!info.isFile()) throw new PathError(`${path} is neither a file nor a folder`);
    else if (options.handles(full)) take(full, walk);
    else throw new PathError(`${path}: there are no rules for this kind of file`);
  }
  const files = [...walk.found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, problems: walk.problems, tests: walk.passedOver };
}

async function walkFolder(folder: string, root: string, above: readonly Level[], walk: Walk): Promise<void> {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(folder);
  } catch (error) {
    walk.problems.push({ file: nameOf(folder, walk.cwd), message: `cannot be read: ${reasonOf(error)}` });
    return;
  }
  const own = entries.some(({ name }) => name === '.gitignore') ? await readLevel(folder) : undefined;
  const levels = own ? [...above, own] : above;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (isSkippedFolder(entry.name) || isIgnored(`${path}${sep}`, levels)) continue;
      await walkFolder(path, root, levels, walk);
    } else if (entry.isFile() && walk.handles(path) && !isGeneratedName(entry.name) && !isIgnored(path, levels)) {
      if (walk.tests || !isTestPath(relative(root, path))) take(path, walk);
      else walk.passedOver += 1;
    }
  }
}

/** At once: folder after folder through the thread pool takes twice as long, and nothing else waits for this thread meanwhile. */
function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

function take(path: string, walk: Walk): void {
  walk.found.set(path, { path, name: nameOf(path, walk.cwd) });
  walk.onFound?.(path);
}

function nameOf(path: string, cwd: string): string {
  const name = relative(cwd, path);
  return (name === '' ? basename(path) : name.startsWith('..') ? path : name).split(sep).join('/');
}

/** The ignore files from the repository's top down to the folder's parent. */
async function levelsAbove(folder: string): Promise<Level[]> {
  const above: string[] = [];
  for (let at = folder; !existsSync(join(at, '.git')); ) {
    const parent = dirname(at);
    // No repository: nothing above concerns this folder.
    if (parent === at) return [];
    above.unshift(parent);
    at = parent;
  }
  const levels = await Promise.all(above.map(readLevel));
  return levels.filter((level) => level !== undefined);
}

async function readLevel(folder: string): Promise<Level | undefined> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : { folder, rules: ignore().add(text) };
}

/** The deepest ignore file that says anything about a path decides, as in git. */
function isIgnored(path: string, levels: readonly Level[]): boolean {
  for (const { folder, rules } of levels.toReversed()) {
    const name = relative(folder, path).split(sep).join('/') + (path.endsWith(sep) ? '/' : '');
    if (name.startsWith('..') || name === '/') continue;
    const { ignored, unignored } = rules.test(name);
    if (ignored || unignored) return ignored;
  }
  return false;
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
