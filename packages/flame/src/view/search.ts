import type { CallTree, Weights } from './call-tree.ts';

/** Says of a text whether it matches; a message when the query is no valid pattern. */
export type Query =
  | { readonly ok: true; readonly matches: (text: string) => boolean }
  | { readonly ok: false; readonly message: string };

/** Plain text in any case; between slashes, a regular expression: `/pg|mysql/`. undefined: nothing is asked. */
export function readQuery(text: string): Query | undefined {
  const wanted = text.trim();
  if (wanted === '') return undefined;
  if (wanted.length > 2 && wanted.startsWith('/') && wanted.endsWith('/')) {
    try {
      const pattern = new RegExp(wanted.slice(1, -1), 'iu');
      return { ok: true, matches: (candidate) => pattern.test(candidate) };
    } catch {
      return { ok: false, message: 'not a valid regular expression' };
    }
  }
  const folded = wanted.toLowerCase();
  return { ok: true, matches: (candidate) => candidate.toLowerCase().includes(folded) };
}

/** What matching functions and all they call sum to; nothing twice. */
export function sumMatches(tree: CallTree, weights: Weights, matches: Uint8Array): number {
  const covered = new Uint8Array(tree.length);
  let sum = 0;
  for (let node = 0; node < tree.length; node += 1) {
    const above = tree.parent[node] ?? -1;
    if (above >= 0 && covered[above] === 1) {
      covered[node] = 1;
    } else if (matches[tree.fn[node] ?? 0] === 1) {
      covered[node] = 1;
      sum += weights.total[node] ?? 0;
    }
  }
  return sum;
}
