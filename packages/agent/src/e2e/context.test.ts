import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type RunningPostgres, startPostgres } from '@holdup/testkit';
import { fixture, REGISTER } from './testing/host.ts';
import { assertSame } from './testing/same.ts';

let database: RunningPostgres;

before(async () => {
  database = await startPostgres();
});

after(() => database.stop());

describe('the stores of a program', () => {
  it('are the same everywhere', async () => {
    const { held } = await assertSame('contexts.mjs', { env: { DATABASE: database.url } });
    assert.equal(held.code, 0, held.stderr);
    assert.ok(held.stdout.split('\n').length > 150, held.stdout);
  });
});

describe('events of servers and clients', () => {
  it('are the same, in the same order', async () => {
    const { held } = await assertSame('events.mjs', { agentEnv: { HOLDUP_BUDGET: '30ms' } });
    assert.equal(held.code, 0, held.stderr);
    assert.match(held.stdout, /h2 \/hang /);
  });
});

describe('patches of http by somebody else', { concurrency: 2 }, () => {
  const patches = pathToFileURL(fixture('patches.mjs')).href;
  const orders = {
    'made before the agent': { flags: ['--import', patches] },
    'made after the agent': { flags: [], agentFlags: ['--import', REGISTER, '--import', patches] },
    'made by the program': {},
  };
  for (const [what, options] of Object.entries(orders)) {
    for (const how of ['kept', 'undone']) {
      it(`work as ever: ${what}, ${how}`, async () => {
        const plainFlags = what === 'made after the agent' ? ['--import', patches] : [];
        const { held } = await assertSame('patched.mjs', { ...options, plainFlags, args: [how] });
        assert.equal(held.code, 0, held.stderr);
        assert.match(held.stdout, /my response finish/);
      });
    }
  }
});
