import type { Payload } from '../shared/payload.ts';
import type { CallTree } from './call-tree.ts';

/** Leaves only samples whose stack holds a function that matches. */
export function focusSamples(payload: Payload, tree: CallTree, matches: Uint8Array): Payload {
  const holds = new Uint8Array(tree.length);
  for (let node = 0; node < tree.length; node += 1) {
    const above = tree.parent[node] ?? -1;
    holds[node] = (above >= 0 && holds[above] === 1) || matches[tree.fn[node] ?? 0] === 1 ? 1 : 0;
  }
  const rows: number[] = [];
  for (let row = 0; row < payload.sampleNode.length; row += 1) {
    if (holds[payload.sampleNode[row] ?? -1] === 1) rows.push(row);
  }
  const pick = (column: ArrayLike<number>): Float64Array => Float64Array.from(rows, (row) => column[row] ?? 0);
  return {
    ...payload,
    sampleNode: pick(payload.sampleNode),
    sampleLabels: pick(payload.sampleLabels),
    values: payload.values.map(pick),
    baseValues: payload.baseValues.map(pick),
  };
}
