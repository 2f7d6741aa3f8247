import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runCli, runShell } from './testing/run-cli.ts';

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

  for (const [args, line] of [
    [['nonsense'], "holdup: unknown command 'nonsense'; see holdup --help"],
    [['lab', 'run'], "holdup lab run: missing required argument 'fault'; see holdup lab run --help"],
    [
      ['flame', 'a', 'b'],
      "holdup flame: too many arguments for 'flame'. Expected 1 argument but got 2; see holdup flame --help",
    ],
    [['audit', '--live', 'localhost:6060'], 'holdup audit: --live goes with --chain'],
    [
      ['run', '--', 'node app.js'],
      'holdup run: command not found: node app.js; write it without quotes around it all: -- node app.js',
    ],
    [['run', '--', '/'], 'holdup run: / is a folder; name the program in it, as in: holdup run -- node app.js'],
  ] as const) {
    it(`says in one line what is wrong with: ${args.join(' ')}`, async () => {
      const { code, stderr } = await runCli(args);
      assert.equal(code, 2);
      assert.equal(stderr, `${line}\n`);
    });
  }

  it('takes help for --help', async () => {
    const { code, stdout } = await runCli(['help', 'audit']);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: holdup audit /);
  });
});

describe('holdup where its output goes nowhere', { skip: !existsSync('/dev/full') && 'no /dev/full here' }, () => {
  const cli = `'${process.execPath}' bin/holdup.mjs`;

  it('says so in one line, and does not exit as if it had done its work', async () => {
    for (const args of ['audit --list-rules', '--help']) {
      const { code, stderr } = await runShell(`${cli} ${args} > /dev/full`);
      assert.equal(code, 2);
      assert.match(stderr, /^holdup: the output cannot be written: ENOSPC: no space left on device; [^\n]+\n$/);
    }
  });

  it('goes on without a word where nobody reads its notes', async () => {
    const { code } = await runShell(`${cli} nonsense 2> /dev/full`);
    assert.equal(code, 2);
  });
});
