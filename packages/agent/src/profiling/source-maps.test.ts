import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { SourceMaps } from './source-maps.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdup-maps-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Line 1 of the code is line 3 of the source. */
const MAP = JSON.stringify({ version: 3, sources: ['src/app.ts'], names: [], mappings: 'AAEA' });

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('places in the source people wrote', () => {
  const original = { file: join(folder, 'src/app.ts'), line: 3 };

  it('come from a map beside the code', () => {
    write('beside.js.map', MAP);
    const file = write('beside.js', 'run();\n//# sourceMappingURL=beside.js.map\n');
    assert.deepEqual(new SourceMaps().original(pathToFileURL(file).href, 1, 1), original);
  });

  it('come from a map inside the code', () => {
    const inline = Buffer.from(MAP).toString('base64');
    const file = write('inline.js', `run();\n//# sourceMappingURL=data:application/json;base64,${inline}\n`);
    assert.deepEqual(new SourceMaps().original(file, 1, 1), original);
  });

  it('stay where there is no map, a broken one, or no file', () => {
    const plain = write('plain.js', 'run();\n');
    const broken = write('broken.js', 'run();\n//# sourceMappingURL=plain.js\n');
    const maps = new SourceMaps();
    for (const file of [plain, broken, join(folder, 'missing.js')]) {
      assert.deepEqual(maps.original(file, 1, 1), { file, line: 1 });
    }
    assert.deepEqual(maps.original('node:fs', 10, 1), { file: 'node:fs', line: 10 });
    assert.equal(maps.skipped.length, 2);
  });
});
