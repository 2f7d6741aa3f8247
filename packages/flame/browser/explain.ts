import { type Explanation, explainFrame } from '../src/shared/waits.ts';
import type { ViewNode } from '../src/view/view-tree.ts';
import type { App } from './app.ts';
import type { Place } from './draw/pane.ts';

/** Callers looked at: a wait's reason and its real waiter stand no further out in real stacks. */
const MOST_CALLERS = 64;

/** What an unusual frame means, with the function that really waits. */
export interface NodeExplanation extends Explanation {
  /** Function that waits; −1: none is known. */
  readonly waiterFn: number;
  /** The callers are not the only ones, but those of most of it. */
  readonly isMostly: boolean;
}

export function isExplained(app: App, fn: number): boolean {
  return fn >= 0 && explainFrame([app.model.factsOf(fn).name]) !== undefined;
}

export function explainNode(app: App, place: Place): NodeExplanation | undefined {
  const { node } = place;
  if (node.fn < 0) return undefined;
  // Most boxes are ordinary code: their callers are not looked up.
  if (!isExplained(app, node.fn)) return undefined;
  const callers = listCallers(app, place);
  const explanation = explainFrame(callers.fns.map((fn) => app.model.factsOf(fn).name));
  if (!explanation) return undefined;
  return { ...explanation, waiterFn: callers.fns[explanation.waiter ?? -1] ?? -1, isMostly: callers.isMostly };
}

/** Functions from the node outwards. Where the tree grows towards callers, the heaviest of them. */
function listCallers(app: App, place: Place): { readonly fns: readonly number[]; readonly isMostly: boolean } {
  const { pane, node } = place;
  const growsOut = pane.callers || app.selection.view === 'up';
  const inner: number[] = [];
  for (let at: ViewNode | undefined = node; at && at.fn >= 0 && inner.length < MOST_CALLERS; at = at.parent)
    inner.push(at.fn);
  if (!growsOut) {
    const { view } = app.selection;
    const outer = view === 'sandwich' ? heaviestCallers(app) : { fns: [], isMostly: false };
    return { fns: [...inner, ...outer.fns], isMostly: outer.isMostly };
  }
  const outer = heaviestChildren(place);
  // The leaf gave the reason: callers of a caller begin there.
  return { fns: [...inner.reverse(), ...outer.fns], isMostly: outer.isMostly };
}

function heaviestCallers(app: App): ReturnType<typeof heaviestChildren> {
  const pane = app.panes.paneOf(true);
  return pane ? heaviestChildren({ pane, node: pane.tree.root }) : { fns: [], isMostly: false };
}

function heaviestChildren({ pane, node }: Place): { readonly fns: readonly number[]; readonly isMostly: boolean } {
  const fns: number[] = [];
  let isMostly = false;
  let heaviest = pane.tree.child(node, 0);
  while (heaviest && fns.length < MOST_CALLERS) {
    isMostly ||= pane.tree.sibling(heaviest, 1) !== undefined;
    fns.push(heaviest.fn);
    heaviest = pane.tree.child(heaviest, 0);
  }
  return { fns, isMostly };
}

/** How a box's share of its profile changed: −1 gone, 0 as before, 1 new. */
export function changeOfShare(app: App, now: number, before: number): number {
  const { weighed } = app;
  const nowShare = weighed.now.sum > 0 ? now / weighed.now.sum : 0;
  const beforeShare = weighed.before && weighed.before.sum > 0 ? before / weighed.before.sum : 0;
  const larger = Math.max(nowShare, beforeShare);
  return larger > 0 ? (nowShare - beforeShare) / larger : 0;
}
