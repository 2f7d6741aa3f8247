import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { FrameNames } from './frame-names.ts';

describe('FrameNames', () => {
  it('finds the file a bundled function came from', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdup-bench-test-'));
    try {
      const path = join(folder, 'bundle.js');
      const lines = [
        'import x from "x";',
        '// packages/agent/dist/a.js',
        'var a;',
        '// packages/agent/dist/b/c.js',
        'f();',
      ];
      writeFileSync(path, lines.join('\n'));
      const url = pathToFileURL(path).href;
      const names = new FrameNames();
      const name = (lineNumber: number) => names.nameOf({ functionName: 'f', url, lineNumber });
      assert.equal(name(2), 'f (agent/a.js:1)');
      assert.equal(name(4), 'f (agent/b/c.js:1)');
      assert.match(name(0), /bundle\.js:1\)$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves natives and modules of Node as they are', () => {
    const names = new FrameNames();
    assert.equal(names.nameOf({ functionName: 'writev', url: '', lineNumber: -1 }), 'writev');
    assert.equal(names.nameOf({ functionName: '', url: 'node:net', lineNumber: 9 }), '(anonymous) (node:net:10)');
  });
});
