import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HostEvent } from './host.ts';

export interface HostRun {
  readonly events: readonly HostEvent[];
  readonly stderr: string;
  /** Null: killed by us. */
  readonly code: number | null;
}

const SCENARIOS = fileURLToPath(new URL('./scenarios.js', import.meta.url));

/** A host that takes longer hangs. */
const LIMIT_MS = 45_000;

interface HostOptions {
  readonly args?: readonly string[];
  /** Node's own flags. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the host as soon as this holds. */
  readonly until?: (events: readonly HostEvent[]) => boolean;
}

/** Runs one scenario in a process of its own. */
export function runHost(scenario: string, options: HostOptions = {}): Promise<HostRun> {
  const { args = [], flags = [], env = {}, until = () => false } = options;
  const child = spawn(process.execPath, [...flags, SCENARIOS, scenario, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const events: HostEvent[] = [];
  let stderr = '';
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(JSON.parse(line));
    if (until(events)) child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ events, stderr, code });
    });
  });
}
