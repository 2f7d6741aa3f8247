import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { auditText } from '../testing/audit-text.ts';
import { RULES } from './index.ts';

const PAGES = new URL('../../../../../docs/audit/js/', import.meta.url);

function codeUnder(page: string, heading: string): string {
  const code = new RegExp(`## ${heading}\\n\\n\`\`\`ts\\n(.*?)\`\`\``, 's').exec(page)?.[1];
  assert.ok(code, `no code under ${heading}`);
  return code;
}

describe('the page of each rule', () => {
  for (const { id } of RULES) {
    it(`${id}: its wrong code is found, and nothing is found in its right code`, async () => {
      const page = readFileSync(new URL(`${id.replace('js/', '')}.md`, PAGES), 'utf8');
      const wrong = await auditText(codeUnder(page, 'Wrong'));
      assert.ok(
        wrong.some((found) => found.startsWith(`${id.replace('js/', '')}@`)),
        `found only ${wrong.join(', ')}`,
      );
      assert.deepEqual(await auditText(codeUnder(page, 'Right')), []);
    });
  }

  it('no page is left without its rule', () => {
    const ids = RULES.map(({ id }) => `${id.replace('js/', '')}.md`);
    assert.deepEqual(readdirSync(PAGES).sort(), [...ids, 'accuracy.md'].sort());
  });
});
