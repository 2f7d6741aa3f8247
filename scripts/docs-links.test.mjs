import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const NOT_OURS = new Set(['node_modules', '.git', 'dist', 'bundle', 'fixtures']);

function* pages(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !NOT_OURS.has(entry.name)) yield* pages(path);
    else if (entry.isFile() && entry.name.endsWith('.md')) yield path;
  }
}

/** Prose only: what stands in a block of code is no link. */
function prose(page) {
  return readFileSync(page, 'utf8').replace(/^```.*?^```/gms, '');
}

/** As GitHub derives them. */
function anchors(page) {
  const headings = prose(page).matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, text]) =>
    text
      .toLowerCase()
      .replace(/\]\([^)]*\)/g, '')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

function problem(page, link) {
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : resolve(dirname(page), path);
  if (!existsSync(target)) return 'no such file';
  if (anchor && target.endsWith('.md') && !anchors(target).includes(anchor)) return 'no such heading';
  return undefined;
}

describe('links within the repository', () => {
  for (const page of pages(root)) {
    const name = page.slice(root.length);
    it(`resolve in ${name}`, () => {
      const links = [
        ...prose(page)
          .replace(/`[^`\n]*`/g, '')
          .matchAll(/\]\(([^)\s]+)\)/g),
      ].map(([, link]) => link);
      const broken = links
        .filter((link) => !/^[a-z]+:/i.test(link))
        .map((link) => ({ link, why: problem(page, link) }))
        .filter(({ why }) => why !== undefined);
      assert.deepEqual(broken, []);
    });
  }
});
