import type { CallTree, Weights } from './call-tree.ts';

/** What is looked for; a message when it is no valid pattern. */
export type Query = { readonly ok: true; readonly pattern: RegExp } | { readonly ok: false; readonly message: string };

/** Plain text in any case; between slashes, a regular expression: `/pg|mysql/`. undefined: nothing is asked. */
export function readQuery(text: string): Query | undefined {
  const wanted = text.trim();
  if (wanted === '') return undefined;
  const isPattern = wanted.length > 2 && wanted.startsWith('/') && wanted.endsWith('/');
  try {
    return { ok: true, pattern: new RegExp(isPattern ? wanted.slice(1, -1) : escapePattern(wanted), 'iu') };
  } catch {
    return { ok: false, message: 'not a valid regular expression' };
  }
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
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
