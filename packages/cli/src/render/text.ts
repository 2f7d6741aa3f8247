const ZERO_WIDTH = /^[\p{M}\p{Cf}]$/u;
const DOUBLE_WIDTH =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]$/u;

/** Terminal columns of text without escape sequences. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const sign of text) columns += signColumns(sign);
  return columns;
}

/** As much of the text as fits, with the ellipsis when something is missing. */
export function cut(text: string, columns: number, ellipsis: string): string {
  if (columnsOf(text) <= columns) return text;
  return headOf(text, columns - columnsOf(ellipsis)) + headOf(ellipsis, columns);
}

/** Spaces where a line may break: not between a number and its unit. */
const BREAKS = / (?!(?:ms|s|min|%)(?:[\s.,;:)]|$))/;

/** Lines of at most so many columns, broken between words, and inside a word only where it alone is too long. */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(1, columns);
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(BREAKS)) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = '';
    }
    while (columnsOf(word) > width) {
      // A double-width sign in a single column: take it anyway rather than looping.
      const head = headOf(word, width) || [...word].slice(0, 1).join('');
      lines.push(head);
      word = word.slice(head.length);
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

function headOf(text: string, columns: number): string {
  let head = '';
  let left = columns;
  for (const sign of text) {
    left -= signColumns(sign);
    if (left < 0) break;
    head += sign;
  }
  return head;
}

function signColumns(sign: string): number {
  if (ZERO_WIDTH.test(sign)) return 0;
  return DOUBLE_WIDTH.test(sign) ? 2 : 1;
}
