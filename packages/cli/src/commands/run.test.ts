import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { runCli, runShell, writeApp } from '../testing/run-cli.ts';
import { poolVerdict } from '../testing/verdicts.ts';

const run = (source: string, ...flags: string[]) => runCli(['run', ...flags, '--', process.execPath, writeApp(source)]);

describe('holdup run: the command is run as if by itself', () => {
  it('exits as the command does', async () => {
    assert.equal((await run('process.exit(0)')).code, 0);
    assert.equal((await run('process.exit(7)')).code, 7);
    assert.equal((await run('throw new Error("at start")')).code, 1);
  });

  it('exits with 128 + n when signal n ended the command', async () => {
    assert.equal((await run("process.kill(process.pid, 'SIGKILL'); await pause(5_000)")).code, 137);
    assert.equal((await run("process.kill(process.pid, 'SIGTERM'); await pause(5_000)")).code, 143);
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`hands ${signal} on once, waits for the command, then sums up`, async () => {
      const app = writeApp(`
        let heard = 0;
        process.on('${signal}', async () => {
          heard += 1;
          await pause(200);
          console.log('heard ' + heard);
          process.exit(9);
        });
        console.log('ready');
        await pause(10_000);`);
      const result = await runCli(['run', '--', process.execPath, app], { signalOn: { text: 'ready', signal } });
      assert.equal(result.code, 9);
      assert.match(result.stdout, /heard 1\n$/);
      assert.match(result.stderr, /holdup: no late request diagnosed in/);
    });
  }

  it('leaves stdout and stderr to the command', async () => {
    const { stdout, stderr } = await run("console.log('out'); console.error('err')", '--quiet');
    assert.equal(stdout, 'out\n');
    assert.match(stderr, /^err\n\nholdup: no late request diagnosed in \d+(\.\d)? m?s\n$/);
  });

  it('passes every argument after the command on, options and a second -- included', async () => {
    const app = writeApp('console.log(JSON.stringify(process.argv.slice(2)))');
    const { stdout } = await runCli(['run', '--quiet', '--', process.execPath, app, '--json', '--', '--budget', 'a b']);
    assert.deepEqual(JSON.parse(stdout), ['--json', '--', '--budget', 'a b']);
  });

  it('reaches child processes of the command, and adds to NODE_OPTIONS', async () => {
    const app = writeApp(`
      import { execFileSync } from 'node:child_process';
      const show = 'const e = process.env; console.log(JSON.stringify([e.NODE_OPTIONS, e.HOLDUP_BUDGET, e.HOLDUP_ROUTE_BUDGETS]))';
      process.stdout.write(execFileSync(process.execPath, ['-e', show]));`);
    const { stdout, stderr } = await runCli(
      [
        'run',
        '--budget',
        '1.5s',
        '--route-budget',
        'GET /a=5s',
        '--route-budget',
        'GET /b=1m',
        '--',
        process.execPath,
        app,
      ],
      { env: { NODE_OPTIONS: '--no-deprecation', HOLDUP_ROUTE_BUDGETS: 'GET /c=1s' } },
    );
    const [nodeOptions, budget, routeBudgets] = JSON.parse(stdout || stderr);
    assert.match(nodeOptions, /^--no-deprecation --import=file:\/\/\S+\/register\.js$/);
    assert.equal(budget, '1500ms');
    assert.equal(routeBudgets, 'GET /c=1s\nGET /a=5s\nGET /b=1m');
  });

  it('keeps verdicts from other users and leaves nothing behind', async () => {
    const { stdout } = await run(`
      import { statSync } from 'node:fs'; import { dirname } from 'node:path';
      record('');
      console.log([dirname(sink), (statSync(dirname(sink)).mode & 0o777).toString(8)].join('\\n'));`);
    const [folder = '', mode] = stdout.split('\n');
    assert.equal(mode, '700');
    assert.equal(existsSync(folder), false);
  });
});

describe('holdup run: what it tells', () => {
  const tell = `const verdict = ${JSON.stringify(poolVerdict)};`;

  it('shows the first verdict of an incident in full, the others as a count, and a summary', async () => {
    const { code, stderr } = await run(`${tell} for (let i = 0; i < 500; i++) record(verdict); await pause(300)`);
    assert.equal(code, 0);
    assert.equal(stderr.split('was late after 1003 ms, budget 800 ms').length - 1, 1);
    assert.match(stderr, /█ db\.pool-queue {2}840\.1 ms/);
    assert.match(stderr, /holdup: 500 late requests in .*, 1 incident\n/);
    assert.match(stderr, /500× {2}GET \/orders\/:id {2}db-pool-exhausted {2}1003 ms/);
    assert.ok(stderr.split('\n').length < 50, stderr);
  });

  it('reads lines that arrive in pieces, and counts those that are broken', async () => {
    const { stdout, stderr, code } = await run(
      `${tell}
      const line = JSON.stringify(verdict) + '\\n';
      record(line.slice(0, 100)); await pause(250); record(line.slice(100));
      record('{"half": \\n'); record('{"traceId": 1}\\n'); record({ ...verdict, wallMs: 'long' });
      record({ holdup: 'notice', text: 'turned itself off\\u001b[2J' }); record({ holdup: 'notice', text: 'turned itself off' });
      record({ holdup: 'weather', sun: true });
      record({ holdup: 'verdict', pid: 7, ...verdict }); record(line.trimEnd());
      console.log('from the command');`,
      '--json',
    );
    assert.equal(code, 0);
    const verdicts = stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    assert.deepEqual(verdicts, [poolVerdict, { holdup: 'verdict', pid: 7, ...poolVerdict }, poolVerdict]);
    assert.equal(
      stderr,
      'from the command\nholdup: turned itself off\nholdup: 3 lines of the agent could not be read and were left out (the first: not JSON)\n',
    );
  });

  it('prints nothing a terminal acts on, whatever a route is called', async () => {
    const evil = { ...poolVerdict, route: 'GET /\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e/x' };
    for (const flag of ['--quiet', '--json']) {
      const { stdout, stderr } = await run(`record(${JSON.stringify(evil)}); await pause(200)`, flag);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  it('lets the command finish when nobody reads the verdicts any more', async () => {
    const app = writeApp(`${tell} for (let i = 0; i < 30; i++) { record(verdict); await pause(20); } process.exit(5)`);
    const cli = `"${process.execPath}" bin/holdup.mjs run --json -- "${process.execPath}" "${app}"`;
    const { stdout, stderr } = await runShell(`(${cli}; echo "exit $?" >&2) | head -c 10`);
    assert.deepEqual([stdout, stderr], [JSON.stringify(poolVerdict).slice(0, 10), 'exit 5\n']);
  });

  it('says that verdicts are lost on a full disk, and lets the command finish', {
    skip: !existsSync('/dev/full') && 'no /dev/full here',
  }, async () => {
    const app = writeApp(
      `${tell} record(verdict); await pause(200); record(verdict); await pause(200); process.exit(5)`,
    );
    const cli = `"${process.execPath}" bin/holdup.mjs run --json -- "${process.execPath}" "${app}"`;
    const { code, stderr } = await runShell(`${cli} > /dev/full`);
    assert.equal(code, 5);
    assert.match(stderr, /^holdup: the output cannot be written: ENOSPC: no space left on device; [^\n]+\n$/);
  });
});

describe('holdup run: wrong arguments', () => {
  const cases: readonly [readonly string[], string][] = [
    [['run'], 'holdup run: no command to run; write it after --, as in: holdup run -- node app.js'],
    [['run', '--'], 'holdup run: no command to run; write it after --, as in: holdup run -- node app.js'],
    [
      ['run', '--bugdet', '1s'],
      "holdup run: unknown option '--bugdet' (Did you mean --budget?); see holdup run --help",
    ],
    [['run', '--budget'], "holdup run: option '--budget <time>' argument missing; see holdup run --help"],
    [
      ['run', '--budget', 'soon', '--', 'node'],
      'holdup run: --budget: "soon" is not a duration; write 800ms, 1.5s, 2m or a number of milliseconds',
    ],
    [
      ['run', '--route-budget', '/x', '--', 'node'],
      'holdup run: --route-budget: "/x" is not a route budget; write "GET /report=5s"',
    ],
    [
      ['run', '--', 'no-such-command'],
      'holdup run: command not found: no-such-command; check its spelling and the PATH',
    ],
    [['diagnoze'], "holdup: unknown command 'diagnoze'; see holdup --help"],
    [['--frob'], "holdup: unknown option '--frob'; see holdup --help"],
  ];
  for (const [args, line] of cases) {
    it(`holdup ${args.join(' ')}: one line, exit 2`, async () => {
      assert.deepEqual(await runCli(args), { code: 2, signal: null, stdout: '', stderr: `${line}\n` });
    });
  }

  it('prints help and version on stdout', async () => {
    const help = await runCli(['run', '--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /Usage: holdup run \[options\] -- <command>/);
    assert.match((await runCli(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
