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

export function explainNode(app: App, place: Place): NodeExplanation | undefined {
  const { node } = place;
  if (node.fn < 0) return undefined;
  // Most boxes are ordinary code: their callers are not looked up.
  if (!explainFrame([app.model.factsOf(node.fn).name])) return undefined;
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
  let children = pane.tree.childrenOf(node);
  while (children.length > 0 && fns.length < MOST_CALLERS) {
    const [heaviest] = children;
    if (!heaviest) break;
    isMostly ||= children.length > 1;
    fns.push(heaviest.fn);
    children = pane.tree.childrenOf(heaviest);
  }
  return { fns, isMostly };
}

/** How a box's share of its profile changed: −1 gone, 0 as before, 1 new. */
export function shareChange(app: App, node: ViewNode): number {
  const { now, before } = app.weighed;
  const nowShare = now.sum > 0 ? node.now / now.sum : 0;
  const beforeShare = before && before.sum > 0 ? node.before / before.sum : 0;
  const larger = Math.max(nowShare, beforeShare);
  return larger > 0 ? (nowShare - beforeShare) / larger : 0;
}
