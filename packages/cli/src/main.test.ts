import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCli } from './testing/run-cli.ts';

describe('holdup', () => {
  for (const args of [[], ['run'], ['lab'], ['audit'], ['flame']]) {
    it(`${args.join(' ')} --help has an example and fits into 80 columns`, async () => {
      const { code, stdout } = await runCli([...args, '--help']);
      assert.equal(code, 0);
      assert.match(stdout, /^Examples:\n {2}holdup /m);
      assert.deepEqual(
        stdout.split('\n').filter((line) => line.length > 80),
        [],
      );
    });
  }

  it('shows the help where a command below is missing, and nothing else', async () => {
    const { code, stdout, stderr } = await runCli(['lab']);
    assert.equal(code, 0);
    assert.match(stdout + stderr, /^Usage: holdup lab/);
    assert.doesNotMatch(stdout + stderr, /outputHelp/);
  });

  it('says in one line what it does not know', async () => {
    const { code, stderr } = await runCli(['nonsense']);
    assert.equal(code, 2);
    assert.equal(stderr, "holdup: unknown command 'nonsense'; see holdup --help\n");
  });
});
