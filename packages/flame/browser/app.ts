import type { Payload } from '../src/shared/payload.ts';
import { outermostNodes } from '../src/view/call-tree.ts';
import type { LevelSource } from '../src/view/levels.ts';
import { readLink, type Selection, startSelection, writeLink } from '../src/view/link.ts';
import { pathOf, type ViewNode, ViewTree } from '../src/view/view-tree.ts';
import { type Matches, Model, type Weighed } from './data/model.ts';
import { Pane, Panes, type Place } from './draw/pane.ts';
import { Stage } from './draw/stage.ts';
import { bindKeys } from './keys.ts';
import { Details } from './ui/details.ts';
import { el } from './ui/dom.ts';
import { Help } from './ui/help.ts';
import { FunctionTable } from './ui/table.ts';
import { Toolbar } from './ui/toolbar.ts';

/** Everything the page shows follows from one {@link Selection}; whoever changes it calls {@link App.change}. */
export class App {
  readonly model: Model;
  readonly start: Selection;
  readonly help: Help;
  selection: Selection;
  weighed: Weighed;
  matches: Matches | string | undefined;
  panes = new Panes([]);
  readonly #stage: Stage;
  readonly #toolbar: Toolbar;
  readonly #details: Details;
  readonly #table: FunctionTable;
  readonly #elements: readonly HTMLElement[];

  constructor(payload: Payload) {
    this.model = new Model(payload);
    this.help = new Help(this.model.compares);
    this.start = startSelection(payload.defaultType);
    this.selection = this.#readHash();
    this.weighed = this.model.weigh(this.selection.type, this.selection.labels);
    this.#toolbar = new Toolbar(this);
    this.#details = new Details(this);
    this.#stage = new Stage(this);
    this.#table = new FunctionTable(this);
    const main = el('main', {}, this.#stage.element, this.#table.element);
    this.#elements = [this.#toolbar.element, main, this.#details.element, this.help.element];
    document.body.append(...this.#elements);
    this.#rebuild();
    this.#refresh(false);
  }

  /** Follows keys and links from now on. */
  listen(): void {
    bindKeys(this);
    addEventListener('hashchange', () => this.#show(this.#readHash(), true));
  }

  /** Takes it from the page, if it does not listen. */
  remove(): void {
    for (const element of this.#elements) element.remove();
  }

  /** @param keep Whether the way back (browser history) leads over the selection left. */
  change(change: Partial<Selection>, keep = false): void {
    const next = { ...this.selection, ...change };
    const link = writeLink(next, this.start);
    this.#show(next, true);
    if (link === location.hash.slice(1)) return;
    if (keep) location.hash = link;
    else location.replace(`#${link}`);
  }

  get unit(): string {
    return this.model.payload.types[this.selection.type]?.unit ?? '';
  }

  /** The selected box; undefined: none. */
  get selected(): Place | undefined {
    const { path, callers } = this.selection;
    const pane = path.length === 0 ? undefined : this.panes.paneOf(callers);
    return pane ? { pane, node: pane.tree.follow(path) } : undefined;
  }

  select({ pane, node }: Place, zoom: boolean): void {
    const path = pathOf(node);
    const { zoom: before, path: old } = this.selection;
    // What is zoomed to stays so as long as the selection is within it.
    const common = path.findIndex((fn, at) => fn !== old[at]);
    const kept = Math.min(before, common < 0 ? path.length : common);
    this.change({ path, callers: pane.callers, zoom: zoom ? path.length : kept }, zoom);
  }

  sandwich(fn: number): void {
    if (fn >= 0) this.change({ view: 'sandwich', fn, path: [], callers: false, zoom: 0 }, true);
  }

  focusSearch(): void {
    this.#toolbar.focusSearch();
  }

  focusStage(): void {
    this.#stage.focus();
  }

  /** Of the graph, in pixels. */
  get width(): number {
    return this.#stage.width;
  }

  redraw(): void {
    this.#stage.draw();
  }

  #readHash(): Selection {
    const limits = { types: this.model.payload.types.length, functions: this.model.functions };
    const read = readLink(location.hash, this.start, limits);
    return this.model.compares ? read : { ...read, widthBy: 'now' };
  }

  #show(next: Selection, animate: boolean): void {
    const old = this.selection;
    if (writeLink(old, this.start) === writeLink(next, this.start)) return;
    this.selection = next;
    const reweigh = old.type !== next.type || JSON.stringify(old.labels) !== JSON.stringify(next.labels);
    if (reweigh) this.weighed = this.model.weigh(next.type, next.labels);
    const rebuild = reweigh || old.view !== next.view || old.fn !== next.fn || old.widthBy !== next.widthBy;
    if (rebuild) this.#rebuild();
    this.#refresh(animate && !rebuild);
  }

  #rebuild(): void {
    const { view, fn, widthBy } = this.selection;
    const source: LevelSource = { tree: this.model.tree, ...this.weighed, widthBy };
    if (view === 'table') {
      this.panes = new Panes([]);
    } else if (view === 'sandwich') {
      const at = fn < 0 ? [] : outermostNodes(this.model.tree, this.model.functions, fn);
      const panes = (['up', 'down'] as const).map(
        (way) => new Pane(new ViewTree(source, way, { fn, at }), way === 'up'),
      );
      this.panes = new Panes(panes);
    } else {
      this.panes = new Panes([new Pane(new ViewTree(source, view), false)]);
    }
    this.#stage.reset();
  }

  #refresh(animate: boolean): void {
    const { query, view, path, callers, zoom } = this.selection;
    this.matches = this.model.match(query, this.weighed.now);
    for (const pane of this.panes.all) {
      const steps = pane.callers === callers ? path.slice(0, zoom) : [];
      this.#stage.zoomTo(pane, pane.tree.follow(steps), animate);
    }
    this.#toolbar.update();
    this.#details.update();
    this.#stage.element.hidden = view === 'table' || (view === 'sandwich' && this.selection.fn < 0);
    this.#table.update(this.#stage.element.hidden);
    this.#stage.draw();
  }
}

/** What a box is wide by, and what its colours compare. */
export function isMatch(app: App, node: ViewNode): boolean {
  const { matches } = app;
  return typeof matches !== 'object' || node.fn < 0 || matches.functions[node.fn] === 1;
}
