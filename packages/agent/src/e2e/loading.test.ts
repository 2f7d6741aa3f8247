import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fixture, type HostOptions, type HostRun, REGISTER, runHeld, runPlain } from './testing/host.ts';
import { assertSame, assertSameAs, type SameOptions, verdictsOf } from './testing/same.ts';

/** They mostly wait. */
const CONCURRENCY = { concurrency: 6 };

/** Late is only who is meant to be: a busy machine is slow. */
const BUDGETS = { HOLDUP_BUDGET: '20s', HOLDUP_ROUTE_BUDGETS: 'GET /late=100ms' };

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** Node starts CommonJS in another way once it has anything to import before: that is not the agent's doing. */
const EMPTY_IMPORT = ['--import', 'data:text/javascript,'];

const folder = mkdtempSync(join(tmpdir(), 'holdup e2e loading '));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** The package as a second installation has it. */
function copyPackage(): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const copy = join(folder, 'copy');
  for (const name of ['dist', 'bundle', 'package.json']) {
    try {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    } catch {
      // Not every way to build it makes all of them.
    }
  }
  mkdirSync(join(copy, 'node_modules'));
  symlinkSync(join(root, '../../node_modules/@holdup'), join(copy, 'node_modules/@holdup'));
  return REGISTER.replace(pathToFileURL(root).href, `${pathToFileURL(copy).href}/`);
}

async function assertOneVerdict(app: string, options: SameOptions = {}, plain?: Promise<HostRun>): Promise<void> {
  const withBudgets = { ...options, agentEnv: { ...BUDGETS, ...options.agentEnv } };
  const held =
    plain === undefined ? (await assertSame(app, withBudgets)).held : await assertSameAs(plain, app, withBudgets);
  assert.equal(held.code, 0, held.stderr);
  assert.match(held.stdout, /end\n$/);
  assert.equal(held.sink.filter(({ holdup }) => holdup === 'started').length, 1);
  assert.deepEqual(
    verdictsOf(held.sink).map(({ route }) => route),
    ['GET /late'],
  );
}

describe('the agent is there once', CONCURRENCY, () => {
  const plain = runPlain('late.mjs');
  const copy = copyPackage();
  const once: Record<string, HostOptions> = {
    'by --import': {},
    'by --require': { agentFlags: ['--require', fileURLToPath(REGISTER)] },
    'by NODE_OPTIONS': { agentFlags: [], agentEnv: { NODE_OPTIONS: `--import ${REGISTER}` } },
    'imported twice': { agentFlags: ['--import', REGISTER, '--import', REGISTER] },
    'imported and required': { agentFlags: ['--require', fileURLToPath(REGISTER), '--import', REGISTER] },
    'from two installations': { agentFlags: ['--import', REGISTER, '--import', copy] },
    'by NODE_OPTIONS and --import': { agentEnv: { NODE_OPTIONS: `--import ${JSON.stringify(copy)}` } },
  };
  for (const [how, options] of Object.entries(once)) {
    it(how, () => assertOneVerdict('late.mjs', options, plain));
  }

  it('and not with HOLDUP=off', async () => {
    const { held } = await assertSame('late.mjs', { agentEnv: { HOLDUP: 'off' } });
    assert.deepEqual(held.sink, []);
  });
});

describe('programs run', CONCURRENCY, () => {
  const typed = readFileSync(fixture('late.mjs'), 'utf8').replace('async () => {', 'async (): Promise<void> => {');

  it('in CommonJS', () => assertOneVerdict('late.cjs', { plainFlags: EMPTY_IMPORT }));

  it('in CommonJS, whose start not even changes with --require', () =>
    assertOneVerdict('late.cjs', { agentFlags: ['--require', fileURLToPath(REGISTER)] }));

  const skip = !(major > 22 || (major === 22 && minor >= 18)) && `Node ${process.version} does not run TypeScript`;
  for (const [name, text] of [
    ['late.mts', typed],
    ['late.cts', typed.replace(/^import (.*) from (.*);/, 'const $1 = require($2);')],
  ] as const) {
    it(`in TypeScript: ${name}`, { skip }, () => assertOneVerdict(write(name, text), { plainFlags: EMPTY_IMPORT }));
  }

  it('from the standard input', () => {
    const text = readFileSync(fixture('late.mjs'), 'utf8');
    const flags = ['--input-type=module'];
    return assertOneVerdict('-', { flags, during: ({ child }) => child.stdin.end(text) });
  });

  const text = readFileSync(fixture('late.mjs'), 'utf8');
  it('from the command line', () => assertOneVerdict('--input-type=module', { args: ['--eval', text] }));

  it('to print a value', async () => {
    const { held } = await assertSame('--print', { args: ['[1, 2].map(String)'] });
    assert.equal(held.stdout, "[ '1', '2' ]\n");
  });

  it('only to be checked', async () => {
    const { held } = await assertSame('--check', { args: [write('broken.mjs', 'const = 1;')] });
    assert.equal(held.code, 1);
  });

  const permission = major > 20 ? '--permission' : '--experimental-permission';
  const flags: Record<string, SameOptions> = {
    'no permissions': {
      agentEnv: { HOLDUP_SINK: 'none' },
      flags: [permission, '--allow-fs-read=*', '--no-warnings', ...(major >= 25 ? ['--allow-net'] : [])],
    },
    'permissions to write and to start threads': {
      flags: [
        permission,
        '--allow-fs-read=*',
        '--allow-fs-write=*',
        '--allow-worker',
        '--no-warnings',
        ...(major >= 25 ? ['--allow-net'] : []),
      ],
      notices: /stacks/,
    },
    'deprecations that throw': { flags: ['--throw-deprecation', '--pending-deprecation'] },
    'frozen intrinsics': { flags: ['--frozen-intrinsics', '--no-warnings'], agentEnv: BUDGETS },
    'no __proto__': { flags: ['--disable-proto=throw'] },
    'a small heap': { flags: ['--max-old-space-size=24'] },
    'an inspector': { flags: ['--inspect=127.0.0.1:0'] },
  };
  for (const [what, options] of Object.entries(flags)) {
    it(`with ${what}`, async () => {
      const { held } = await assertSame('late.mjs', options);
      assert.equal(held.code, 0, held.stderr);
    });
  }
});

describe('programs', CONCURRENCY, () => {
  it('keep the sequence of their random numbers', async () => {
    const agentEnv = { HOLDUP_BUDGET: '20s', HOLDUP_ROUTE_BUDGETS: 'GET /late=100ms' };
    const { held } = await assertSame('seeded.mjs', { flags: ['--random-seed=7'], agentEnv });
    assert.equal(verdictsOf(held.sink).length, 1);
  });

  const noHooks = !(major > 22 || (major === 22 && minor >= 15)) && `Node ${process.version} has no registerHooks`;
  for (const [kind, skip] of [
    ['thread', false],
    ['synchronous', noHooks],
  ] as const) {
    // Newer versions warn that hooks in a thread will go.
    it(`keep their own loader: ${kind}`, { skip }, () =>
      assertOneVerdict('own-loader.mjs', { args: [kind], flags: ['--no-warnings'] }),
    );
  }
});

describe('settings that make no sense', CONCURRENCY, () => {
  const plain = runPlain('late.mjs');
  for (const [name, value, notice] of [
    ['HOLDUP_BUDGET', 'soon', /^HOLDUP_BUDGET: "soon" is not a duration; write 800ms.*; using 1000ms$/],
    ['HOLDUP_BUDGET', '-5s', /^HOLDUP_BUDGET: "-5s" is not a duration; .*; using 1000ms$/],
    ['HOLDUP', '0', /^HOLDUP: "0" is not on or off; using on$/],
    ['HOLDUP_WATCHDOG', 'no', /^HOLDUP_WATCHDOG: "no" is not on or off; using on$/],
    ['HOLDUP_ROUTE_BUDGETS', 'GET /late', /^HOLDUP_ROUTE_BUDGETS: "GET \/late" is not a route budget; .*; using none$/],
    ['HOLDUP_ROUTE_BUDGETS', 'GET /late=soon', /^HOLDUP_ROUTE_BUDGETS: route "GET \/late": "soon" .*; using none$/],
  ] as const) {
    it(`have one clear notice: ${name}=${value}`, async () => {
      const held = await assertSameAs(plain, 'late.mjs', { agentEnv: { [name]: value }, notices: notice });
      assert.equal(held.sink.filter(({ holdup }) => holdup === 'notice').length, 1);
    });
  }

  it('have one clear notice on stderr where the sink is none', async () => {
    const run = await runHeld('late.mjs', {
      agentEnv: { HOLDUP_SINK: 'nonsense', HOLDUP_BUDGET: '20s', HOLDUP_DEBUG_ADDR: 'off' },
    });
    assert.equal(run.code, 0);
    const [line, ...more] = run.stderr.trim().split('\n');
    const { text } = JSON.parse(line ?? '');
    assert.equal(text, 'HOLDUP_SINK: "nonsense" is not stderr, stdout, none or file:<path>; using stderr');
    assert.deepEqual(more, []);
  });

  const pipe = join(folder, 'pipe nobody reads');
  execFileSync('mkfifo', [pipe]);
  for (const path of [join(folder, 'no/such/folder/sink'), folder, pipe, '/dev/full']) {
    const what = path === folder ? 'a folder' : basename(path);
    it(`have one clear notice on stderr where the sink cannot be written: ${what}`, async () => {
      const run = await runHeld('late.mjs', { agentEnv: { HOLDUP_SINK: `file:${path}` } });
      assert.equal(run.code, 0);
      assert.match(run.stdout, /\/late ok\nend\n$/);
      const [line, ...more] = run.stderr.trim().split('\n');
      const { holdup, text } = JSON.parse(line ?? '');
      assert.equal(holdup, 'notice');
      assert.match(text, /^HOLDUP_SINK: .* cannot be written \((ENOENT|EISDIR|ENXIO|ENOSPC)\)/);
      assert.deepEqual(more, []);
    });
  }
});
