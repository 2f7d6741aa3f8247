import { type Range, walkRow } from '../../src/view/layout.ts';
import type { Level } from '../../src/view/level.ts';
import { type Palette, type Pixel, toCss } from './colors.ts';
import { Fitter } from './fitter.ts';
import type { Panes, Place, Row } from './pane.ts';
import { Strip } from './strip.ts';

/** What the painter must know of the boxes it draws. */
export interface Scene {
  readonly panes: Panes;
  readonly palette: Palette;
  readonly rowPx: number;
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
  readonly selected: Place | undefined;
  readonly hovered: Place | undefined;
  /** Of box `index`. */
  fillOf(level: Level, index: number): Pixel;
  labelOf(row: Row, index: number): string;
  /** Dimmed while a search is on. */
  matches(fn: number): boolean;
}

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const PADDING_PX = 5;
/** Narrower boxes have no text: not even three letters fit. */
const LEAST_TEXT_PX = 28;
const GAP_PX = 1;
/** Narrower boxes have no gap beside them: it would take too much of their colour. */
const LEAST_GAPPED_PX = 3;

interface Label {
  readonly row: Row;
  readonly index: number;
  readonly isDimmed: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Draws rows of boxes on a canvas: colours as one picture, then texts, then outlines. */
export class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #strip = new Strip();
  readonly #fitter: Fitter;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser draws no canvas');
    context.font = FONT;
    this.#context = context;
    this.#fitter = new Fitter(context);
  }

  /** Draws the levels that are there. */
  paint(scene: Scene, ratio: number): void {
    const { palette, rowPx, scrollTop, width, height } = scene;
    const context = this.#context;
    const first = Math.floor(scrollTop / rowPx);
    const rows = Math.ceil((scrollTop + height) / rowPx) - first;
    const labels: Label[] = [];
    this.#strip.clear(Math.round(width * ratio), rows, palette.background);
    for (let at = 0; at < rows; at += 1) {
      const row = scene.panes.rowAt(first + at);
      if (row && row.depth <= row.pane.tree.known) this.#paintRow(scene, row, at, ratio, labels);
    }
    const top = first * rowPx - scrollTop;
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.#strip.drawOn(context, top * ratio, rowPx * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = toCss(palette.background);
    for (let at = 1; at <= rows; at += 1) context.fillRect(0, top + at * rowPx - GAP_PX, width, GAP_PX);
    this.#write(scene, labels);
    if (scene.hovered) this.#outline(scene, scene.hovered, 1, palette.text);
    if (scene.selected) this.#outline(scene, scene.selected, 2, palette.accent);
  }

  #paintRow(scene: Scene, row: Row, at: number, ratio: number, labels: Label[]): void {
    const { palette, rowPx, width } = scene;
    const level = row.pane.tree.level(row.depth);
    const y = scene.panes.rowOf(row.pane, row.depth) * rowPx - scene.scrollTop + (rowPx - GAP_PX) / 2 + 0.5;
    walkRow(level, row.pane.range, width, (index, left, right) => {
      const from = Math.round(left * ratio);
      const size = right - left;
      const gap = size > LEAST_GAPPED_PX ? GAP_PX : 0;
      const to = Math.max(from + 1, Math.round((right - gap) * ratio));
      if (index < 0) {
        this.#strip.fill(at, from, to, palette.faint);
        return;
      }
      const isDimmed = !scene.matches(level.fn[index] ?? -1);
      this.#strip.fill(at, from, to, isDimmed ? palette.dimmed : scene.fillOf(level, index));
      if (size >= LEAST_TEXT_PX) labels.push({ row, index, isDimmed, x: left + PADDING_PX, y, width: size });
    });
  }

  #write(scene: Scene, labels: readonly Label[]): void {
    const context = this.#context;
    // Resizing the canvas forgets it.
    context.font = FONT;
    context.textBaseline = 'middle';
    for (const dimmed of [false, true]) {
      context.fillStyle = toCss(dimmed ? scene.palette.dimmedText : scene.palette.text);
      for (const { row, index, isDimmed, x, y, width } of labels) {
        if (isDimmed !== dimmed) continue;
        const room = width - GAP_PX - 2 * PADDING_PX;
        const text = this.#fitter.fit(scene.labelOf(row, index), room);
        if (text !== '') this.#writeText(text, x, y, room);
      }
    }
  }

  /** Letters that join or turn around are wider or narrower together than one by one: those are made to fit. */
  #writeText(text: string, x: number, y: number, room: number): void {
    if (/^[\x20-\x7e…·↑↓]*$/.test(text)) this.#context.fillText(text, x, y);
    else this.#context.fillText(text, x, y, room);
  }

  #outline(scene: Scene, { pane, node }: Place, stroke: number, color: Pixel): void {
    const { rowPx, width } = scene;
    const [left, right] = inSight(pane.range, node.start, node.start + node.size, width);
    if (right <= left) return;
    const top = scene.panes.rowOf(pane, node.depth) * rowPx - scene.scrollTop;
    const context = this.#context;
    context.strokeStyle = toCss(color);
    context.lineWidth = stroke;
    const wide = Math.max(stroke, right - left - GAP_PX);
    context.strokeRect(left + stroke / 2, top + stroke / 2, wide - stroke, rowPx - GAP_PX - stroke);
  }
}

function inSight({ from, to }: Range, start: number, end: number, width: number): readonly [number, number] {
  const scale = width / (to - from);
  return [Math.max(0, (start - from) * scale), Math.min(width, (end - from) * scale)];
}
