import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DEFAULTS } from '../defaults/index.ts';
import { showLimit } from '../durations.ts';
import { checkPolicy, parsePolicy } from '../policy.ts';
import { chainOf } from '../testing/chain-of.ts';
import { filesUnder } from '../testing/page.ts';
import { chainRules } from './index.ts';

const PAGES = new URL('../../../../../docs/audit/chain/', import.meta.url);

async function rulesOf(page: string, heading: string): Promise<string[]> {
  const files = filesUnder(page, heading);
  assert.ok(Object.keys(files).length > 0, `no files under ${heading}`);
  const { hazards, hops, problems } = await chainOf(files);
  assert.deepEqual(problems, []);
  const policy = /^# chain\/policy/.test(page)
    ? parsePolicy('policy.yaml', /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
    : undefined;
  return [...hazards, ...(policy ? checkPolicy(policy, hops) : [])].map(({ rule }) => rule);
}

describe('the page of each chain rule', () => {
  for (const { id } of chainRules) {
    it(`${id}: its wrong files are found, and not its right ones`, async () => {
      const page = readFileSync(new URL(`${id.replace('chain/', '')}.md`, PAGES), 'utf8');
      assert.ok((await rulesOf(page, 'Wrong')).includes(id), `not found: ${id}`);
      assert.ok(!(await rulesOf(page, 'Right')).includes(id), `found: ${id}`);
    });
  }

  it('no page is left without its rule', () => {
    assert.deepEqual(readdirSync(PAGES).sort(), chainRules.map(({ id }) => `${id.replace('chain/', '')}.md`).sort());
  });

  it('the page of the defaults names each with its value and source', () => {
    const page = readFileSync(new URL('default-bites.md', PAGES), 'utf8');
    for (const [id, known] of Object.entries(DEFAULTS)) {
      const { ms, doc, version, checked } = known;
      assert.ok(page.includes(`| \`${id}\` | ${showLimit(ms)} | ${version} | <${doc}> | ${checked} |`), id);
    }
  });
});
