import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runHeld } from './testing/host.ts';

/** Blocks of the loop. In each the watchdog looks once, and may hit the one moment that matters. */
const ROUNDS = '25';

/** Code is interrupted as functions begin. Optimized code has fewer of them. */
const COLD = ['--no-opt', '--no-maglev', '--no-sparkplug'];

const EXPECTED: Readonly<Record<string, string>> = {
  url: 'http://shop.example:8080 8080 /orders/17 ?x=1',
  'file url': '/some/where/a file.js',
  buffer: 'c29tZSB0ZXh0,ab',
  time: 'true',
  stat: 'true',
  hash: 'true',
  stack: 'Error: mine',
  json: '{"a":[1,2,{"b":"c"}]}',
  usage: 'true',
  clone: '{"a":[1,"1970-01-01T00:00:00.000Z"]}',
};

describe('work that is looked at goes on as if it was not', { concurrency: 2 }, () => {
  for (const names of [['url', 'file url'], Object.keys(EXPECTED).slice(2)]) {
    it(names.join(', '), async () => {
      const agentEnv = { HOLDUP_BUDGET: '50ms' };
      const run = await runHeld('interrupted.mjs', { args: [ROUNDS, ...names], flags: COLD, agentEnv });
      assert.equal(run.code, 0, run.stderr);
      assert.equal(run.stdout, names.map((name) => `${name} ${EXPECTED[name]}\n`).join(''));
    });
  }
});
