import { fork, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { FuzzReport } from './fuzz.ts';
import { generatePprof } from './generate.ts';
import { BOMBS } from './mutate.ts';

/** One reading of the big profile by one tool in a process of its own. What a tool does not do or does not tell is absent. */
export interface Reading {
  readonly tool: string;
  readonly decodeMs: number;
  /** It was stopped then, before it was done. */
  readonly stopped?: true;
  readonly layoutMs?: number;
  readonly cpuMs?: number;
  readonly rssMb?: number;
}

export interface DecodingReport {
  readonly megabytes: number;
  readonly readings: readonly Reading[];
  readonly skipped: readonly string[];
}

export interface DecodingPlan {
  readonly runs: number;
  /** Where pprof-format is, or why not. */
  readonly pprofFormat: { readonly folder: string } | { readonly reason: string };
  readonly progress: (line: string) => void;
}

/** Milliseconds a child of ours may take; 100,000 damaged inputs are the longest, on a busy machine. */
const PATIENCE_MS = 600_000;
/** Milliseconds a peer may take: a hundred times what it is measured against says enough. */
const PEER_PATIENCE_MS = 90_000;
const MB = 1e6;

/**
 * Has every tool read a pprof of 1 M samples and 100 k stacks, each time in a fresh process, in turns.
 * @throws Error when one of ours fails.
 */
export async function measureDecoding({ runs, pprofFormat, progress }: DecodingPlan): Promise<DecodingReport> {
  const folder = await mkdtemp(join(tmpdir(), 'holdup-bench-'));
  try {
    progress('making the profile');
    const bytes = generatePprof();
    const plain = join(folder, 'big.pb');
    await writeFile(plain, bytes);
    await writeFile(`${plain}.gz`, gzipSync(bytes, { level: 1 }));
    const readings: Reading[] = [];
    const skipped: string[] = 'reason' in pprofFormat ? [`pprof-format: ${pprofFormat.reason}`] : [];
    for (let run = 1; run <= runs; run++) {
      progress(`run ${run} of ${runs}`);
      readings.push(await readBy('holdup', 'decode-holdup', plain));
      readings.push(await readBy('holdup, gzip', 'decode-holdup', `${plain}.gz`));
      if ('folder' in pprofFormat) {
        readings.push(await readBy('pprof-format', 'decode-pprof-format', plain, pprofFormat.folder));
      }
      const isDone = readings.some(({ stopped }) => stopped) || skipped.some((line) => line.startsWith('go'));
      const go = isDone ? undefined : await readByGo(plain);
      if (go && 'reason' in go) skipped.push(`go tool pprof -top: ${go.reason}`);
      else if (go) readings.push(go);
    }
    return { megabytes: bytes.length / MB, readings, skipped };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readBy(tool: string, script: string, ...args: readonly string[]): Promise<Reading> {
  return { tool, ...(await askChild<Omit<Reading, 'tool'>>(script, args)) };
}

/** Runs a process of the bench until it reports. @throws Error when it ends before. */
function askChild<Report>(
  script: string,
  args: readonly string[],
  onProgress?: (done: number) => void,
): Promise<Report> {
  const file = fileURLToPath(new URL(`../processes/${script}.js`, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = fork(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], timeout: PATIENCE_MS });
    let words = '';
    child.stderr?.on('data', (chunk) => {
      words = `${words}${chunk}`.slice(-400);
    });
    child.on('message', (message: { report?: Report; done?: number }) => {
      if (message.report !== undefined) resolve(message.report);
      else if (message.done !== undefined) onProgress?.(message.done);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`${script} ended with ${signal ?? code}: ${words}`)));
  });
}

/** The whole of `go tool pprof -top`: it decodes and sums up, and lays out nothing. */
async function readByGo(file: string): Promise<Reading | { reason: string }> {
  const path = await output('go', ['tool', '-n', 'pprof']).catch(() => undefined);
  if (path === undefined) return { reason: 'Go is not installed' };
  const start = performance.now();
  const command = ['-top', '-nodecount=10', file];
  // What was asked to end may be in the middle of a collection of gigabytes.
  const options = { stdio: 'ignore', timeout: PEER_PATIENCE_MS, killSignal: 'SIGKILL' } as const;
  const child = spawn(path.trim(), command, options);
  let cpuMs: number | undefined;
  const watch = setInterval(async () => {
    cpuMs = (await cpuOf(child.pid ?? 0)) ?? cpuMs;
  }, CPU_LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve));
  clearInterval(watch);
  if (code !== 0 && code !== null) return { reason: `it ended with ${code}` };
  const decodeMs = performance.now() - start;
  const stopped = code === null && ({ stopped: true } as const);
  return { tool: 'go tool pprof -top', decodeMs, ...stopped, ...(cpuMs !== undefined && { cpuMs }) };
}

const CPU_LOOK_MS = 100;
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Processor time of a running process; undefined where there is no /proc. */
async function cpuOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // Fields 14 and 15; the name in the second may have spaces.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', reject).on('exit', (code) => (code === 0 ? resolve(text) : reject(new Error(String(code)))));
  });
}

export interface NamedFuzz extends FuzzReport {
  readonly name: string;
}

/**
 * Reads `count` damaged profiles in one process, then every bomb in one of its own.
 * @throws Error when a process dies.
 */
export async function runFuzz(count: number, progress: (line: string) => void): Promise<readonly NamedFuzz[]> {
  let told = 0;
  const damaged = await askChild<FuzzReport>('fuzz-profiles', ['1', String(count)], (done) => {
    if (done < told + TELL_EVERY) return;
    told = done;
    progress(`damaged profiles: ${done} of ${count}`);
  });
  const reports: NamedFuzz[] = [{ name: 'damaged profiles', ...damaged }];
  for (const name of Object.keys(BOMBS)) {
    progress(name);
    reports.push({ name, ...(await askChild<FuzzReport>('fuzz-profiles', [name])) });
  }
  return reports;
}

const TELL_EVERY = 5_000;
