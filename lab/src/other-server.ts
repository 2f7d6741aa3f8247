// holdup-ignore-file js/unbounded-query: works on the lab's own database, and a run has a limit as a whole
import { type RunningServer, startMariadb, startRedis, whyNoMariadb, whyNoRedis } from '@holdup/testkit';
import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';

/** Servers a fault may have to itself, where the machine has the program. */
export type OtherServerKind = 'mariadb' | 'redis';

export interface OtherServer {
  /** `mysql://…` or `redis://…` */
  readonly url: string;
  /** As pools and sessions are named after it. */
  readonly name: string;
  /** One statement or command, as the operator. */
  tell(text: string): Promise<void>;
  stop(): Promise<void>;
}

/** Why faults that need it cannot be played here. */
export function whyNoServer(kind: OtherServerKind): string | undefined {
  return kind === 'mariadb' ? whyNoMariadb() : whyNoRedis();
}

/** @param statements run before anybody else comes */
export async function startOtherServer(kind: OtherServerKind, statements: readonly string[]): Promise<OtherServer> {
  const server = kind === 'mariadb' ? await startMariadb() : await startRedis();
  try {
    const other = kind === 'mariadb' ? await openMariadb(server) : openRedis(server);
    for (const statement of statements) await other.tell(statement);
    return other;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function openMariadb({ host, port, user, database, stop }: RunningServer): Promise<OtherServer> {
  const operator = await mysql.createConnection({ host, port, user, database });
  operator.on('error', () => {});
  return {
    url: `mysql://${user}@${host}:${port}/${database}`,
    name: `${host}:${port}/${database}`,
    tell: async (text) => void (await operator.query(text)),
    stop: async () => {
      operator.destroy();
      await stop();
    },
  };
}

function openRedis({ host, port, stop }: RunningServer): OtherServer {
  const operator = new Redis({ host, port });
  operator.on('error', () => {});
  return {
    url: `redis://${host}:${port}`,
    name: `${host}:${port}/0`,
    tell: async (text) => {
      const [command = '', ...args] = text.split(' ');
      await operator.call(command, ...args);
    },
    stop: async () => {
      operator.disconnect();
      await stop();
    },
  };
}
