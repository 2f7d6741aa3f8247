import type { CallTree } from './call-tree.ts';

/**
 * Folded stacks as other tools read them: `main;handler;query 1234`, one line per stack, outermost function first. What was called
 * from one place stands together: some tools take the lines for a course of time.
 * @param within Nodes whose stacks are wanted; none: all.
 */
export function* writeFolded(
  tree: CallTree,
  self: Float64Array,
  nameOf: (fn: number) => string,
  within: ReadonlySet<number>,
): Generator<string> {
  const names: string[] = [];
  const nodes: number[] = [];
  const open: number[] = [];
  pushChildren(tree, tree.length, open);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const depth = tree.depth[node] ?? 0;
    names.length = depth;
    nodes.length = depth;
    names.push(toFoldedName(nameOf(tree.fn[node] ?? 0)));
    nodes.push(node);
    const value = self[node] ?? 0;
    if (value > 0 && (within.size === 0 || nodes.some((at) => within.has(at)))) yield `${names.join(';')} ${value}\n`;
    pushChildren(tree, node, open);
  }
}

/** The last first: the first is taken next. */
function pushChildren({ from, children }: CallTree, node: number, open: number[]): void {
  for (let at = (from[node + 1] ?? 0) - 1; at >= (from[node] ?? 0); at -= 1) open.push(children[at] ?? 0);
}

/** The format has no escape: a semicolon would be a frame of its own, a line break a stack. */
function toFoldedName(name: string): string {
  return name.replaceAll(';', ':').replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}
