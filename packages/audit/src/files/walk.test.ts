import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeTree } from '../testing/tree.ts';
import { findFiles, PathError } from './walk.ts';

const handles = (file: string) => file.endsWith('.js');

async function names(cwd: string, { paths = ['.'], patterns = [] as string[], tests = false } = {}): Promise<string[]> {
  const found = await findFiles(paths, { cwd, handles, exclude: { folder: cwd, patterns }, tests });
  return found.files.map(({ name }) => name);
}

describe('findFiles', () => {
  it('passes over dependencies, builds, hidden folders and generated names', async () => {
    const cwd = writeTree({
      'a.js': '',
      'node_modules/x/a.js': '',
      'deep/node_modules/a.js': '',
      'vendor/a.js': '',
      'dist/a.js': '',
      '.cache/a.js': '',
      'lib.min.js': '',
      'b.txt': '',
    });
    assert.deepEqual(await names(cwd), ['a.js']);
  });

  it('follows ignore files as git does: deeper ones decide, those above count up to the top of the repository', async () => {
    const cwd = writeTree({
      '.git/HEAD': '',
      '.gitignore': '*.log.js\nbuild/\n/only-top.js\n',
      'a.log.js': '',
      'build/a.js': '',
      'only-top.js': '',
      'sub/only-top.js': '',
      'sub/.gitignore': '!keep.log.js\n',
      'sub/keep.log.js': '',
      'sub/other.log.js': '',
    });
    assert.deepEqual(await names(cwd), ['sub/keep.log.js', 'sub/only-top.js']);
    assert.deepEqual(await names(`${cwd}/sub`), ['keep.log.js', 'only-top.js']);
  });

  it('takes what the configuration excludes out', async () => {
    const cwd = writeTree({ 'a.js': '', 'legacy/a.js': '', 'b.gen.js': '' });
    assert.deepEqual(await names(cwd, { patterns: ['legacy/', '*.gen.js'] }), ['a.js']);
  });

  it('passes over tests unless asked or named, wherever the audited folder itself lies', async () => {
    const cwd = writeTree({ 'test/a.js': '', 'b.test.js': '', 'src/c.js': '' });
    assert.deepEqual(await names(cwd), ['src/c.js']);
    assert.deepEqual(await names(cwd, { tests: true }), ['b.test.js', 'src/c.js', 'test/a.js']);
    assert.deepEqual(await names(cwd, { paths: ['test', 'b.test.js'] }), ['b.test.js', 'test/a.js']);
  });

  it('refuses what is not there and what no rule is about', async () => {
    const cwd = writeTree({ 'b.txt': '' });
    await assert.rejects(names(cwd, { paths: ['nope'] }), new PathError('nope does not exist'));
    await assert.rejects(names(cwd, { paths: ['b.txt'] }), PathError);
  });
});
