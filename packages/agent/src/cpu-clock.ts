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
  return (threadUsage() === undefined ? systemClock() : undefined) ?? cpuClock();
}

function threadUsage(): CpuUsage | undefined {
  const { threadCpuUsage } = process as { threadCpuUsage?: CpuUsage };
  return threadCpuUsage?.bind(process);
}

/** The first of three numbers is the thread's time on a processor, ns. Five microseconds a look. */
function systemClock(): (() => number) | undefined {
  if (process.platform !== 'linux' || !isMainThread) return undefined;
  // Kept: the program may put another one in its place.
  const read = readFileSync;
  const file = `/proc/self/task/${process.pid}/schedstat`;
  const look = (): number => Number.parseInt(read(file, 'latin1'), 10) / 1e6;
  try {
    if (!(look() > 0)) return undefined;
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
