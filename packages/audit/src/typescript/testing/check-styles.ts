import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mergeGroups } from '../../report/merge-groups.ts';
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
        const all = Object.keys(files).filter((file) => auditor.handles(file));
        const reports = all.map((file) =>
          auditor.audit(file, readFileSync(join(folder, file), 'utf8'), join(folder, file)),
        );
        assert.deepEqual(
          reports.flatMap(({ problems }) => problems),
          [],
        );
        const hazards = mergeGroups(reports.flatMap((it) => it.hazards)).filter((it) => it.rule === `js/${rule}`);
        for (const file of all) {
          const text = files[file] ?? '';
          const found = hazards.filter(({ place }) => place.file === file).map(({ place }) => place.line);
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
