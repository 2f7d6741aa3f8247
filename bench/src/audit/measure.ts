import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** One run of a tool, with all processes it started. Absent: this system does not tell. */
export interface Run {
  readonly wallS: number;
  readonly cpuS: number | undefined;
  readonly peakMb: number | undefined;
  readonly code: number | null;
  readonly output: string;
}

const LOOK_MS = 50;
const PATIENCE_MS = 600_000;
/** Bash tells the processor time of ended descendants too, which Node does not. */
const TIMED = 'TIMEFORMAT="%U %S"; time "$0" "$@" 2>/dev/null';

export async function measure(command: string, args: readonly string[], cwd: string): Promise<Run> {
  const start = performance.now();
  const child = spawn('bash', ['-c', TIMED, command, ...args], { cwd, timeout: PATIENCE_MS });
  let output = '';
  let times = '';
  let peakMb: number | undefined;
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    times += chunk;
  });
  const watch = setInterval(async () => {
    const now = await residentMb(child.pid ?? 0);
    if (now !== undefined) peakMb = Math.max(peakMb ?? 0, now);
  }, LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(watch);
  const [user, system] = times.trim().split(/\s+/).slice(-2).map(Number);
  const cpuS = user === undefined || system === undefined || Number.isNaN(user + system) ? undefined : user + system;
  return { wallS: (performance.now() - start) / 1000, cpuS, peakMb, code, output };
}

/** Resident memory of a process and its descendants, what they share counted twice; undefined where there is no /proc. */
async function residentMb(root: number): Promise<number | undefined> {
  const names = await readdir('/proc').catch(() => []);
  const processes = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess));
  const known = new Set([root]);
  let pages = 0;
  let found = false;
  // Parents have the lower number, but for wrap-arounds.
  for (const each of processes.filter((it) => it !== undefined).sort((a, b) => a.pid - b.pid)) {
    if (each.pid !== root && !known.has(each.parent)) continue;
    known.add(each.pid);
    pages += each.pages;
    found = true;
  }
  return found ? (pages * PAGE_BYTES) / 1e6 : undefined;
}

const PAGE_BYTES = 4_096;

async function readProcess(
  pid: string,
): Promise<{ readonly pid: number; readonly parent: number; readonly pages: number } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // Fields 4 and 24; the name in the second may have spaces.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && { pid: Number(pid), parent: Number(fields[1]), pages: Number(fields[21]) };
}
