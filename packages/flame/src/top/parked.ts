import type { Prepared } from '../page/prepare.ts';
import { explainFrame, isParking } from '../shared/waits.ts';
import type { CallTree, Weights } from '../view/call-tree.ts';

/** Goroutines that wait for the same reason in the same function. */
export interface ParkedWait {
  readonly reason: string;
  /** The function that really waits; '' when the stack shows only the runtime. */
  readonly waiter: string;
  readonly place: string;
  /** In the unit of the profile. */
  readonly amount: number;
}

/** Adds up stacks that end in gopark by what they wait for and who waits, largest first. */
export function sumParked(tree: CallTree, weights: Weights, names: Pick<Prepared, 'factsOf' | 'textOf'>): ParkedWait[] {
  const waits = new Map<string, ParkedWait>();
  for (let node = 0; node < tree.length; node += 1) {
    const amount = weights.self[node] ?? 0;
    if (amount === 0 || !isParking(names.factsOf(tree.fn[node] ?? 0).name)) continue;
    const fns = listStack(tree, node);
    const explanation = explainFrame(fns.map((fn) => names.factsOf(fn).name));
    const waiter = fns[explanation?.waiter ?? -1];
    const text = waiter === undefined ? undefined : names.textOf(waiter);
    const reason = explanation?.brief ?? '';
    const key = `${waiter ?? ''} ${reason}`;
    const known = waits.get(key)?.amount ?? 0;
    waits.set(key, { reason, waiter: text?.name ?? '', place: text?.place ?? '', amount: known + amount });
  }
  return [...waits.values()].sort((one, other) => other.amount - one.amount);
}

/** Functions from a node outwards. */
function listStack(tree: CallTree, node: number): number[] {
  const fns: number[] = [];
  for (let at = node; at >= 0; at = tree.parent[at] ?? -1) fns.push(tree.fn[at] ?? 0);
  return fns;
}
