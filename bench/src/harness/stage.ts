import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import pg from 'pg';
import type { LoadProtocol } from '../processes/load.ts';
import type { SinkProtocol } from '../processes/otlp-sink.ts';
import { Child } from './child.ts';

/** Rows of the table the service reads; the load asks for ids up to this. */
const PRODUCTS = 1_000;

/** A pool for each process of each variant. */
const MAX_CONNECTIONS = '200';

/** Everything around the service under test, started once for all variants and Node versions. */
export interface Stage {
  readonly database: RunningPostgres;
  readonly upstream: Child<Record<string, never>>;
  readonly sink: Child<SinkProtocol>;
  readonly load: Child<LoadProtocol>;
}

export async function openStage(): Promise<Stage> {
  const database = await startPostgres({ settings: { max_connections: MAX_CONNECTIONS } });
  await fillDatabase(database);
  const [upstream, sink, load] = await Promise.all([
    Child.start<Record<string, never>>('upstream'),
    Child.start<SinkProtocol>('otlp-sink'),
    Child.start<LoadProtocol>('load'),
  ]);
  return { database, upstream, sink, load };
}

export async function closeStage(stage: Stage): Promise<void> {
  await Promise.all([stage.upstream.stop(), stage.sink.stop(), stage.load.stop()]);
  await stage.database.stop();
}

async function fillDatabase(database: RunningPostgres): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('CREATE TABLE product (id int PRIMARY KEY, name text NOT NULL, stock int NOT NULL)');
  await client.query("INSERT INTO product SELECT n, 'product ' || n, n % 100 FROM generate_series(1, $1::int) AS n", [
    PRODUCTS,
  ]);
  await client.query('VACUUM ANALYZE product');
  await client.end();
}
