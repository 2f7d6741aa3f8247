import { type ParseResult, parseSync } from 'oxc-parser';
import type { Problem } from '../../../hazard.ts';
import type { ConfigFile } from '../../hop.ts';
import { Lines } from '../../place.ts';
import { type EsNode, isNode } from './syntax.ts';

/** Larger files are generated or bundled. */
const MOST_CHARACTERS = 2_000_000;
/** The parser descends natively: far deeper source would end the process, not throw. */
const MOST_DEPTH = 1000;

export interface Parsed {
  /** What could be read, also of a file with a syntax error. */
  readonly program: EsNode | undefined;
  readonly problems: readonly Problem[];
}

/** Parses JavaScript or TypeScript, by the file's name. Never throws. */
export function parseSource({ file, text }: ConfigFile): Parsed {
  const failed = (problem: Omit<Problem, 'file'>): Parsed => ({ program: undefined, problems: [{ file, ...problem }] });
  if (text.length > MOST_CHARACTERS)
    return failed({ message: 'larger than 2 million characters: taken for generated, not read' });
  if (isTooDeep(text)) return failed({ message: 'nested too deeply: not read' });
  let parsed: ParseResult;
  try {
    parsed = parseSync(file, text);
  } catch (error) {
    return failed({
      line: 1,
      column: 1,
      message: `not readable: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
  const [error] = parsed.errors;
  const problems: Problem[] = [];
  if (error) {
    const { line, column } = new Lines(file, text).place(error.labels[0]?.start ?? 0, 0);
    problems.push({ file, line, column, message: `not readable here: ${error.message}` });
  }
  // Parsed edge: the parser's tree is ESTree.
  const program: unknown = parsed.program;
  return { program: isNode(program) ? program : undefined, problems };
}

/** Brackets open at once, those in strings counted too: a bound that costs one pass. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '(' || sign === '[' || sign === '{') depth += 1;
    else if ((sign === ')' || sign === ']' || sign === '}') && depth > 0) depth -= 1;
    if (depth > MOST_DEPTH) return true;
  }
  return /(?:[!~+-]\s*){1000}/.test(text);
}
