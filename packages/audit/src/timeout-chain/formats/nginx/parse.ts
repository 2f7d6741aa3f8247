import type { Place, Problem } from '../../../hazard.ts';
import type { ConfigFile } from '../../hop.ts';
import { Lines } from '../../place.ts';

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly place: Place;
  /** Of a block; absent for a simple directive. */
  readonly block?: readonly Directive[];
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** `;` `{` `}` outside quotes. */
  readonly mark: boolean;
}

/** Blocks nested deeper are not a configuration. */
const MOST_DEPTH = 100;

/**
 * nginx's own grammar: words and quoted words, `;`, `{ }`, comments. Code in `*_by_lua_block`, `js_content`-like and
 * `perl` blocks is skipped by its braces. No parser on npm keeps the places, which every finding needs.
 * @returns What could be read; a problem names where the first error is, and what came before it stands.
 */
export function parseNginx({ file, text }: ConfigFile): {
  directives: readonly Directive[];
  problems: readonly Problem[];
} {
  const lines = new Lines(file, text);
  const root: Directive[] = [];
  const problems: Problem[] = [];
  const open: { name: Token; args: Token[]; into: Directive[] }[] = [];
  let into = root;
  let words: Token[] = [];
  const fail = (at: number, message: string) => {
    const { line, column } = lines.place(at, at);
    // What was open when reading stopped still counts.
    for (let block = open.pop(); block; block = open.pop()) {
      close(block, into, lines);
      into = block.into;
    }
    return { directives: root, problems: [...problems, { file, line, column, message }] };
  };
  let at = 0;
  for (;;) {
    const token = nextToken(text, at);
    if (token === undefined) break;
    if (typeof token === 'string') return fail(skipBlank(text, at), token);
    at = token.end;
    const [first, ...rest] = words;
    if (!token.mark) words.push(token);
    else if (token.text === ';') {
      if (first)
        into.push({
          name: first.text,
          args: rest.map((word) => word.text),
          place: lines.place(first.start, token.start),
        });
      words = [];
    } else if (token.text === '{') {
      if (!first) return fail(token.start, 'a "{" without a directive before it');
      if (open.length >= MOST_DEPTH) return fail(token.start, `blocks nested deeper than ${MOST_DEPTH}`);
      const { line, column, endLine } = lines.place(first.start, first.end);
      if (rest.some((word) => lines.place(word.start, word.start).line > endLine)) {
        problems.push({
          file,
          line,
          column,
          message: `"${first.text}" is not ended by ";": it runs into the block below`,
        });
      }
      words = [];
      if (/_by_lua_block$|^perl$/.test(first.text)) {
        const end = skipCode(text, token.end);
        if (end === undefined) return fail(token.start, `the "{" of ${first.text} is never closed`);
        at = end;
        into.push({ name: first.text, args: [], place: lines.place(first.start, token.start), block: [] });
        continue;
      }
      open.push({ name: first, args: rest, into });
      into = [];
    } else {
      if (first) return fail(first.start, `"${first.text}" is not ended by ";"`);
      const block = open.pop();
      if (!block) return fail(token.start, 'a "}" without its "{"');
      close(block, into, lines);
      into = block.into;
    }
  }
  const [pending] = words;
  if (pending) return fail(pending.start, `"${pending.text}" is not ended by ";"`);
  const unclosed = open.at(-1);
  if (unclosed) return fail(unclosed.name.start, `the "{" of ${unclosed.name.text} is never closed`);
  return { directives: root, problems };
}

function close(
  { name, args, into }: { name: Token; args: Token[]; into: Directive[] },
  block: Directive[],
  lines: Lines,
): void {
  const last = args.at(-1) ?? name;
  into.push({ name: name.text, args: args.map((word) => word.text), place: lines.place(name.start, last.end), block });
}

function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s|\uFEFF/.test(text[at] ?? '')) at += 1;
    if (text[at] !== '#') return at;
    const end = text.indexOf('\n', at);
    at = end === -1 ? text.length : end;
  }
}

/** A message in place of a token: what is wrong here. */
function nextToken(text: string, from: number): Token | string | undefined {
  const start = skipBlank(text, from);
  const sign = text[start];
  if (sign === undefined) return undefined;
  if (sign === ';' || sign === '{' || sign === '}') return { text: sign, start, end: start + 1, mark: true };
  if (sign === '"' || sign === "'") {
    let at = start + 1;
    let word = '';
    for (; at < text.length && text[at] !== sign; at += 1) {
      if (text[at] === '\\' && (text[at + 1] === sign || text[at + 1] === '\\')) at += 1;
      word += text[at] ?? '';
    }
    return at >= text.length ? 'a quote that is never closed' : { text: word, start, end: at + 1, mark: false };
  }
  let at = start;
  let word = '';
  while (at < text.length) {
    const here = text[at] ?? '';
    if (/[\s;]/.test(here) || here === '}') break;
    if (here === '{' && text[at - 1] !== '$') break;
    if (here === '\\' && at + 1 < text.length) {
      word += here + (text[at + 1] ?? '');
      at += 2;
      continue;
    }
    if (here === '{') {
      // `${name}`: the brace belongs to the word.
      const end = text.indexOf('}', at);
      if (end === -1) return 'a "${" that is never closed';
      word += text.slice(at, end + 1);
      at = end + 1;
      continue;
    }
    word += here;
    at += 1;
  }
  return { text: word, start, end: at, mark: false };
}

/** The offset behind the brace that closes a block of Lua or Perl. */
function skipCode(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '-' && text[at + 1] === '-') {
      const long = /^--\[(=*)\[/.exec(text.slice(at, at + 20));
      const end = text.indexOf(long ? `]${long[1]}]` : '\n', at);
      if (end === -1) return undefined;
      at = end;
    } else if (sign === '[' && /^\[=*\[/.test(text.slice(at, at + 20))) {
      const level = /^\[(=*)\[/.exec(text.slice(at, at + 20))?.[1] ?? '';
      const end = text.indexOf(`]${level}]`, at);
      if (end === -1) return undefined;
      at = end + level.length + 1;
    } else if (sign === '"' || sign === "'") {
      at += 1;
      while (at < text.length && text[at] !== sign && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
    } else if (sign === '{') depth += 1;
    else if (sign === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
