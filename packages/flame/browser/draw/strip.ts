import type { Pixel } from './colors.ts';

/**
 * The boxes' colours, one line of pixels per row, stretched to the rows' height when drawn: a box costs as many writes as it is
 * pixels wide, and a screen full of them one drawing, however many they are.
 */
export class Strip {
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#image.data.buffer);

  constructor() {
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser draws no canvas');
    this.#context = context;
  }

  /** Begins anew, all of one colour. */
  clear(width: number, rows: number, color: Pixel): void {
    if (this.#canvas.width !== width || this.#canvas.height !== rows) {
      this.#canvas.width = width;
      this.#canvas.height = rows;
      this.#image = new ImageData(width, rows);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
    }
    this.#pixels.fill(color);
  }

  /** @param from Whole pixels, as `to`, which is left out. */
  fill(row: number, from: number, to: number, color: Pixel): void {
    const line = row * this.#image.width;
    this.#pixels.fill(color, line + Math.max(0, from), line + Math.min(this.#image.width, to));
  }

  /** Draws all rows from `top` on, each `rowPx` high. Pixels of the screen, all of them. */
  drawOn(context: CanvasRenderingContext2D, top: number, rowPx: number): void {
    const { width, height } = this.#image;
    this.#context.putImageData(this.#image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#canvas, 0, 0, width, height, 0, top, width, height * rowPx);
  }
}
