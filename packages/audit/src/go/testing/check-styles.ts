import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGoAuditor } from '../auditor.ts';

/** A line that is to be told says by which rules: `// want lost-cancel`. */
const WANTED = /\/\/ want ([\w -]+)$/;

/** Audits each text, code as it stands in services, and wants just what its comments say: everything else in it is right, or not known. */
export function checkStyles(styles: readonly (readonly [string, string])[]): void {
  for (const [title, text] of styles) {
    test(`Go: ${title}`, async () => {
      const { hazards, problems } = (await openGoAuditor()).audit('service.go', text);
      assert.deepEqual(problems, []);
      assert.deepEqual(hazards.map(({ rule, place }) => `${place.line} ${rule}`).sort(), wantedOf(text).sort());
    });
  }
}

function wantedOf(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const rules = WANTED.exec(line)?.[1]?.split(' ') ?? [];
    return rules.map((rule) => `${index + 1} go/${rule}`);
  });
}
