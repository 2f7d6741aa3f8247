import { clampRange } from '../src/view/layout.ts';
import type { App } from './app.ts';
import type { Pane } from './draw/pane.ts';
import type { Stage } from './draw/stage.ts';

/** Pixels a pointer may move and still click. */
const CLICK_SLOP_PX = 5;
/** Zoom per unit of wheel: one notch (100) is a fifth. */
const WHEEL_ZOOM = 0.002;
/** Lines to pixels for wheels that count lines. */
const LINE_PX = 16;

interface Down {
  readonly startX: number;
  readonly startY: number;
  x: number;
  y: number;
}

/** Mouse, pen and fingers on the canvas: click, drag sideways, pinch, wheel. Up and down is the frame's own scrolling. */
export class Pointers {
  readonly #app: App;
  readonly #stage: Stage;
  readonly #down = new Map<number, Down>();
  #moved = false;

  constructor(app: App, stage: Stage) {
    this.#app = app;
    this.#stage = stage;
  }

  bind(canvas: HTMLCanvasElement): void {
    canvas.addEventListener('pointerdown', (event) => this.#press(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#release(event));
    canvas.addEventListener('pointercancel', (event) => this.#down.delete(event.pointerId));
    canvas.addEventListener('pointerleave', () => this.#stage.hover(undefined));
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { offsetX: x, offsetY: y } = event;
    if (this.#down.size === 0) this.#moved = false;
    this.#down.set(event.pointerId, { startX: x, startY: y, x, y });
    this.#stage.focus();
  }

  #move(event: PointerEvent): void {
    const { offsetX: x, offsetY: y } = event;
    const down = this.#down.get(event.pointerId);
    if (!down) {
      if (event.pointerType === 'mouse') this.#stage.hover(this.#stage.placeAt(x, y), x, y);
      return;
    }
    const isDrag = Math.hypot(x - down.startX, y - down.startY) > CLICK_SLOP_PX;
    if (isDrag && !this.#moved) {
      this.#moved = true;
      this.#stage.hover(undefined);
      (event.target as Element).setPointerCapture(event.pointerId);
    }
    if (!this.#moved) return;
    const before = this.#span();
    down.x = x;
    down.y = y;
    const after = this.#span();
    this.#transform(before.middle, after.middle, before.width > 0 ? before.width / Math.max(1, after.width) : 1);
  }

  #release(event: PointerEvent): void {
    const down = this.#down.get(event.pointerId);
    this.#down.delete(event.pointerId);
    if (!down || this.#moved) return;
    const place = this.#stage.placeAt(event.offsetX, event.offsetY);
    if (place) this.#app.select(place, true);
  }

  #wheel(event: WheelEvent): void {
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    // A pinch on a touchpad is a wheel with Ctrl.
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#transform(event.offsetX, event.offsetX, Math.exp(event.deltaY * scale * WHEEL_ZOOM));
      return;
    }
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (Math.abs(sideways) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
    event.preventDefault();
    this.#transform(0, -sideways * scale, 1);
  }

  /** Middle of the pointers down, and how far they are apart. */
  #span(): { readonly middle: number; readonly width: number } {
    const xs = [...this.#down.values()].map(({ x }) => x);
    const least = Math.min(...xs);
    const most = Math.max(...xs);
    return { middle: (least + most) / 2, width: most - least };
  }

  /** What was at `from` is then at `to`, and the range `scale` times as large. */
  #transform(from: number, to: number, scale: number): void {
    for (const pane of this.#app.panes.all) moveRange(pane, this.#stage.width, from, to, scale);
    this.#stage.draw();
  }
}

export function moveRange(pane: Pane, width: number, from: number, to: number, scale: number): void {
  const size = pane.range.to - pane.range.from;
  const fixed = pane.range.from + (from / width) * size;
  const start = fixed - (to / width) * size * scale;
  pane.range = clampRange({ from: start, to: start + size * scale });
}
