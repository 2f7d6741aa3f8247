import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { toVisible } from '@holdup/testkit';
import { type HostOptions, type HostRun, runHeld, runPlain, type SinkLine, type SinkVerdict } from './host.ts';

/** Stands in every secret the fixtures plant: SQL literals and parameters, queries, headers, bodies, passwords. */
const CANARY = /c4nary/i;

/** Built, or bundled. */
const AGENT = ['dist', 'bundle'].map((folder) => fileURLToPath(new URL(`../../../${folder}/`, import.meta.url)));

export interface Pair {
  readonly plain: HostRun;
  readonly held: HostRun;
}

export interface SameOptions extends HostOptions {
  /** Flags of the run without the agent only. */
  readonly plainFlags?: readonly string[];
  /** What the agent may have to say of itself; by default nothing. */
  readonly notices?: RegExp;
}

/** Runs a host with and without the agent: it must say and do the very same. Returns both for further questions. */
export async function assertSame(app: string, options: SameOptions = {}): Promise<Pair> {
  const flags = [...(options.flags ?? []), ...(options.plainFlags ?? [])];
  const [plain, held] = await Promise.all([runPlain(app, { ...options, flags }), runHeld(app, options)]);
  assertAlike(held, plain, options);
  return { plain, held };
}

/** The same where one run without the agent serves for many with it. */
export async function assertSameAs(plain: Promise<HostRun>, app: string, options: SameOptions = {}): Promise<HostRun> {
  const held = await runHeld(app, options);
  assertAlike(held, await plain, options);
  return held;
}

function assertAlike(held: HostRun, plain: HostRun, { notices }: SameOptions): void {
  assert.deepEqual(visible(held), visible(plain));
  assertDiscreet(held, notices);
}

/** No secret in anything the agent wrote, and no word about itself. */
export function assertDiscreet(run: HostRun, notices = /^$/): void {
  for (const line of run.sink) {
    assert.doesNotMatch(JSON.stringify(line), CANARY);
    if (line.holdup === 'notice') assert.match(line.text, notices);
  }
}

export function verdictsOf(lines: readonly SinkLine[]): SinkVerdict[] {
  return lines.filter((line): line is SinkVerdict => line.holdup === 'verdict');
}

/** What somebody beside the process sees of it. */
function visible(run: HostRun): unknown {
  const { code, signal, pid } = run;
  return { code, signal, stdout: toVisible(run.stdout, pid, AGENT), stderr: toVisible(run.stderr, pid, AGENT) };
}
