import type { Box } from '../../src/view/layout.ts';
import type { ViewNode } from '../../src/view/view-tree.ts';
import type { Palette } from './colors.ts';
import type { Pane, Panes } from './pane.ts';

/** What the painter must know of the nodes it draws. */
export interface Scene {
  readonly panes: Panes;
  readonly palette: Palette;
  readonly rowPx: number;
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
  readonly selected: ViewNode | undefined;
  readonly hovered: ViewNode | undefined;
  fillOf(node: ViewNode): string;
  labelOf(node: ViewNode, pane: Pane): string;
  /** Dimmed while a search is on. */
  matches(node: ViewNode): boolean;
}

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const PADDING_PX = 5;
/** Narrower boxes have no text: not even three letters fit. */
const LEAST_TEXT_PX = 28;
const GAP_PX = 1;
/** Fewer tell nothing. */
const LEAST_SIGNS = 2;

/** Draws boxes on a canvas. Keeps the widths of signs: measuring is dearer than drawing. */
export class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #widths = new Map<string, number>();

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser draws no canvas');
    this.#context = context;
  }

  paint(scene: Scene, pixelRatio: number): void {
    const context = this.#context;
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    context.fillStyle = scene.palette.background;
    context.fillRect(0, 0, scene.width, scene.height);
    context.font = FONT;
    context.textBaseline = 'middle';
    for (const pane of scene.panes.all) {
      for (const box of pane.boxes) this.#paintBox(scene, pane, box);
    }
  }

  #paintBox(scene: Scene, pane: Pane, box: Box): void {
    // The row that callers and callees have in common is drawn once.
    if (pane.callers && box.depth === 0) return;
    const top = scene.panes.rowOf(pane, box.depth) * scene.rowPx - scene.scrollTop;
    if (top + scene.rowPx <= 0 || top >= scene.height) return;
    const { node, x } = box;
    const width = box.width > 3 ? box.width - GAP_PX : box.width;
    const height = scene.rowPx - GAP_PX;
    const context = this.#context;
    const isDimmed = node !== undefined && !scene.matches(node);
    context.fillStyle = !node ? scene.palette.faint : isDimmed ? scene.palette.dimmed : scene.fillOf(node);
    context.fillRect(x, top, width, height);
    if (!node) return;
    if (node === scene.selected || node === scene.hovered)
      this.#outline(scene, node === scene.selected, x, top, width, height);
    if (width < LEAST_TEXT_PX) return;
    context.fillStyle = isDimmed ? scene.palette.dimmedText : scene.palette.text;
    const text = this.#fit(scene.labelOf(node, pane), width - 2 * PADDING_PX);
    if (text !== '') context.fillText(text, x + PADDING_PX, top + height / 2 + 0.5);
  }

  #outline(scene: Scene, isSelected: boolean, x: number, top: number, width: number, height: number): void {
    const context = this.#context;
    const stroke = isSelected ? 2 : 1;
    context.strokeStyle = isSelected ? scene.palette.accent : scene.palette.text;
    context.lineWidth = stroke;
    context.strokeRect(x + stroke / 2, top + stroke / 2, Math.max(0, width - stroke), height - stroke);
  }

  /** As much as fits. Widths of single signs are added up: cheap, and off by less than the padding. */
  #fit(text: string, width: number): string {
    let left = width;
    let fitting = 0;
    for (let at = 0; at < text.length; at += 1) {
      left -= this.#measure(text[at] ?? '');
      if (left < 0) break;
      if (left >= this.#ellipsisPx()) fitting = at + 1;
    }
    if (left >= 0) return text;
    return fitting < LEAST_SIGNS ? '' : `${text.slice(0, fitting).trimEnd()}…`;
  }

  #ellipsisPx(): number {
    return this.#measure('…');
  }

  #measure(sign: string): number {
    const known = this.#widths.get(sign);
    if (known !== undefined) return known;
    const { width } = this.#context.measureText(sign);
    this.#widths.set(sign, width);
    return width;
  }
}
