import type { SourceTree } from './syntax/ast.ts';

/** Offsets to lines and columns, both from 1. */
export class LineTable {
  readonly #text: string;
  #lines: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Made when first asked for: of most files nothing is told. */
  #starts(): readonly number[] {
    this.#lines ??= findLines(this.#text);
    return this.#lines;
  }

  line(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  column(offset: number): number {
    return offset - this.start(this.line(offset)) + 1;
  }

  start(line: number): number {
    return this.#starts()[line - 1] ?? 0;
  }

  /** The last line of the declaration that begins on this line or in a comment block right above it; else the line. */
  blockEnd(line: number, tree: SourceTree): number {
    const first = tree.decls.find((decl) => this.line(decl.pos) >= line);
    if (first === undefined) return line;
    const between = tree.comments.filter((comment) => comment.pos >= this.start(line) && comment.end <= first.pos);
    return this.line(first.pos) - line === between.length ? this.line(first.end) : line;
  }
}

/** Where each line begins. */
function findLines(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
