import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameWriter, ownFolderOf } from './frame-text.ts';

const facts = (name: string, file = '', line = 0, module = '') => ({ name, file, line, module });

describe('FrameWriter', () => {
  it('shows package and file of a dependency, whatever package manager put it there', () => {
    const write = (file: string) => new FrameWriter('').write(facts('query', file, 12));
    assert.equal(write('file:///app/node_modules/pg/lib/client.js').place, 'pg · lib/client.js:12');
    assert.equal(
      write('/app/node_modules/.pnpm/pg@8.1.0/node_modules/pg/lib/client.js').place,
      'pg · lib/client.js:12',
    );
    assert.equal(write('C:\\app\\node_modules\\@scope\\db\\index.js').place, '@scope/db · index.js:12');
    assert.equal(write('/app/node_modules/pg/lib/client.js').kind, 'library');
  });

  it('shows own files from the folder they have in common', () => {
    const own = [facts('a', 'file:///srv/shop/src/a.js', 1), facts('b', '/srv/shop/src/deep/b.js', 2)];
    const others = [facts('x', 'node:fs'), facts('y', 'wasm://wasm/00'), facts('(idle)')];
    const writer = new FrameWriter(ownFolderOf([...own, ...others]));
    assert.deepEqual(
      own.map((each) => writer.write(each).place),
      ['a.js:1', 'deep/b.js:2'],
    );
    assert.equal(writer.write(facts('readFileSync', 'node:fs', 441)).kind, 'runtime');
  });

  it('shows package and receiver of Go functions', () => {
    const text = new FrameWriter('').write(
      facts('github.com/jackc/pgx/v5/pgxpool.(*Pool).Acquire.func1', '/go/pkg/pool.go', 50),
    );
    assert.equal(text.name, 'pgxpool.(*Pool).Acquire.func1');
    assert.equal(text.place, 'github.com/jackc/pgx/v5/pgxpool · *Pool · pool.go:50');
    assert.equal(text.kind, 'app');
  });

  it('reads import paths in type arguments, escaped dots and versions', () => {
    const write = (name: string) => new FrameWriter('').write(facts(name, 'x.go'));
    assert.equal(write('slices.SortFunc[go.shape.*example.com/a/b.Row]').group, 'slices');
    assert.equal(write('gopkg.in/yaml%2ev3.Unmarshal').name, 'yaml.v3.Unmarshal');
    assert.equal(write('github.com/jackc/pgx/v5.Connect').name, 'pgx/v5.Connect');
  });

  it('tells the own module without a dot from the standard library', () => {
    const write = (name: string) => new FrameWriter('').write(facts(name, 'x.go')).kind;
    assert.equal(write('shop/internal/db.Get'), 'app');
    assert.equal(write('database/sql.(*DB).conn'), 'library');
    assert.equal(write('runtime.gopark'), 'runtime');
  });

  it('takes the pseudo frames of V8 for states', () => {
    assert.equal(new FrameWriter('').write(facts('(garbage collector)')).kind, 'state');
    assert.equal(new FrameWriter('').write(facts('(idle)', '/app/odd.js', 1)).kind, 'app');
  });
});
