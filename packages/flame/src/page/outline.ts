import type { Payload, PayloadFunctions } from '../shared/payload.ts';
import { type CallTree, type Weights, weigh } from '../view/call-tree.ts';

/** Nodes of a profile that is read before an outline would be seen: half a megabyte of page. */
const SMALL_PROFILE = 50_000;
/** Narrower boxes are less than a pixel on nearly all screens. Share of the whole. */
const LEAST_SHARE = 1 / 2_000;
/** More than the tallest screens show. */
const MOST_ROWS = 100;
/** Boxes that are decoded and drawn within some 20 ms, and a tenth of the page of a large profile. */
const MOST_BOXES = 5_000;

/**
 * The largest boxes of what a page shows first, to be drawn while the rest is still being read: as a payload of their own, in which
 * each stands and is as wide as in the whole.
 * @returns undefined when the profile is small enough to be read at once, or nothing in it weighs anything.
 */
export function outlineOf(payload: Payload, tree: CallTree): Payload | undefined {
  if (tree.length < SMALL_PROFILE) return undefined;
  const { types, defaultType, values, baseValues, labelSets } = payload;
  const now = weigh(tree, payload, values[defaultType] ?? [], undefined);
  const base = baseValues[defaultType];
  const before = base && weigh(tree, payload, base, undefined);
  const nodes = largestNodes(tree, now);
  if (nodes.length === 0) return undefined;
  const ranks = new Map(Array.from(nodes, (node, rank) => [node, rank]));
  const rankOf = (node: number): number => ranks.get(node) ?? -1;
  const parent = nodes.map((node) => rankOf(tree.parent[node] ?? -1));
  const ofType = (weights: Weights) =>
    types.map((_, type) => (type === defaultType ? ownOf(nodes, parent, weights) : []));
  return {
    ...payload,
    isOutline: true,
    ...pickFunctions(
      payload.functions,
      nodes.map((node) => tree.fn[node] ?? 0),
    ),
    // Whether there are any shows.
    labelSets: labelSets.filter((labels, set) => set === 0 || labels.length > 0).slice(0, 2),
    parent,
    sampleNode: Int32Array.from({ length: nodes.length + 1 }, (_, row) => row - 1),
    sampleLabels: new Int32Array(nodes.length + 1),
    values: ofType(now),
    baseValues: before ? ofType(before) : [],
  };
}

/** In the order of the tree, each with its callers. */
function largestNodes(tree: CallTree, { total, sum }: Weights): Int32Array {
  const least = sum * LEAST_SHARE;
  const wide: number[] = [];
  for (let node = 0; node < tree.length; node += 1) {
    const weight = total[node] ?? 0;
    if (weight > 0 && weight >= least && (tree.depth[node] ?? 0) < MOST_ROWS) wide.push(node);
  }
  // Of equals the outer ones: a caller before what it calls.
  wide.sort(
    (one, other) => (total[other] ?? 0) - (total[one] ?? 0) || (tree.depth[one] ?? 0) - (tree.depth[other] ?? 0),
  );
  const kept = new Set<number>();
  // Where something is negative, a caller may weigh less than what it calls.
  for (const node of Int32Array.from(wide.slice(0, MOST_BOXES)).sort()) {
    const above = tree.parent[node] ?? -1;
    if (above < 0 || kept.has(above)) kept.add(node);
  }
  return Int32Array.from(kept);
}

/** What is left of each node without those kept that stand on it, and first what is left of the whole: so the sums are as they were. */
function ownOf(nodes: Int32Array, parent: Int32Array, { total, sum }: Weights): Float64Array {
  const own = Float64Array.from([sum, ...Array.from(nodes, (node) => total[node] ?? 0)]);
  for (let rank = 0; rank < nodes.length; rank += 1) {
    const above = (parent[rank] ?? -1) + 1;
    own[above] = (own[above] ?? 0) - (total[nodes[rank] ?? 0] ?? 0);
  }
  return own;
}

/** Those that nodes name, renumbered in their order: it decides which of equals stands first. */
function pickFunctions(functions: PayloadFunctions, named: Int32Array): Pick<Payload, 'functions' | 'fn'> {
  const kept = [...new Set(named)].sort((one, other) => one - other);
  const ids = new Map(kept.map((fn, id) => [fn, id]));
  const pick = <Fact>(facts: readonly Fact[], none: Fact): Fact[] => kept.map((fn) => facts[fn] ?? none);
  const { name, file, line, module } = functions;
  return {
    functions: { name: pick(name, ''), file: pick(file, ''), line: pick(line, 0), module: pick(module, '') },
    fn: named.map((fn) => ids.get(fn) ?? 0),
  };
}
