import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import { pgProbe } from '../pg/pg.ts';
import { TestKit } from './kit.ts';

/** A real database and the pg probe for the tests of one file. */
export interface PostgresStage {
  readonly kit: TestKit;
  /** Filled in before the first test. */
  readonly server: Pick<RunningPostgres, 'url' | 'port'>;
}

/** Set up before the first test of the file; after the last no bug of the agent may have been reported. */
export function setUpPostgres(): PostgresStage {
  const kit = new TestKit();
  const server = { url: '', port: 0 };
  let running: RunningPostgres | undefined;
  let uninstall: (() => void) | undefined;
  before(async () => {
    running = await startPostgres();
    Object.assign(server, { url: running.url, port: running.port });
    uninstall = pgProbe.install(kit);
  });
  after(async () => {
    uninstall?.();
    await running?.stop();
    assert.deepEqual(kit.failures, []);
  });
  return { kit, server };
}
