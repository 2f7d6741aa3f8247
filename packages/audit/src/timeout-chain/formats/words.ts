/** A word of one line, unquoted; offsets in the file. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface SplitLine {
  readonly words: readonly Word[];
  readonly problem?: { readonly at: number; readonly message: string };
}

/**
 * Splits one line as HAProxy does: blanks separate, `"…"` and `'…'` hold together, `\` takes the next sign as it is,
 * `#` begins a comment.
 * @param offset Of the line in its file.
 */
export function splitWords(line: string, offset: number): SplitLine {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    const sign = line[at] ?? '';
    if (/\s/.test(sign)) {
      at += 1;
      continue;
    }
    if (sign === '#') break;
    const start = at;
    let text = '';
    while (at < line.length && !/\s/.test(line[at] ?? '') && line[at] !== '#') {
      const here = line[at] ?? '';
      if (here === '"' || here === "'") {
        let end = at + 1;
        while (end < line.length && line[end] !== here) end += here === '"' && line[end] === '\\' ? 2 : 1;
        if (end >= line.length) return { words, problem: { at: offset + at, message: 'a quote that is never closed' } };
        text += line.slice(at + 1, end);
        at = end + 1;
      } else {
        if (here === '\\') at += 1;
        text += line[at] ?? '';
        at += 1;
      }
    }
    words.push({ text, start: offset + start, end: offset + at });
  }
  return { words };
}
