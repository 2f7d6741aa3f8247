import type { Place, Problem } from '../../../hazard.ts';
import type { ConfigFile } from '../../hop.ts';
import { Lines } from '../../place.ts';

/** One line of a Caddyfile, and the block it may open. */
export interface Segment {
  readonly words: readonly string[];
  readonly place: Place;
  readonly block: readonly Segment[];
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** First on its line. */
  readonly fresh: boolean;
  readonly quoted: boolean;
}

const MOST_DEPTH = 50;

/** The Caddyfile's own grammar: lines of words, a block opened by a `{` that ends a line. caddyserver.com/docs/caddyfile/concepts */
export function parseCaddyfile({ file, text }: ConfigFile): {
  segments: readonly Segment[];
  problems: readonly Problem[];
} {
  const lines = new Lines(file, text);
  const root: Segment[] = [];
  const open: { segment: Segment & { block: Segment[] }; into: Segment[] }[] = [];
  let into = root;
  const problem = (at: number, message: string) => {
    const { line, column } = lines.place(at, at);
    return { segments: root, problems: [{ file, line, column, message }] };
  };
  const tokens = tokenize(text);
  if (!Array.isArray(tokens)) return problem(tokens.at, tokens.message);
  for (let index = 0; index < tokens.length; ) {
    const line = [tokens[index]].filter((token) => token !== undefined);
    for (index += 1; index < tokens.length && !tokens[index]?.fresh; index += 1)
      line.push(...[tokens[index]].filter((token) => token !== undefined));
    const [first] = line;
    const last = line.at(-1);
    if (!first || !last) break;
    if (first.text === '}' && !first.quoted) {
      const block = open.pop();
      if (!block) return problem(first.start, 'a "}" without its "{"');
      into = block.into;
      continue;
    }
    const opens = last.text === '{' && !last.quoted;
    const words = (opens ? line.slice(0, -1) : line).map(({ text: word }) => word);
    const segment = { words, place: lines.place(first.start, (opens ? (line.at(-2) ?? last) : last).end), block: [] };
    into.push(segment);
    if (!opens) continue;
    if (open.length >= MOST_DEPTH) return problem(last.start, `blocks nested deeper than ${MOST_DEPTH}`);
    open.push({ segment, into });
    into = segment.block;
  }
  const unclosed = open.at(-1);
  if (unclosed)
    return problem(
      lines.offset(unclosed.segment.place.line, unclosed.segment.place.column),
      `the "{" of ${unclosed.segment.words[0] ?? 'this block'} is never closed`,
    );
  return { segments: root, problems: [] };
}

function tokenize(text: string): Token[] | { at: number; message: string } {
  const tokens: Token[] = [];
  let fresh = true;
  let at = 0;
  while (at < text.length) {
    const sign = text[at] ?? '';
    if (sign === '\n') {
      fresh = true;
      at += 1;
    } else if (/\s|\uFEFF/.test(sign)) at += 1;
    else if (sign === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) at += text[at + 1] === '\r' ? 3 : 2;
    else if (sign === '#') at = endOfLine(text, at);
    else if (sign === '"' || sign === '`') {
      let end = at + 1;
      while (end < text.length && text[end] !== sign) end += sign === '"' && text[end] === '\\' ? 2 : 1;
      if (end >= text.length) return { at, message: 'a quote that is never closed' };
      tokens.push({ text: text.slice(at + 1, end), start: at, end: end + 1, fresh, quoted: true });
      fresh = false;
      at = end + 1;
    } else {
      const heredoc = /^<<([A-Za-z0-9_-]+)\r?\n/.exec(text.slice(at, at + 100));
      const end = heredoc ? endOfHeredoc(text, at, heredoc[1] ?? '') : endOfWord(text, at);
      if (end === undefined) return { at, message: `the text begun by <<${heredoc?.[1]} is never ended` };
      tokens.push({ text: text.slice(at, end), start: at, end, fresh, quoted: heredoc !== null });
      fresh = false;
      at = end;
    }
  }
  return tokens;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/\s/.test(text[at] ?? '')) at += 1;
  return at;
}

function endOfHeredoc(text: string, from: number, marker: string): number | undefined {
  for (let at = endOfLine(text, from) + 1; at <= text.length; at = endOfLine(text, at) + 1) {
    const end = endOfLine(text, at);
    if (text.slice(at, end).trim() === marker) return end;
    if (end >= text.length) return undefined;
  }
  return undefined;
}
