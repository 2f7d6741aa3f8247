import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkImports, readImports } from './check-imports.mjs';

const rooms = {
  model: { imports: [], outside: false },
  engine: { imports: ['model'], outside: false },
  agent: { imports: ['model', 'engine'], outside: true },
  testkit: { imports: [], outside: true },
  demo: { imports: ['agent'], outside: true },
};

describe('checkImports', () => {
  let root;
  const write = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const check = (debt = []) => checkImports(root, { rooms, tests: ['testkit'], debt }).problems;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'holdup-rooms-'));
    for (const name of ['model', 'engine', 'agent', 'testkit']) {
      write(`packages/${name}/package.json`, JSON.stringify({ name: `@holdup/${name}` }));
    }
    write('demo/package.json', '{ "name": "holdup-demo" }');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('accepts what the table allows', () => {
    write('packages/engine/src/a.ts', "import type { Ns } from '@holdup/model';\nexport * from './b/c.ts';");
    write('packages/engine/src/b/c.ts', "import { x } from '../a.ts';\nexport const y = x;");
    write('packages/engine/src/a.test.ts', "import 'node:test';\nimport 'fast-check';\nimport '@holdup/testkit';");
    write('packages/agent/src/a.ts', "import http from 'node:http';\nimport '@holdup/engine';\nimport 'pg';");
    write('demo/src/a.ts', "await import('@holdup/agent/register');");
    assert.deepEqual(check(), []);
  });

  it('refuses another room, a path out of the room, and the outside world in a pure room', () => {
    write('packages/model/src/a.ts', "import { readFileSync } from 'fs';\nimport 'zod';");
    write(
      'packages/engine/src/a.ts',
      "export type { X } from '@holdup/agent';\n\nexport * from '../../model/src/x.ts';",
    );
    write('packages/engine/src/a.test.ts', "import '@holdup/agent';");
    write('demo/src/a.ts', "const m = await import('@holdup/model');");
    assert.deepEqual(check(), [
      'packages/model/src/a.ts:1 imports "fs": model is pure, and this is a module of Node',
      'packages/model/src/a.ts:2 imports "zod": model is pure, and this is an npm package',
      'packages/engine/src/a.test.ts:1 imports "@holdup/agent": engine may import only model, testkit, not agent',
      'packages/engine/src/a.ts:1 imports "@holdup/agent": engine may import only model, not agent',
      'packages/engine/src/a.ts:3 imports "../../model/src/x.ts": the path leaves the room; import a package by its name (engine may import only model)',
      'demo/src/a.ts:1 imports "@holdup/model": demo may import only agent, not model',
    ]);
  });

  it('lets debt pass, and asks for its line back when it is paid', () => {
    write('packages/engine/src/a.ts', "import '@holdup/agent';");
    const debt = [
      { file: 'packages/engine/src/a.ts', imports: '@holdup/agent', why: 'until the clock moves to model' },
      { file: 'packages/engine/src/gone.ts', imports: '@holdup/agent', why: 'long ago' },
    ];
    assert.deepEqual(check(debt), [
      'rooms.json: packages/engine/src/gone.ts no longer owes "@holdup/agent": remove the line from "debt"',
    ]);
  });

  it('refuses a room without a line in the table', () => {
    write('packages/shed/package.json', '{}');
    assert.deepEqual(check(), ['packages/shed has no line in rooms.json: say there what it may import']);
  });
});

describe('readImports', () => {
  it('finds every way to name a module, and none in strings and comments', () => {
    const text = `
import a from 'm1'; import type { B } from 'm2'; import 'm3';
export { c } from 'm4'; export * from 'm5'; export type { D } from 'm6';
const e = await import('m7'); type F = import('m8').F; import g = require('m9');
const h = require('m10'); const i = require.resolve('m11');
// import 'n1'
const text = "import 'n2'" + \`
import 'n3'\`; const k = await import(text);
`;
    const names = readImports('x.ts', text).map(({ specifier }) => specifier);
    assert.deepEqual(names.sort(), ['m1', 'm10', 'm11', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8', 'm9']);
  });
});

describe('rooms.json', () => {
  it('keeps model empty-handed and engine on model alone', () => {
    const table = JSON.parse(readFileSync(new URL('./rooms.json', import.meta.url), 'utf8'));
    assert.deepEqual(table.rooms.model, { imports: [], outside: false });
    assert.deepEqual(table.rooms.engine, { imports: ['model'], outside: false });
  });
});
