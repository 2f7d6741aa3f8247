import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { VerdictJson } from '@holdup/model';

/** What the agent writes to its sink. */
export type SinkLine =
  | ({ readonly holdup: 'verdict'; readonly time: string; readonly pid: number } & VerdictJson)
  | { readonly holdup: 'debug'; readonly time: string; readonly pid: number; readonly url: string }
  | { readonly holdup: 'started'; readonly time: string; readonly pid: number }
  | { readonly holdup: 'notice'; readonly time: string; readonly pid: number; readonly text: string };

export type SinkVerdict = Extract<SinkLine, { holdup: 'verdict' }>;

/** How a host ended and what it said. */
export interface HostRun {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the last line of stdout to the end of the process, ms. */
  readonly lingeredMs: number;
  /** Everything in the agent's sink; empty without an agent. */
  readonly sink: readonly SinkLine[];
}

/** A host that runs: what a test may do to it meanwhile. */
export interface RunningHost {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves with the first line of stdout that matches, past or future; rejects when the host ends without one. */
  readonly line: (pattern: RegExp) => Promise<string>;
  /** What the agent wrote so far. */
  readonly sink: () => readonly SinkLine[];
}

export interface HostOptions {
  readonly args?: readonly string[];
  /** Node's own flags, before those that load the agent. */
  readonly flags?: readonly string[];
  /** Flags that load the agent; none: by the environment. */
  readonly agentFlags?: readonly string[];
  /** Only in the run with the agent. */
  readonly agentEnv?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly during?: (host: RunningHost) => unknown;
}

/** What users name: the file that is published. */
export const REGISTER = import.meta.resolve('@holdup/agent/register');

/** A host that takes longer hangs: most take two seconds, some on a machine with other work twenty. */
const LIMIT_MS = 90_000;

/** Stacks are compared without the agent's frames: it must not push the host's own out of them. */
const STACK_LIMIT = '--stack-trace-limit=100';

/** Settings of whoever runs the tests. */
const NOT_INHERITED = /^(HOLDUP|NODE_|PG|NO_COLOR|FORCE_COLOR)/;

/** A fixture's path. They are programs as users write them, not compiled with the tests. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../../src/e2e/fixtures/${name}`, import.meta.url));
}

export function runPlain(app: string, options: HostOptions = {}): Promise<HostRun> {
  return run([STACK_LIMIT, ...(options.flags ?? []), resolveApp(app), ...(options.args ?? [])], {}, options);
}

/** With the agent loaded; its lines go to a file of their own, its default budget is 300 ms. */
export function runHeld(app: string, options: HostOptions = {}): Promise<HostRun> {
  const { flags = [], agentFlags = ['--import', REGISTER], args = [] } = options;
  const env = { HOLDUP_BUDGET: '300ms', ...options.agentEnv };
  return run([STACK_LIMIT, ...flags, ...agentFlags, resolveApp(app), ...args], env, options);
}

function resolveApp(app: string): string {
  return /^[-/]|^\w:/.test(app) ? app : fixture(app);
}

async function run(argv: readonly string[], agentEnv: Record<string, string>, options: HostOptions): Promise<HostRun> {
  const folder = mkdtempSync(join(tmpdir(), 'holdup-e2e-'));
  const sinkFile = join(folder, 'sink.jsonl');
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  const env = { ...Object.fromEntries(inherited), HOLDUP_SINK: `file:${sinkFile}`, ...options.env, ...agentEnv };
  const child = spawn(process.execPath, argv, { env, cwd: options.cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  try {
    const sink = () => readSink(sinkFile);
    const output = new Output(child, sink);
    const ended = new Promise<Pick<HostRun, 'code' | 'signal'>>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    const driven = Promise.resolve(options.during?.(output)).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
    const [end] = await Promise.all([ended, driven]);
    const { stdout, stderr, lingeredMs } = output;
    return { pid: child.pid ?? 0, ...end, stdout, stderr, lingeredMs, sink: sink() };
  } finally {
    clearTimeout(limit);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines a killed host was writing may be cut: only whole ones count. */
function readSink(file: string): SinkLine[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): SinkLine => JSON.parse(line));
}

class Output implements RunningHost {
  readonly child: ChildProcessWithoutNullStreams;
  readonly sink: () => readonly SinkLine[];
  stdout = '';
  stderr = '';
  readonly #lines: string[] = [];
  readonly #waiting = new Set<(line: string | undefined) => void>();
  #lastLineAt = performance.now();
  #exitAt = 0;

  constructor(child: ChildProcessWithoutNullStreams, sink: () => readonly SinkLine[]) {
    this.child = child;
    this.sink = sink;
    child.stdin.on('error', () => {});
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#lastLineAt = performance.now();
      this.#lines.push(line);
      for (const tell of this.#waiting) tell(line);
    });
    child.once('exit', () => {
      this.#exitAt = performance.now();
    });
    child.once('close', () => {
      for (const tell of this.#waiting) tell(undefined);
    });
  }

  get lingeredMs(): number {
    return this.#exitAt - this.#lastLineAt;
  }

  readonly line = (pattern: RegExp): Promise<string> => {
    const known = this.#lines.find((line) => pattern.test(line));
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const tell = (line: string | undefined): void => {
        if (line !== undefined && !pattern.test(line)) return;
        this.#waiting.delete(tell);
        if (line !== undefined) resolve(line);
        else reject(new Error(`the host ended without a line like ${pattern}:\n${this.stdout}\n${this.stderr}`));
      };
      this.#waiting.add(tell);
    });
  };
}
