import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toVisible } from '@holdup/testkit';

/** What users name: the file that is published. */
const REGISTER = import.meta.resolve('@holdup/agent/register');

const AGENT_FOLDERS = [
  dirname(fileURLToPath(REGISTER)),
  fileURLToPath(new URL('../../../node_modules/@holdup/agent/bundle', import.meta.url)),
];

/** Node starts CommonJS in another way once it has anything to import before: that is not the agent's doing. */
const EMPTY_IMPORT = 'data:text/javascript,';

/** Stacks are compared without the agent's frames: it must not push the host's own out of them. */
const STACK_LIMIT = '--stack-trace-limit=100';

/** Short: so that verdicts are made in the middle of everything. */
const BUDGET = '60ms';

/** A child that takes longer hangs. */
const LIMIT_MS = 90_000;

/** Settings of whoever runs this. */
const NOT_INHERITED = /^(HOLDUP|NODE_|PG|NO_COLOR|FORCE_COLOR|npm_)/;

export interface ChildOptions {
  readonly node: string;
  readonly withAgent: boolean;
  readonly args: readonly string[];
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** What somebody beside a process sees of it. */
export interface ChildRun {
  readonly end: string;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly visible: (text: string) => string[];
}

/** An agent that gave up changes nothing any more: what is compared then is nothing. */
const GAVE_UP = 'turned itself off';

function failuresIn(sink: string): string[] {
  try {
    return readFileSync(sink, 'utf8')
      .split('\n')
      .filter((line) => line.includes(GAVE_UP));
  } catch {
    // A program that ends at once leaves none.
    return [];
  }
}

/** Runs a program of Node to its end. */
export async function runChild(options: ChildOptions): Promise<ChildRun> {
  const { node, withAgent, args, flags = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'holdup-transparency-'));
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  const sink = join(folder, 'sink.jsonl');
  const agentEnv = { HOLDUP_SINK: `file:${sink}`, HOLDUP_BUDGET: BUDGET };
  const env = { ...Object.fromEntries(inherited), ...options.env, ...(withAgent ? agentEnv : {}) };
  const argv = [STACK_LIMIT, ...flags, '--import', withAgent ? REGISTER : EMPTY_IMPORT, ...args];
  const child = spawn(node, argv, { env, cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  try {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const end = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    const visible = (text: string) => toVisible(text, child.pid ?? 0, AGENT_FOLDERS);
    const failures = withAgent ? failuresIn(sink) : [];
    return { end, stdout: visible(stdout), stderr: [...visible(stderr), ...failures], visible };
  } finally {
    clearTimeout(limit);
    rmSync(folder, { recursive: true, force: true });
  }
}
