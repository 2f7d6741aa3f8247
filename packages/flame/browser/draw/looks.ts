import type { Level } from '../../src/view/level.ts';
import type { ViewNode } from '../../src/view/view-tree.ts';
import type { App } from '../app.ts';
import { changeOfShare, explainNode, isExplained } from '../explain.ts';
import type { Palette, Pixel } from './colors.ts';
import type { Row } from './pane.ts';

/** Colours and texts of boxes in one theme, each worked out once. */
export class Looks {
  readonly palette: Palette;
  readonly #app: App;
  /** Per function, −1 being everything; 0: not worked out yet, since no colour is transparent. */
  readonly #fills: Uint32Array;
  readonly #labels: (string | undefined)[] = [];
  /** Of boxes whose callers say what they mean. */
  readonly #explained = new WeakMap<ViewNode, string>();

  constructor(app: App, palette: Palette) {
    this.#app = app;
    this.palette = palette;
    this.#fills = new Uint32Array(app.model.functions + 1);
  }

  /** Of a box that is not dimmed. */
  readonly fillOf = (level: Level, index: number): Pixel => {
    if (this.#app.model.compares)
      return this.palette.change(changeOfShare(this.#app, level.now[index] ?? 0, level.before[index] ?? 0));
    const fn = level.fn[index] ?? -1;
    if (fn >= 0 && typeof this.#app.matches === 'object') return this.palette.match;
    const known = this.#fills[fn + 1] ?? 0;
    if (known !== 0) return known;
    const made = this.palette.frame(this.#app.model.textOf(fn));
    this.#fills[fn + 1] = made;
    return made;
  };

  readonly labelOf = ({ pane, depth }: Row, index: number): string => {
    const app = this.#app;
    const fn = pane.tree.level(depth).fn[index] ?? -1;
    if (depth === 0 && app.selection.view === 'sandwich') return `${app.model.textOf(fn).name}   ↑ callers   ↓ callees`;
    const known = this.#labels[fn + 1];
    if (known !== undefined) return known;
    const { name, place } = app.model.textOf(fn);
    if (isExplained(app, fn)) {
      const node = pane.tree.node(depth, index);
      const label = this.#explained.get(node) ?? join(name, explainNode(app, { pane, node })?.brief ?? place);
      this.#explained.set(node, label);
      return label;
    }
    const label = join(name, place);
    this.#labels[fn + 1] = label;
    return label;
  };

  /** Dimmed while a search is on. */
  readonly matches = (fn: number): boolean => {
    const { matches } = this.#app;
    return typeof matches !== 'object' || fn < 0 || matches.functions[fn] === 1;
  };
}

function join(name: string, rest: string): string {
  return rest === '' ? name : `${name}   ${rest}`;
}
