import { type ParseResult, parseSync } from 'oxc-parser';
import type { Problem } from '../../../hazard.ts';
import { type ConfigFile, NOTHING_READ, type Reading } from '../../hop.ts';
import { Lines } from '../../place.ts';
import type { Format, FormatContext } from '../format.ts';
import { clientHops } from './clients.ts';
import { grpcHops } from './grpc.ts';
import { poolHops } from './pools.ts';
import { FileScope } from './scope.ts';
import { serverHops } from './servers.ts';
import { isNode } from './syntax.ts';

/** Larger files are generated or bundled. */
const MOST_CHARACTERS = 2_000_000;

export const javascript: Format = {
  id: 'javascript',
  title: 'Node servers, HTTP clients and pools (JavaScript, TypeScript)',
  isSource: true,
  sniff: ({ file }) => /\.[cm]?[jt]sx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file),
  read: readJavaScript,
};

/** The parser descends natively: far deeper source would end the process, not throw. */
const MOST_DEPTH = 1000;

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

function readJavaScript({ file, text }: ConfigFile, context: FormatContext): Reading {
  if (text.length > MOST_CHARACTERS)
    return {
      ...NOTHING_READ,
      problems: [{ file, message: 'larger than 2 million characters: taken for generated, not read' }],
    };
  if (isTooDeep(text)) return { ...NOTHING_READ, problems: [{ file, message: 'nested too deeply: not read' }] };
  let parsed: ParseResult;
  try {
    parsed = parseSync(file, text);
  } catch (error) {
    return {
      ...NOTHING_READ,
      problems: [
        {
          file,
          line: 1,
          column: 1,
          message: `not readable: ${error instanceof Error ? error.message : String(error)}`,
        },
      ],
    };
  }
  const lines = new Lines(file, text);
  const [error] = parsed.errors;
  const problems: Problem[] = [];
  if (error) {
    const { line, column } = lines.place(error.labels[0]?.start ?? 0, 0);
    problems.push({ file, line, column, message: `not readable here: ${error.message}` });
  }
  // Parsed edge: the parser's tree is ESTree.
  const program: unknown = parsed.program;
  if (!isNode(program)) return { ...NOTHING_READ, problems };
  const source = { lines, program, scope: new FileScope(program, (name) => context.variable(name, file)) };
  const parts = [serverHops(source), clientHops(source), poolHops(source)];
  return {
    ...NOTHING_READ,
    hops: [...parts.flatMap(({ hops }) => hops), ...grpcHops(source)],
    notUnderstood: parts.flatMap(({ notUnderstood }) => notUnderstood),
    problems,
  };
}
