import { isMainThread } from 'node:worker_threads';
import { procReader } from './proc-file.ts';

type CpuUsage = () => { readonly user: number; readonly system: number };

/** Reads CPU time in ms: of this thread where Node tells (from 23.9 on), else of the whole process, which is never less. */
export function cpuClock(): () => number {
  const usage: CpuUsage = threadUsage() ?? process.cpuUsage.bind(process);
  return () => {
    const { user, system } = usage();
    return (user + system) / 1_000;
  };
}

/**
 * The same, of this thread also where only Linux tells it. Some milliseconds behind, which is nothing beside a block and too
 * much for what is measured in milliseconds. With the process's own threads in it (collector, compiler, watchdog)
 * a machine without a processor to spare would look like work.
 */
export function threadCpuClock(): () => number {
  return (threadUsage() === undefined ? systemClock(ON_PROCESSOR) : undefined) ?? cpuClock();
}

function threadUsage(): CpuUsage | undefined {
  const { threadCpuUsage } = process as { threadCpuUsage?: CpuUsage };
  return threadCpuUsage?.bind(process);
}

/**
 * Reads for how long this thread has been ready to run without a processor, ms; undefined where the system does not tell.
 * Other programs had the machine then, or other threads of this one.
 */
export function processorQueueClock(): () => number | undefined {
  return systemClock(QUEUED) ?? (() => undefined);
}

/**
 * Reads for how long this thread has run, or been ready to, ms: the rest of the time it slept. Where the system does not tell,
 * only what it ran.
 */
export function awakeClock(): () => number {
  return systemClock(ON_PROCESSOR, QUEUED) ?? cpuClock();
}

/** Of the three numbers in `schedstat` the time on a processor, and the time in the queue for one; ns. */
const ON_PROCESSOR = 0;
const QUEUED = 1;

/** More than three numbers of nanoseconds since the machine started take. */
const MAX_BYTES = 80;

/** The sum of what is asked for. Five to thirty microseconds a look, by the machine. */
function systemClock(...which: readonly (typeof ON_PROCESSOR | typeof QUEUED)[]): (() => number) | undefined {
  if (process.platform !== 'linux' || !isMainThread) return undefined;
  const look = reader(`/proc/self/task/${process.pid}/schedstat`);
  const first = look();
  // A kernel that does not count says 0 for both; this thread has run already.
  if (first === undefined || !(first[ON_PROCESSOR] > 0)) return undefined;
  let last = first;
  return () => {
    // No descriptor left, for instance: the last one.
    last = look() ?? last;
    return which.reduce<number>((sum, index) => sum + last[index], 0);
  };
}

/** Reads the first two numbers of a file, as milliseconds of nanoseconds; undefined when it cannot. */
function reader(file: string): () => readonly [number, number] | undefined {
  const read = procReader(file, MAX_BYTES);
  return () => {
    const bytes = read();
    if (bytes === undefined) return undefined;
    const end = Math.max(0, bytes.indexOf(SPACE));
    return [numberIn(bytes, 0, end) / 1e6, numberIn(bytes, end + 1, bytes.length) / 1e6];
  };
}

const SPACE = 0x20;
const [ZERO, NINE] = [0x30, 0x39];

/** Up to the first byte that is no digit. */
function numberIn(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) break;
    value = value * 10 + byte - ZERO;
  }
  return value;
}
