import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openGoAuditor } from './auditor.ts';

const FOLDER = fileURLToPath(new URL('../../../../docs/audit/go/', import.meta.url));

const auditor = await openGoAuditor();

/** The page's examples, by the word above them. */
function readExamples(page: string): { readonly wrong: string; readonly right: string } {
  const take = (word: string): string => {
    const match = new RegExp(`^${word}:\\n\\n\`\`\`go\\n([\\s\\S]*?)\`\`\``, 'm').exec(page);
    assert.ok(match?.[1], `no example under "${word}:"`);
    return match[1];
  };
  return { wrong: take('Wrong'), right: take('Right') };
}

function findLines(rule: string, text: string): number[] {
  const report = auditor.audit('service.go', text);
  assert.deepEqual(report.problems, []);
  return report.hazards.filter((hazard) => hazard.rule === rule).map((hazard) => hazard.place.line);
}

for (const { id } of auditor.rules) {
  test(`${id}: the page's wrong code is found where it says so, the right code is not`, () => {
    const page = readFileSync(`${FOLDER}${id.replace('go/', '')}.md`, 'utf8');
    assert.equal(page.split('\n')[0], `# ${id}`);
    const { wrong, right } = readExamples(page);
    const marked = wrong.split('\n').flatMap((line, index) => (line.includes('// found') ? [index + 1] : []));
    assert.ok(marked.length > 0);
    assert.deepEqual(findLines(id, wrong), marked);
    assert.deepEqual(findLines(id, right), []);
  });
}

test('every page belongs to a rule', () => {
  const pages = readdirSync(FOLDER).filter((name) => name !== 'accuracy.md');
  assert.deepEqual(pages.sort(), auditor.rules.map(({ id }) => `${id.replace('go/', '')}.md`).sort());
});
