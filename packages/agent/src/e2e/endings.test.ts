import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HostOptions } from './testing/host.ts';
import { assertSame } from './testing/same.ts';

/** Children must not starve each other of the two cores of a small machine. */
const CONCURRENCY = { concurrency: 3 };

/** Node starts CommonJS in another way once it has anything to import before: that is not the agent's doing. */
const EMPTY_IMPORT = ['--import', 'data:text/javascript,'];

/** What the agent may add to the end of a process: its thread ends with the process. */
const MAX_LINGER_MS = 300;

/** Nobody reads on. */
const HANG_UP: HostOptions = {
  during: async ({ child, line }) => {
    await line(/line/);
    child.stdout.destroy();
    child.stdin.end();
  },
};

const ESM: Record<string, { readonly code: number | null; readonly stderr?: RegExp; readonly options?: HostOptions }> =
  {
    nothing: { code: 0 },
    'at-once': { code: 0 },
    throws: { code: 1, stderr: /RangeError: the host is broken/ },
    'throws-in-handler': { code: 1, stderr: /TypeError: in a handler/ },
    'throws-in-finish': { code: 1, stderr: /TypeError: in a listener/ },
    'throws-in-response': { code: 1, stderr: /TypeError: in a response/ },
    'throws-in-lookup': { code: 1, stderr: /TypeError: in a lookup/ },
    'connect-refused': { code: 1, stderr: /ERR_SOCKET_BAD_PORT/ },
    rejects: { code: 1, stderr: /Error: nobody catches this/ },
    'rejects-fetch-in-handler': { code: 1, stderr: /TypeError: fetch failed/ },
    'rejects-lookup-in-handler': { code: 1, stderr: /no-such-host\.invalid/ },
    'rejects-observed': { code: 4 },
    'caught-uncaught': { code: 5 },
    'exits-blocked': { code: 7 },
    'exits-pending': { code: 7 },
    'exits-hung': { code: 7 },
    'exit-listeners': { code: 6 },
    unsettled: { code: 13, stderr: /^$|unsettled top-level await/ },
    'stack-overflow': {
      code: 1,
      stderr: /RangeError: Maximum call stack/,
      options: { flags: ['--stack-trace-limit=5'] },
    },
    'kills-itself': { code: null },
    'catches-signal': { code: 0 },
    warns: { code: 0, stderr: /\[HOST1\] Warning: careful/ },
    'broken-pipe-caught': { code: 12, stderr: /caught EPIPE/, options: HANG_UP },
    'reads-input': { code: 0, options: { during: ({ child }) => child.stdin.end('words\n') } },
  };

const CJS: Record<string, { readonly code: number; readonly stderr?: RegExp }> = {
  throws: { code: 1, stderr: /RangeError: the host is broken/ },
  rejects: { code: 1, stderr: /Error: nobody catches this/ },
  'no-module': { code: 1, stderr: /MODULE_NOT_FOUND/ },
  main: { code: 0 },
};

describe('a host ends as without the agent', CONCURRENCY, () => {
  for (const [name, { code, stderr = /^$/, options = {} }] of Object.entries(ESM)) {
    it(`ES module: ${name}`, async () => {
      const { held } = await assertSame('endings.mjs', { ...options, args: [name] });
      assert.equal(held.code, code, held.stderr);
      assert.match(held.stderr, stderr);
    });
  }
  for (const [name, { code, stderr = /^$/ }] of Object.entries(CJS)) {
    it(`CommonJS: ${name}`, async () => {
      const { held } = await assertSame('endings.cjs', { args: [name], plainFlags: EMPTY_IMPORT });
      assert.equal(held.code, code, held.stderr);
      assert.match(held.stderr, stderr);
    });
  }

  it('by an error of a pipe nobody reads', async () => {
    const { held } = await assertSame('endings.mjs', { ...HANG_UP, args: ['broken-pipe'] });
    assert.equal(held.code, 1);
    assert.match(held.stderr, /EPIPE/);
  });

  it('by itself, and not later', async () => {
    // A busy machine makes any one run late; an agent that holds the exit up makes them all.
    let [plain, held] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let round = 0; round < 5 && !(held < plain + MAX_LINGER_MS); round++) {
      const pair = await assertSame('endings.mjs', { args: ['natural'] });
      plain = Math.min(plain, pair.plain.lingeredMs);
      held = Math.min(held, pair.held.lingeredMs);
    }
    assert.ok(held < plain + MAX_LINGER_MS, `${held} ms, not ${plain}`);
  });

  for (const name of ['exits-blocked', 'throws-in-handler']) {
    it(`under --inspect: ${name}`, async () => {
      const { held } = await assertSame('endings.mjs', { args: [name], flags: ['--inspect=127.0.0.1:0'] });
      assert.match(held.stderr, /^Debugger listening/);
    });
  }

  for (const mode of ['strict', 'warn']) {
    it(`with --unhandled-rejections=${mode}`, async () => {
      await assertSame('endings.mjs', { args: ['rejects-and-goes-on'], flags: [`--unhandled-rejections=${mode}`] });
    });
  }
});
