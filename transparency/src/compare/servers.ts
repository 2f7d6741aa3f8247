import { type RunningServer, startMariadb, startRedis, whyNoMariadb, whyNoRedis } from '@holdup/testkit';
import type { Servers } from '../see/stage.ts';
import { SUBJECTS } from './subjects.ts';

/** Servers that a machine may have or not, while subjects that need them are compared. */
export interface Others {
  readonly servers: Servers;
  /** What could not be started, and why. */
  readonly skipped: readonly string[];
  has(server: keyof Servers | undefined): boolean;
  stop(): Promise<void>;
}

const KINDS = [
  {
    name: 'redis',
    reason: whyNoRedis,
    start: () => startRedis(),
    url: ({ host, port }: RunningServer) => `redis://${host}:${port}`,
  },
  {
    name: 'mysql',
    reason: whyNoMariadb,
    start: () => startMariadb(),
    url: ({ host, port, user, database }: RunningServer) => `mysql://${user}@${host}:${port}/${database}`,
  },
] as const;

export async function startOthers(subjects: readonly string[]): Promise<Others> {
  const servers: Record<string, string> = {};
  const skipped: string[] = [];
  const running: RunningServer[] = [];
  const stop = async () => {
    await Promise.all(running.map((server) => server.stop()));
  };
  for (const { name, reason, start, url } of KINDS) {
    const asking = subjects.filter((subject) => SUBJECTS[subject]?.needs === name);
    if (asking.length === 0) continue;
    const why = reason();
    if (why !== undefined) {
      skipped.push(`${asking.join(', ')}: ${why}`);
      continue;
    }
    try {
      const server = await start();
      running.push(server);
      servers[name] = url(server);
    } catch (error) {
      await stop();
      throw error;
    }
  }
  return { servers, skipped, has: (server) => server === undefined || server in servers, stop };
}
