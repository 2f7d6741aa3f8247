import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Lines from 1, both ends included. */
export type LineRange = readonly [first: number, last: number];

/** By absolute path: the lines that changed, or all of them. */
export type ChangedLines = ReadonlyMap<string, readonly LineRange[] | 'all'>;

/** git does not know the revision, or there is no repository. */
export class SinceError extends Error {
  readonly code = 'HOLDUP_AUDIT_SINCE';
}

const MOST_DIFF_BYTES = 1 << 28;
const HUNK = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/;

/**
 * Lines of the working tree that differ from where its branch left `revision`; files git does not track count whole.
 * @throws SinceError
 */
export async function findChangedLines(revision: string, cwd: string): Promise<ChangedLines> {
  if (revision.startsWith('-')) throw new SinceError(`${JSON.stringify(revision)} is not a revision`);
  const git = (...args: string[]) => runGit(args, cwd);
  const top = (await git('rev-parse', '--show-toplevel')).trimEnd();
  await git('rev-parse', '--verify', '--quiet', `${revision}^{commit}`).catch(() => {
    throw new SinceError(`git knows no revision ${JSON.stringify(revision)}`);
  });
  // Without a common ancestor: the revision itself.
  const base = (await git('merge-base', revision, 'HEAD').catch(() => revision)).trim();
  const [diff, untracked] = await Promise.all([
    runGit([...PLAIN_DIFF, base, '--'], top),
    runGit(['ls-files', '--others', '--exclude-standard', '-z'], top),
  ]);
  const changed = new Map<string, readonly LineRange[] | 'all'>(readDiff(diff, top));
  for (const name of untracked.split('\0')) if (name !== '') changed.set(resolve(top, name), 'all');
  return changed;
}

/** Whatever the user's configuration says. */
const PLAIN_DIFF = [
  ...['-c', 'core.quotePath=false', '-c', 'diff.noprefix=false', '-c', 'diff.mnemonicPrefix=false', 'diff'],
  ...['--unified=0', '--no-color', '--no-ext-diff', '--find-renames', '--src-prefix=a/', '--dst-prefix=b/'],
];

function readDiff(diff: string, top: string): Map<string, LineRange[]> {
  const changed = new Map<string, LineRange[]>();
  let ranges: LineRange[] = [];
  let inHeader = true;
  for (const line of diff.split('\n')) {
    if (line.startsWith('diff --git ')) inHeader = true;
    else if (inHeader && line.startsWith('+++ ')) {
      ranges = [];
      const name = nameOf(line.slice('+++ '.length));
      if (name !== undefined) changed.set(join(top, name), ranges);
    }
    const hunk = HUNK.exec(line);
    if (!hunk) continue;
    inHeader = false;
    const first = Number(hunk[1]);
    const count = Number(hunk[2] ?? 1);
    if (count > 0) ranges.push([first, first + count - 1]);
  }
  return changed;
}

/** git ends names with spaces by a tab, and quotes those with control characters as C does. */
function nameOf(field: string): string | undefined {
  let name = field.replace(/\t$/, '');
  if (name.startsWith('"')) {
    try {
      name = String(JSON.parse(name));
    } catch {
      return undefined;
    }
  }
  return name.startsWith('b/') ? name.slice('b/'.length) : undefined;
}

async function runGit(args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', [...args], { cwd, maxBuffer: MOST_DIFF_BYTES });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new SinceError('git is not installed');
    const reason =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : String(error);
    throw new SinceError(`git: ${reason}`);
  }
}

export function isChanged(ranges: readonly LineRange[] | 'all' | undefined, first: number, last: number): boolean {
  if (ranges === undefined || ranges === 'all') return ranges === 'all';
  return ranges.some(([from, to]) => first <= to && last >= from);
}
