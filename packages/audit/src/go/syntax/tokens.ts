/** Kinds of token; an operator's kind is its text, a keyword's its word. */
export type Token = string;

const WORDS = (
  'break case chan const continue default defer else fallthrough for func go goto if import interface map package range ' +
  'return select struct switch type var'
).split(' ');

/** To the one string each is compared as: a slice of the source with the same letters compares slower. */
const KEYWORDS = new Map(WORDS.map((word) => [word, word]));

/** By a keyword's first letter, a bit for each length that keywords have: most names need not be looked up. */
const KEYWORD_LENGTHS = Uint16Array.from({ length: 128 }, (_, code) =>
  WORDS.filter((word) => word.charCodeAt(0) === code).reduce((bits, { length }) => bits | (1 << length), 0),
);
const LONGEST_KEYWORD = Math.max(...WORDS.map((word) => word.length));

/** Keywords after which a line's end is a statement's end (the specification's rule 1). */
export const ENDING_KEYWORDS: ReadonlySet<string> = new Set('break continue fallthrough return'.split(' '));

/** @param first The name's first character. */
export function keywordOf(name: string, first: number): string | undefined {
  const { length } = name;
  const maybe = length <= LONGEST_KEYWORD && ((KEYWORD_LENGTHS[first] ?? 0) & (1 << length)) !== 0;
  return maybe ? KEYWORDS.get(name) : undefined;
}

export interface Operator {
  readonly text: string;
  /** Of a binary operator, 1 to 5; 0 of others. */
  readonly precedence: number;
  readonly endsStatement: boolean;
}

const PRECEDENCES = ['||', '&&', '== != < <= > >=', '+ - | ^', '* / % << >> & &^'].map((each) => each.split(' '));

/** By first character, longest first. */
export const OPERATORS: readonly (readonly Operator[] | undefined)[] = groupOperators(
  '+ - * / % & | ^ << >> &^ += -= *= /= %= &= |= ^= <<= >>= &^= && || <- ++ -- == < > = ! ~ != <= >= := ... ( [ { , . ) ] } ; :'.split(
    ' ',
  ),
);

/** Those that no longer one begins like: most of a program's operators. */
export const BRACKETS: readonly (Operator | undefined)[] = OPERATORS.map((each) =>
  each?.length === 1 ? each[0] : undefined,
);

function groupOperators(all: readonly string[]): readonly (readonly Operator[] | undefined)[] {
  const groups: (Operator[] | undefined)[] = Array.from({ length: 128 }, () => undefined);
  for (const text of all) {
    const code = text.charCodeAt(0);
    const precedence = PRECEDENCES.findIndex((each) => each.includes(text)) + 1;
    const operator = { text, precedence, endsStatement: ['++', '--', ')', ']', '}'].includes(text) };
    groups[code] = [...(groups[code] ?? []), operator].sort((a, b) => b.text.length - a.text.length);
  }
  return groups;
}

/** A place among the tokens to come back to. */
export interface Mark {
  readonly token: Token;
  readonly pos: number;
  readonly end: number;
  readonly text: string;
  readonly precedence: number;
  readonly at: number;
  readonly ends: boolean;
}
