import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildSync, type Format } from 'esbuild';
import { fixture, REGISTER, runPlain } from './testing/host.ts';
import { assertSameAs, verdictsOf } from './testing/same.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdup e2e bundled '));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Late is only who is meant to be: a busy machine is slow. */
const agentEnv = { HOLDUP_BUDGET: '20s', HOLDUP_ROUTE_BUDGETS: 'GET /late=100ms' };

/** One file of a service and what it imports, as services are packed for functions and small images. */
function bundle(name: string, format: Format, imports: readonly string[]): string {
  const outfile = join(folder, name);
  const lines = [...imports, fixture('late.mjs')].map((file) => `import ${JSON.stringify(file)};`);
  buildSync({
    stdin: { contents: lines.join('\n'), resolveDir: folder },
    outfile,
    bundle: true,
    platform: 'node',
    format,
    logLevel: 'error',
  });
  return outfile;
}

describe('services in one file', () => {
  for (const [format, ending] of [
    ['esm', 'mjs'],
    ['cjs', 'cjs'],
  ] as const) {
    it(`have verdicts: ${format}`, async () => {
      const app = bundle(`service.${ending}`, format, []);
      const held = await assertSameAs(runPlain(app), app, { agentEnv });
      assert.equal(verdictsOf(held.sink).length, 1);
    });

    it(`have verdicts, and are told what is missing, with the agent in that file: ${format}`, async () => {
      const app = bundle(`service-with-agent.${ending}`, format, [fileURLToPath(REGISTER)]);
      const plain = runPlain(bundle(`service-without.${ending}`, format, []));
      const held = await assertSameAs(plain, app, { agentEnv, agentFlags: [], notices: /^the agent is bundled/ });
      assert.equal(held.sink.filter(({ holdup }) => holdup === 'notice').length, 1);
      assert.equal(verdictsOf(held.sink).length, 1);
    });
  }
});
