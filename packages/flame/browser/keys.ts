import { layOut } from '../src/view/layout.ts';
import type { ViewNode } from '../src/view/view-tree.ts';
import { type App, isMatch } from './app.ts';
import type { Place } from './draw/pane.ts';
import { moveRange } from './pointers.ts';

/** How much one press zooms. */
const ZOOM_STEP = 0.6;

type Act = (app: App) => void;

const ACTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['ArrowDown', (app) => moveVertically(app, 'down')],
  ['ArrowUp', (app) => moveVertically(app, 'up')],
  ['ArrowLeft', (app) => moveSideways(app, -1)],
  ['ArrowRight', (app) => moveSideways(app, 1)],
  ['Enter', (app) => zoomToSelected(app)],
  ['Escape', (app) => app.change({ path: [], zoom: 0, callers: false }, true)],
  ['0', (app) => app.change({ path: [], zoom: 0, callers: false }, true)],
  ['+', (app) => zoomBy(app, ZOOM_STEP)],
  ['=', (app) => zoomBy(app, ZOOM_STEP)],
  ['-', (app) => zoomBy(app, 1 / ZOOM_STEP)],
  ['/', (app) => app.focusSearch()],
  ['n', (app) => moveToMatch(app, 1)],
  ['N', (app) => moveToMatch(app, -1)],
  ['s', (app) => app.sandwich(app.selected?.node.fn ?? app.selection.fn)],
  [
    'i',
    (app) => app.change({ view: app.selection.view === 'up' ? 'down' : 'up', path: [], zoom: 0, callers: false }, true),
  ],
  ['t', (app) => app.change({ view: app.selection.view === 'table' ? 'down' : 'table', path: [], zoom: 0 }, true)],
  ['?', (app) => app.help.open()],
]);

export function bindKeys(app: App): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target instanceof Element ? event.target : undefined;
    const field = target?.closest('input, select, textarea, dialog[open], summary');
    if (field) {
      if (event.key === 'Escape' && field.matches('input[type=search]')) {
        app.change({ query: '' });
        app.focusStage();
      }
      // From there on by `n` and `N`, which a field would take for text.
      if (event.key === 'Enter' && field.matches('input[type=search]')) {
        app.focusStage();
        moveToMatch(app, 1);
      }
      return;
    }
    // Buttons are pressed with Enter.
    if (event.key === 'Enter' && target?.closest('button')) return;
    const act = ACTS.get(event.key);
    if (!act) return;
    event.preventDefault();
    act(app);
  });
}

function current(app: App): Place | undefined {
  const pane = app.panes.paneOf(app.selection.callers);
  return app.selected ?? (pane ? { pane, node: pane.tree.root } : undefined);
}

function moveVertically(app: App, way: 'up' | 'down'): void {
  const place = current(app);
  if (!place) return;
  const { pane, node } = place;
  const isOutward = pane.callers ? way === 'up' : way === 'down';
  const next = isOutward ? pane.tree.child(node, 0) : node.parent;
  if (next) {
    app.select({ pane, node: next }, false);
    return;
  }
  // From the function in the middle upwards: to its callers.
  const callers = way === 'up' && !pane.callers ? app.panes.paneOf(true) : undefined;
  const first = callers?.tree.child(callers.tree.root, 0);
  if (callers && first) app.select({ pane: callers, node: first }, false);
}

function moveSideways(app: App, step: number): void {
  const place = current(app);
  const next = place?.pane.tree.sibling(place.node, step);
  if (place && next) app.select({ pane: place.pane, node: next }, false);
}

function zoomToSelected(app: App): void {
  const { selected } = app;
  if (selected) app.select(selected, true);
}

function zoomBy(app: App, scale: number): void {
  for (const pane of app.panes.all) moveRange(pane, 1, 0.5, 0.5, scale);
  app.redraw();
}

/** Among what is drawn, from the outermost on: others are too narrow to see, or out of the zoom. */
function moveToMatch(app: App, step: number): void {
  if (typeof app.matches !== 'object') return;
  const found = app.panes.all.flatMap((pane) =>
    layOut(pane.tree, pane.range, app.width).flatMap(({ node }): Place[] =>
      node && isOutermostMatch(app, node) ? [{ pane, node }] : [],
    ),
  );
  const at = found.findIndex(({ node }) => node === app.selected?.node);
  const next = at < 0 ? (step > 0 ? 0 : found.length - 1) : (at + step + found.length) % Math.max(1, found.length);
  const place = found[next];
  if (place) app.select(place, false);
}

function isOutermostMatch(app: App, node: ViewNode): boolean {
  return node.fn >= 0 && isMatch(app, node) && !(node.parent && node.parent.fn >= 0 && isMatch(app, node.parent));
}
