import { after, before, describe, it } from 'node:test';
import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import { assertSame } from './testing/same.ts';

let database: RunningPostgres;

before(async () => {
  database = await startPostgres();
});

after(() => database.stop());

describe('a program that looks around sees the same', { concurrency: 3 }, () => {
  for (const what of ['process', 'stdio', 'functions', 'objects', 'listeners']) {
    it(what, async () => {
      await assertSame('surface.mjs', { args: [what], env: { DATABASE: database.url } });
    });
  }
});
