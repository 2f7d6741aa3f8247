import type { ViewNode } from '../../src/view/view-tree.ts';
import type { App } from '../app.ts';
import { Pointers } from '../pointers.ts';
import { el } from '../ui/dom.ts';
import { isDark, onThemeChange } from '../ui/theme.ts';
import { Tooltip } from '../ui/tooltip.ts';
import { readPalette } from './colors.ts';
import { Looks } from './looks.ts';
import { Painter, type Scene } from './painter.ts';
import { type Pane, type Place, zoomSteps } from './pane.ts';

/** Pixels of a row: fingers need more than a mouse. */
const ROW_PX = { fine: 20, coarse: 28 };
/** More is not seen, and costs four times the pixels of half. */
const MOST_PIXEL_RATIO = 2;
/** Milliseconds of a frame that levels of a large profile are made in, so that the page answers meanwhile. */
const BUILDING_MS = 12;

/** The canvas in its scrolling frame: draws what is in sight, once per frame of the screen at most. */
export class Stage {
  readonly element: HTMLElement;
  hovered: Place | undefined;
  readonly rowPx = matchMedia('(pointer: coarse)').matches ? ROW_PX.coarse : ROW_PX.fine;
  readonly #app: App;
  readonly #spacer = el('div', { class: 'spacer' });
  readonly #canvas = el('canvas');
  readonly #painter: Painter;
  readonly #tooltip: Tooltip;
  readonly #zooms = new Map<Pane, (nowMs: number) => boolean>();
  #looks: Looks;
  #isDrawing = false;
  #mustCentre = false;
  #isMarked = false;

  constructor(app: App) {
    this.#app = app;
    this.element = el('div', {
      class: 'stage',
      tabindex: '0',
      role: 'application',
      'aria-label': 'Flame graph: arrow keys move, Enter zooms, ? lists all keys',
    });
    this.#spacer.append(this.#canvas);
    this.element.append(this.#spacer);
    this.#painter = new Painter(this.#canvas);
    this.#tooltip = new Tooltip(app);
    this.#looks = new Looks(app, readPalette(isDark()));
    this.element.append(this.#tooltip.element);
    new Pointers(app, this).bind(this.#canvas);
    this.element.addEventListener('scroll', () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(this.element);
    onThemeChange(() => this.#repaint());
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  /** Other panes have come: nothing of the old ones is left. */
  reset(): void {
    this.#zooms.clear();
    this.hover(undefined);
    this.element.scrollTop = 0;
    this.#mustCentre = true;
  }

  #repaint(): void {
    this.#looks = new Looks(this.#app, readPalette(isDark()));
    this.draw();
  }

  zoomTo(pane: Pane, node: ViewNode, animate: boolean): void {
    const step = zoomSteps(pane, node, animate ? performance.now() : Number.NEGATIVE_INFINITY);
    if (step(performance.now())) this.#zooms.set(pane, step);
    else this.#zooms.delete(pane);
  }

  hover(place: Place | undefined, x = 0, y = 0): void {
    if (place?.node !== this.hovered?.node) {
      this.hovered = place;
      this.draw();
    }
    this.#tooltip.show(place, x, y);
  }

  /** @param y Pixels from the canvas's top. */
  placeAt(x: number, y: number): Place | undefined {
    return this.#app.panes.at(x, Math.floor((y + this.element.scrollTop) / this.rowPx), this.width);
  }

  get width(): number {
    return this.element.clientWidth;
  }

  draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame((nowMs) => {
      this.#isDrawing = false;
      this.#drawNow(nowMs);
    });
  }

  /** Brings a box's row into sight. */
  reveal({ pane, node }: Place): void {
    const top = this.#app.panes.rowOf(pane, node.depth) * this.rowPx;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop || top + this.rowPx > scrollTop + clientHeight) this.element.scrollTop = top - clientHeight / 3;
  }

  #drawNow(nowMs: number): void {
    const { panes } = this.#app;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (panes.all.length === 0 || width === 0 || height === 0) return;
    const moving = [...this.#zooms].filter(([, step]) => step(nowMs));
    const ended = this.#zooms.size > moving.length;
    this.#zooms.clear();
    for (const [pane, step] of moving) this.#zooms.set(pane, step);
    const { above } = panes;
    panes.measure();
    this.#resize(width, height, panes.rows * this.rowPx);
    this.#keepMiddle(above);
    const isWhole = this.#build(height);
    this.#painter.paint(this.#scene(width, height), pixelRatio());
    const { selected } = this.#app;
    if (ended && selected) this.reveal(selected);
    if (isWhole) this.#mark();
    if (moving.length > 0 || !isWhole) this.draw();
  }

  /** For who measures: when all that is in sight was first drawn. */
  #mark(): void {
    if (!this.#isMarked) performance.mark(this.#app.model.payload.isOutline ? 'outline drawn' : 'graph drawn');
    this.#isMarked = true;
  }

  /** Makes levels that are in sight, for a while. @returns whether all are there. */
  #build(height: number): boolean {
    const until = performance.now() + BUILDING_MS;
    const first = Math.floor(this.element.scrollTop / this.rowPx);
    const last = Math.ceil((this.element.scrollTop + height) / this.rowPx);
    for (const row of [first, last]) {
      const shown = this.#app.panes.rowAt(Math.min(row, this.#app.panes.rows - 1));
      if (!shown) continue;
      const { tree } = shown.pane;
      for (let depth = tree.known + 1; depth <= shown.depth; depth += 1) {
        tree.level(depth);
        if (performance.now() > until && depth < shown.depth) return false;
      }
    }
    return true;
  }

  /** The function's own row stays where it was while callers come and go above it. */
  #keepMiddle(before: number): void {
    const { above } = this.#app.panes;
    if (this.#mustCentre) this.element.scrollTop = above * this.rowPx - this.element.clientHeight / 3;
    else if (above !== before) this.element.scrollTop += (above - before) * this.rowPx;
    this.#mustCentre = false;
  }

  #resize(width: number, height: number, needed: number): void {
    this.#spacer.style.height = `${Math.max(height, needed)}px`;
    const ratio = pixelRatio();
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width === wide && this.#canvas.height === high) return;
    this.#canvas.width = wide;
    this.#canvas.height = high;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
  }

  #scene(width: number, height: number): Scene {
    const { panes, selected, selection } = this.#app;
    const middle = selection.view === 'sandwich' ? panes.paneOf(false) : undefined;
    return {
      panes,
      palette: this.#looks.palette,
      rowPx: this.rowPx,
      scrollTop: this.element.scrollTop,
      width,
      height,
      // The function a sandwich is about stands out.
      selected: selected ?? (middle && { pane: middle, node: middle.tree.root }),
      hovered: this.hovered,
      fillOf: this.#looks.fillOf,
      labelOf: this.#looks.labelOf,
      matches: this.#looks.matches,
    };
  }
}

function pixelRatio(): number {
  return Math.min(MOST_PIXEL_RATIO, devicePixelRatio || 1);
}
