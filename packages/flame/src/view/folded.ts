import type { CallTree } from './call-tree.ts';

/**
 * Folded stacks as other tools read them: `main;handler;query 1234`, one line per stack, outermost function first.
 * @param within Node whose stacks are wanted; −1: all.
 */
export function* writeFolded(
  tree: CallTree,
  self: Float64Array,
  nameOf: (fn: number) => string,
  within: ReadonlySet<number>,
): Generator<string> {
  for (let node = 0; node < tree.length; node += 1) {
    const value = self[node] ?? 0;
    if (value <= 0) continue;
    const names: string[] = [];
    let isWithin = within.size === 0;
    for (let at = node; at >= 0; at = tree.parent[at] ?? -1) {
      names.push(toFoldedName(nameOf(tree.fn[at] ?? 0)));
      isWithin ||= within.has(at);
    }
    if (isWithin) yield `${names.reverse().join(';')} ${value}\n`;
  }
}

/** The format has no escape: a semicolon would be a frame of its own, a line break a stack. */
function toFoldedName(name: string): string {
  return name.replaceAll(';', ':').replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}
