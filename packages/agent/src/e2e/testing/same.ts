import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
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
  const { code, signal } = run;
  return { code, signal, stdout: normalize(run.stdout, run.pid), stderr: normalize(run.stderr, run.pid) };
}

/** Frames of Node that a start with --import, a context, a hook of promises or a channel put into a stack. */
const FRAME_OF_NODE =
  /node:internal\/(modules|process\/execution|main|async_local_storage|async_hooks)|node:(async_hooks|diagnostics_channel)/;

/**
 * Pids, ports and the like differ from run to run. Of a stack the places count: not the agent's own, and not the names V8 finds for a
 * function by what it was called through.
 */
function normalize(text: string, pid: number): string[] {
  return (
    text
      .replaceAll(new RegExp(`\\b${pid}\\b`, 'g'), '<pid>')
      .replaceAll(/(ws:\/\/127\.0\.0\.1:)\d+\/[\w-]+/g, '$1<port>/<id>')
      .replaceAll(/(127\.0\.0\.1:|localhost:|::1\]?:)\d+/g, '$1<port>')
      .replaceAll(/\b(port|processID|secretKey|\[?Symbol\(\w*async_id_symbol\)\]?): -?\d+/g, '$1: <number>')
      .replaceAll(/\b[0-9A-F]{12}0000:error:/g, '<thread>:error:')
      // Node leaves out what two stacks have in common but for the outermost frame.
      .replaceAll(/ +\.\.\. collapsed \d+ duplicate lines .*\n/g, '')
      .replaceAll(/ +\[\.\.\. lines matching original stack trace \.\.\.\]\n.*\n/g, '')
      .split('\n')
      .flatMap((line) => {
        const frame = /^\s+at (?:.* \()?(.*?)\)?(?: \{)?$/.exec(line);
        if (frame === null) return [line];
        const place = frame[1] ?? '';
        return AGENT.some((folder) => place.includes(folder)) || FRAME_OF_NODE.test(place) ? [] : [`at ${place}`];
      })
  );
}
