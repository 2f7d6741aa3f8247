import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

function writeMapped(name: string, code: string, mappings: string, names: readonly string[]): string {
  write(`${name}.map`, JSON.stringify({ version: 3, sources: ['src/app.ts'], names, mappings }));
  return write(name, `${code}\n//# sourceMappingURL=${name}.map\n`);
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

  it('come from a map inside the code that is longer than what is read first', () => {
    const long = { ...JSON.parse(MAP), sourcesContent: ['x'.repeat(200_000)] };
    const inline = Buffer.from(JSON.stringify(long)).toString('base64');
    const file = write('long.js', `run();\n//# sourceMappingURL=data:application/json;base64,${inline}\n`);
    assert.deepEqual(new SourceMaps().original(file, 1, 1), original);
  });

  it('begin at the folder of the map and its source root', () => {
    mkdirSync(join(folder, 'maps'), { recursive: true });
    write('maps/rooted.js.map', JSON.stringify({ ...JSON.parse(MAP), sourceRoot: '../lib' }));
    const rooted = write('rooted.js', 'run();\n//# sourceMappingURL=maps/rooted.js.map\n');
    assert.deepEqual(new SourceMaps().original(rooted, 1, 1), { file: join(folder, 'lib/src/app.ts'), line: 3 });
    write('packed.js.map', JSON.stringify({ ...JSON.parse(MAP), sources: ['webpack://shop/./src/app.ts'] }));
    const packed = write('packed.js', 'run();\n//# sourceMappingURL=packed.js.map\n');
    assert.equal(new SourceMaps().original(packed, 1, 1).file, 'webpack://shop/./src/app.ts');
  });

  it('are of the line that ran and not of the one before, though it begins behind its indentation', () => {
    // (1, 1) is line 10, (2, 5) line 11, (2, 11) line 12; of line 3 nothing is known.
    const file = writeMapped('indented.js', 'f() {\n    x();\n}', 'AASA;IACA,MACA', []);
    const maps = new SourceMaps();
    const lines = [
      maps.original(file, 2),
      maps.original(file, 2, 1),
      maps.original(file, 2, 12),
      maps.original(file, 1),
    ];
    assert.deepEqual(
      lines.map(({ line }) => line),
      [11, 11, 12, 10],
    );
    assert.deepEqual(maps.original(file, 3), { file, line: 3 });
  });

  it('of a minified line are told apart by columns, with the names functions had', () => {
    // `a` at column 10 is `alpha` of line 1, `b` at column 27 is `beta` of line 5.
    const code = 'function a(c){return c}function b(c){return c}';
    const file = writeMapped('minified.js', code, 'SAAAA,uBAIAC', ['alpha', 'beta']);
    const maps = new SourceMaps();
    const source = join(folder, 'src/app.ts');
    assert.deepEqual(maps.original(file, 1, 11, 'a'), { file: source, line: 1, name: 'alpha' });
    assert.deepEqual(maps.original(file, 1, 34, 'b'), { file: source, line: 5, name: 'beta' });
    assert.deepEqual(
      maps.original(file, 1, 35, 'b'),
      { file: source, line: 5 },
      'not right before: it may be anything',
    );
    const bundle = { version: 3, sources: ['a.ts', 'b.ts'], names: [], mappings: 'AAAA,UCAA' };
    write('bundle.js.map', JSON.stringify(bundle));
    const one = write('bundle.js', 'first();  second();\n//# sourceMappingURL=bundle.js.map\n');
    assert.equal(maps.original(one, 1, 11).file, join(folder, 'b.ts'));
    assert.deepEqual(maps.original(one, 1), { file: one, line: 1 }, 'without a column it may be any of them');
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
