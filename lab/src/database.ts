// holdup-ignore-file js/unbounded-query: sets up the database of one run, which has a limit as a whole
import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import pg from 'pg';

/** The lab's PostgreSQL server: each run gets a database of its own in it. */
export interface DatabaseServer {
  create(schema: string): Promise<RunDatabase>;
  stop(): Promise<void>;
}

export interface RunDatabase {
  /** `postgresql://…` for the app. */
  readonly url: string;
  /** As pools and sessions are named after it: `127.0.0.1:5432/app_1`. */
  readonly name: string;
  /** Runs as the operator, on a connection the app knows nothing of. */
  sql(text: string): Promise<void>;
  /** The functions made with `paced` take so long from now on, ms. */
  pace(functionName: string, ms: number): Promise<void>;
  /**
   * From now on the server is asked now and then for nothing at all, where no lock of the run's can be in the way.
   * @returns ends that and says how long the slowest answer took, ms
   */
  watch(): () => number;
  drop(): Promise<void>;
}

/** Often enough that a server without a processor for a quarter of a second is seen, and no load. */
const ASK_EVERY_MS = 50;

/**
 * SQL of a set-returning function that takes as long as `pace` says and then answers `body`: a statement whose plan went
 * bad, without the processor time, and without its text saying so.
 */
export function paced(name: string, parameters: string, returns: string, body: string, usualMs: number): string {
  return `
    INSERT INTO maintenance.pace VALUES ('${name}', ${usualMs / 1_000});
    CREATE FUNCTION ${name}(${parameters}) RETURNS TABLE(${returns}) LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_sleep((SELECT seconds FROM maintenance.pace WHERE name = '${name}'));
      RETURN QUERY ${body};
    END $$;`;
}

const PREPARE = `
  CREATE SCHEMA maintenance;
  CREATE TABLE maintenance.pace (name text PRIMARY KEY, seconds float8 NOT NULL);`;

/** Starts on first use: many faults need no database. */
export function lazyDatabaseServer(): DatabaseServer {
  let server: Promise<RunningPostgres> | undefined;
  let count = 0;
  return {
    async create(schema) {
      server ??= startPostgres();
      return openDatabase(await server, `app_${++count}`, schema);
    },
    stop: async () => void (await (await server)?.stop()),
  };
}

async function openDatabase(server: RunningPostgres, database: string, schema: string): Promise<RunDatabase> {
  const admin = await connect(server);
  await admin.query(`CREATE DATABASE ${database}`);
  const operator = await connect({ ...server, database });
  await operator.query(PREPARE + schema);
  return {
    url: server.url.replace(/\/[^/]*$/, `/${database}`),
    name: `${server.host}:${server.port}/${database}`,
    sql: async (text) => void (await operator.query(text)),
    pace: async (name, ms) =>
      void (await operator.query('UPDATE maintenance.pace SET seconds = $2 WHERE name = $1', [name, ms / 1_000])),
    watch: () => watchAnswers(admin),
    async drop() {
      await operator.end();
      await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
      await admin.end();
    },
  };
}

function watchAnswers(client: pg.Client): () => number {
  let slowest = 0;
  let askedAt: number | undefined;
  const took = () => (askedAt === undefined ? 0 : performance.now() - askedAt);
  const timer = setInterval(() => {
    if (askedAt !== undefined) return;
    askedAt = performance.now();
    const answered = () => {
      slowest = Math.max(slowest, took());
      askedAt = undefined;
    };
    client.query('SELECT').then(answered, answered);
  }, ASK_EVERY_MS);
  return () => {
    clearInterval(timer);
    return Math.max(slowest, took());
  };
}

async function connect({ host, port, user, password, database }: RunningPostgres): Promise<pg.Client> {
  const client = new pg.Client({ host, port, user, password, database });
  client.on('error', () => {});
  await client.connect();
  return client;
}
