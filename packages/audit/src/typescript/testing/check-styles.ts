import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeTree } from '../../testing/tree.ts';
import { openTypeScriptAuditor } from '../open.ts';

/** What it is, and its code; a file of its own starts with `// file: name`. A line that ends in `// !` is to be found. */
export type Style = readonly [name: string, code: string];

const FILE = /^\/\/ file: (.+)$/m;

/** Holds one rule to code as people write it; what other rules say about it does not matter. */
export function checkStyles(rule: string, styles: readonly Style[]): void {
  describe(rule, () => {
    for (const [name, code] of styles) {
      it(name, async () => {
        const files = filesOf(code);
        const folder = writeTree(files);
        const auditor = await openTypeScriptAuditor();
        for (const [file, text] of Object.entries(files)) {
          if (!auditor.handles(file)) continue;
          const path = join(folder, file);
          const { hazards, problems } = auditor.audit(file, readFileSync(path, 'utf8'), path);
          assert.deepEqual(problems, []);
          const found = hazards.filter((it) => it.rule === `js/${rule}`).map(({ place }) => place.line);
          assert.deepEqual(
            [...new Set(found)].sort((a, b) => a - b),
            markedLines(text),
            `${file}\n${text}`,
          );
        }
      });
    }
  });
}

function filesOf(code: string): Record<string, string> {
  const [first = '', ...rest] = code.split(FILE);
  if (rest.length === 0) return { 'app.ts': first };
  return Object.fromEntries(rest.flatMap((name, at) => (at % 2 === 0 ? [[name, (rest[at + 1] ?? '').trim()]] : [])));
}

function markedLines(text: string): number[] {
  return text.split('\n').flatMap((line, at) => (line.endsWith('// !') ? [at + 1] : []));
}
