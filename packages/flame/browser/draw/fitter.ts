/** Fewer tell nothing. */
const LEAST_SIGNS = 2;
/** Texts kept with the widths of their signs: more than any screen shows. */
const MOST_TEXTS = 20_000;

interface Measured {
  /** Signs, as people count them: a letter beyond 16 bits is one. */
  readonly signs: readonly string[];
  /** Where each ends, in pixels. */
  readonly ends: Float64Array;
}

/** Cuts texts to a width. Keeps what it measured: measuring is dearer than drawing. */
export class Fitter {
  readonly #context: CanvasRenderingContext2D;
  readonly #widths = new Map<string, number>();
  readonly #texts = new Map<string, Measured>();

  /** @param context Whose font does not change. */
  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  /** As much as fits, with an ellipsis where something does not; '' when that is too little to read. */
  fit(text: string, width: number): string {
    const { signs, ends } = this.#measureText(text);
    if ((ends.at(-1) ?? 0) <= width) return text;
    const room = width - this.#measure('…');
    let fitting = 0;
    for (let most = signs.length; fitting < most; ) {
      const middle = (fitting + most) >>> 1;
      if ((ends[middle] ?? 0) <= room) fitting = middle + 1;
      else most = middle;
    }
    return fitting < LEAST_SIGNS ? '' : `${signs.slice(0, fitting).join('').trimEnd()}…`;
  }

  #measureText(text: string): Measured {
    const known = this.#texts.get(text);
    if (known) return known;
    const signs = [...text];
    let end = 0;
    const ends = Float64Array.from(signs, (sign) => {
      end += this.#measure(sign);
      return end;
    });
    if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
    const made = { signs, ends };
    this.#texts.set(text, made);
    return made;
  }

  /** Widths of single signs are added up: off by less than the padding. */
  #measure(sign: string): number {
    const known = this.#widths.get(sign);
    if (known !== undefined) return known;
    const { width } = this.#context.measureText(sign);
    this.#widths.set(sign, width);
    return width;
  }
}
