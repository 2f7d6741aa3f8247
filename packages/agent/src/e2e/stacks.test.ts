import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { fixture, runHeld } from './testing/host.ts';
import { verdictsOf } from './testing/same.ts';

describe('functions are named by their file', { concurrency: 2 }, () => {
  const app = fixture('blocked.mjs');
  const places: Record<string, { cwd: string; file: string }> = {
    'from where the service was started': { cwd: dirname(app), file: 'blocked.mjs' },
    'from a folder above': { cwd: dirname(dirname(app)), file: 'fixtures/blocked.mjs' },
    'whole, when it lies elsewhere': { cwd: import.meta.dirname, file: app },
  };
  for (const [how, { cwd, file }] of Object.entries(places)) {
    it(how, async () => {
      const run = await runHeld('blocked.mjs', { cwd });
      const [late] = verdictsOf(run.sink);
      assert.equal(late?.verdict.cause, 'loop-blocked', run.stderr);
      assert.deepEqual(late?.verdict.culprit, { kind: 'function', name: `spin (${file}:5)` });
    });
  }
});
