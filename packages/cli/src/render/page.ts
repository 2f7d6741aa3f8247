import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package, which brings the pages; in a clone of the repository, its root. */
const ROOTS = ['../../', '../../../../'];

/**
 * A page of the documentation as one opens it from the working folder.
 * @param page `docs/causes/dns-slow.md`; as it is where it is not there.
 */
export function placeOfPage(page: string): string {
  if (!/^docs\/[\w/-]+\.md$/.test(page)) return page;
  const file = ROOTS.map((root) => fileURLToPath(new URL(root + page, import.meta.url))).find((it) => existsSync(it));
  if (file === undefined) return page;
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}
