import { looksLikeTimeout, type NotUnderstood } from '../hop.ts';
import { entries, items, type Tree } from './tree.ts';

/** Every map in a document, with the keys on the way to it. */
export function* maps(
  tree: Tree,
  path: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly map: Tree }> {
  if (tree.type === 'map') {
    yield { path, map: tree };
    for (const [key, { value }] of tree.entries) yield* maps(value, [...path, key]);
  } else for (const item of items(tree)) yield* maps(item, path);
}

/** Keys that look like timeouts and are not among the known. */
export function unknownTimeouts(
  tree: Tree,
  known: ReadonlySet<string>,
  skip: ReadonlySet<string> = new Set(),
): NotUnderstood[] {
  const found: NotUnderstood[] = [];
  for (const { path, map } of maps(tree)) {
    if (path.some((key) => skip.has(key))) continue;
    for (const [key, { key: place, value }] of entries(map)) {
      const settles = value.type === 'scalar' || value.type === 'unresolved';
      if (settles && looksLikeTimeout(key) && !known.has(key))
        found.push({ setting: [...path.slice(-1), key].join('.'), place });
    }
  }
  return found;
}
