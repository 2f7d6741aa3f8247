type CpuUsage = () => { readonly user: number; readonly system: number };

/** Reads CPU time in ms: of this thread where Node tells (from 23.9 on), else of the whole process, which is never less. */
export function cpuClock(): () => number {
  const { threadCpuUsage } = process as { threadCpuUsage?: CpuUsage };
  const usage: CpuUsage = threadCpuUsage?.bind(process) ?? process.cpuUsage.bind(process);
  return () => {
    const { user, system } = usage();
    return (user + system) / 1_000;
  };
}
