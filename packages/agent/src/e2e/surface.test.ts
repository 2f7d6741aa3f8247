import { after, before, describe, it } from 'node:test';
import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import { assertSame } from './testing/same.ts';

let database: RunningPostgres;

before(async () => {
  database = await startPostgres();
});

after(() => database.stop());

/** What the watchdog still shows of itself. */
const OWED: Readonly<Record<string, string>> = {
  process: 'the watchdog listens to the exit of the process',
  listeners: 'the watchdog uses up one of the ten listeners that exit may have',
};

describe('a program that looks around sees the same', { concurrency: 3 }, () => {
  for (const what of ['process', 'stdio', 'functions', 'objects', 'listeners']) {
    it(what, { todo: OWED[what] ?? false }, async () => {
      await assertSame('surface.mjs', { args: [what], env: { DATABASE: database.url } });
    });
  }
});
