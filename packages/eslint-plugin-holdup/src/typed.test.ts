import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as parser from '@typescript-eslint/parser';
import type { ESLint, Linter as LinterClass, RuleTester as RuleTesterClass } from 'eslint';
import { eslints } from './testing/eslints.ts';

/** Code, and the lines that the rule finds where types are known; without them it finds none of these. */
type Typed = readonly [rule: string, name: string, code: string, lines: readonly number[], suggestions?: number];

const CASES: readonly Typed[] = [
  [
    'query-in-loop',
    'a pool that another file hands on under another name, one of a container, a builder of knex',
    `import { anything, type Container, inject } from './container.js';
export async function load(ids: string[], { db }: Container) {
  for (const id of ids) await anything.query('SELECT * FROM a WHERE id = $1', [id]);
  const kept = inject('pool');
  for (const id of ids) await kept.query('SELECT * FROM a WHERE id = $1', [id]);
  for (const id of ids) await db('a').where({ id }).first();
  for (const id of ids) await new Map<string, { query(id: string): Promise<void> }>().get(id)?.query(id);
}`,
    [3, 5, 6],
  ],
  [
    'leaked-connection',
    'a pool in a field of what a constructor is given',
    `import type { Container } from './container.js';
export class Orders {
  constructor(private readonly deps: Container) {}
  async load(id: string) {
    const client = await this.deps.pool.connect();
    const { rows } = await client.query('SELECT $1', [id]);
    client.release();
    return rows;
  }
}`,
    [5],
    1,
  ],
  [
    'nested-checkout',
    'the pool is asked while one of its connections is held',
    `import { shop } from './database.js';
export async function load(id: string) {
  const client = await shop.connect();
  try {
    await client.query('BEGIN');
    return await shop.query('SELECT $1', [id]);
  } finally {
    client.release();
  }
}`,
    [6],
  ],
  [
    'unbounded-request',
    'axios that another file hands on; an instance may have its limit there',
    `import { http, inject } from './container.js';
export const a = (url: string) => http.get(url);
export const b = (url: string) => http.get(url, { timeout: 500 });
export const c = (url: string) => inject('http').get(url);`,
    [2],
    1,
  ],
  [
    'signal-not-passed',
    'a signal and an instance whose types are inferred',
    `import { inject } from './container.js';
type Task = (stop: AbortSignal, url: string) => Promise<unknown>;
export const a: Task = (stop, url) => inject('http').get(url, { timeout: 500 });
export const b: Task = (stop, url) => inject('http').get(url, { signal: stop });`,
    [3],
  ],
  [
    'sync-in-handler',
    'a handler by its type alone',
    `import { readFileSync } from 'node:fs';
import type { Page } from './container.js';
export const page: Page = (asked, answer) => {
  answer.send(readFileSync('page.html', 'utf8'));
};`,
    [4],
  ],
];

const bundle = fileURLToPath(new URL('../bundle/index.js', import.meta.url));
const { default: plugin }: { default: ESLint.Plugin } = await import(pathToFileURL(bundle).href);
const project = fileURLToPath(new URL('../fixtures/typed', import.meta.url));
const filename = join(project, 'app.ts');
const PROGRAM = { project: 'tsconfig.json', tsconfigRootDir: project };

for (const [major, folder] of eslints()) {
  const { Linter, RuleTester }: { Linter: typeof LinterClass; RuleTester: typeof RuleTesterClass } = await import(
    pathToFileURL(join(folder, 'lib/api.js')).href
  );
  describe(`with types in ESLint ${major}`, () => {
    for (const [name, title, code, lines, suggestions = 0] of CASES) {
      const rule = plugin.rules?.[name];
      if (!rule) throw new Error(`there is no rule ${name}`);
      const errors = lines.map((line) => ({ message: /./, line, ...(suggestions > 0 ? { suggestions } : {}) }));
      it(`${name}: ${title}`, () => {
        // In CI the parser reads each file once, from the disk: what is given as text would have no program.
        const parserOptions = { ...PROGRAM, disallowAutomaticSingleRunInference: true };
        const withTypes = new RuleTester({ languageOptions: { parser, parserOptions } });
        withTypes.run(name, rule, { valid: [{ code: 'export {};', filename }], invalid: [{ code, filename, errors }] });
        // The same rule without a program: what only types tell is not guessed.
        new RuleTester({ languageOptions: { parser } }).run(name, rule, { valid: [{ code, filename }], invalid: [] });
      });
    }

    it('a file that is linted twice in CI has no program the second time', (test) => {
      process.env.TSESTREE_SINGLE_RUN = 'true';
      test.after(() => delete process.env.TSESTREE_SINGLE_RUN);
      const languageOptions = { parser, parserOptions: PROGRAM };
      const rules = Object.fromEntries(CASES.map(([name]) => [`holdup/${name}`, 'error'] as const));
      const linter = new Linter({ cwd: project });
      const config: LinterClass.Config = { files: ['**/*.ts'], languageOptions, plugins: { holdup: plugin }, rules };
      for (const [, , code] of CASES) deepEqual(linter.verify(code, [config], { filename }), []);
    });
  });
}
