import type { Payload } from '../shared/payload.ts';

type Nodes = Pick<Payload, 'parent' | 'fn' | 'sampleNode'>;

/**
 * Renumbers a call tree by depth, in the old order within one depth. The page looks at one depth after the other: what it reads for a
 * row then lies side by side, which is most of what a row costs. In the file the order of the stacks is kept: it is smaller. A parent
 * still stands before its children.
 */
export function orderByDepth<Given extends Nodes>(payload: Given): Given {
  const { parent, fn } = payload;
  const depth = new Int32Array(fn.length);
  let deepest = 0;
  for (let node = 0; node < depth.length; node += 1) {
    const above = parent[node] ?? -1;
    const its = above < 0 ? 0 : (depth[above] ?? 0) + 1;
    depth[node] = its;
    if (its > deepest) deepest = its;
  }
  const next = new Int32Array(deepest + 2);
  for (let node = 0; node < depth.length; node += 1) bump(next, (depth[node] ?? 0) + 1);
  for (let at = 1; at < next.length; at += 1) next[at] = (next[at] ?? 0) + (next[at - 1] ?? 0);
  const ordered = { parent: new Int32Array(fn.length), fn: new Int32Array(fn.length), rank: depth };
  for (let node = 0; node < depth.length; node += 1) {
    const its = depth[node] ?? 0;
    const to = next[its] ?? 0;
    bump(next, its);
    const above = parent[node] ?? -1;
    ordered.parent[to] = above < 0 ? -1 : (ordered.rank[above] ?? 0);
    ordered.fn[to] = fn[node] ?? 0;
    // Its depth is not asked for any more: children have theirs.
    ordered.rank[node] = to;
  }
  const sampleNode = payload.sampleNode.map((node) => (node < 0 ? -1 : (ordered.rank[node] ?? -1)));
  return { ...payload, parent: ordered.parent, fn: ordered.fn, sampleNode };
}

function bump(counts: Int32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
