import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { auditChain } from './audit-chain.ts';
import { rulesIn } from './testing/chain-of.ts';
import { filesUnder } from './testing/page.ts';

const PAGES = new URL('../../fixtures/chains/', import.meta.url);

/** `- rule file:line` under a heading: what must be found there, and nothing else. */
function expectedUnder(page: string, heading: string): string[] {
  const section = page.split(/^## /m).find((it) => it.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^- (\S+ \S+:\d+)$/gm)].map(([, found = '']) => found).sort();
}

describe('whole chains, as people write them', () => {
  for (const name of readdirSync(PAGES)) {
    const page = readFileSync(new URL(name, PAGES), 'utf8');
    for (const heading of ['Wrong', 'Right']) {
      const files = Object.entries(filesUnder(page, heading)).map(([file, text]) => ({ file, text }));
      it(`${name}, ${heading.toLowerCase()}: what is planted is found, and nothing else, in any order of files`, async () => {
        assert.ok(files.length > 1);
        for (const given of [files, [...files].reverse()]) {
          const report = await auditChain({ files: given, ordered: given === files });
          assert.deepEqual(rulesIn(report).sort(), expectedUnder(page, heading));
          assert.deepEqual(report.problems, []);
          assert.deepEqual(report.notUnderstood, []);
        }
      });
    }
  }
});
