import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

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

/** Of the three numbers in `schedstat` the time on a processor, and the time in the queue for one; ns. */
const ON_PROCESSOR = 0;
const QUEUED = 1;

/** Five microseconds a look. */
function systemClock(which: typeof ON_PROCESSOR | typeof QUEUED): (() => number) | undefined {
  if (process.platform !== 'linux' || !isMainThread) return undefined;
  // Kept: the program may put another one in its place.
  const read = readFileSync;
  const file = `/proc/self/task/${process.pid}/schedstat`;
  const look = (): number => Number(read(file, 'latin1').split(' ', 2)[which]) / 1e6;
  try {
    const first = look();
    // A kernel that does not count says 0 for both; this thread has run already.
    if (!(which === QUEUED ? first >= 0 && systemClock(ON_PROCESSOR) !== undefined : first > 0)) return undefined;
  } catch {
    return undefined;
  }
  let last = 0;
  return () => {
    try {
      last = look();
    } catch {
      // No descriptor left, for instance.
    }
    return last;
  };
}
