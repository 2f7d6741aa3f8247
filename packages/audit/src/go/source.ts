import type { Problem, SourceFile } from '../hazard.ts';
import { concernsRequests } from './libraries/index.ts';
import { LineTable } from './lines.ts';
import type { SourceTree } from './syntax/ast.ts';
import { parseGo } from './syntax/parse-declarations.ts';

/**
 * Files above are not read, in UTF-16 units: the tree takes some 40 times the text's size. The largest file by hand in the projects
 * looked at is 400 kB; what is larger is generated.
 */
const MAX_TEXT = 6_000_000;

/** Go's own mark: https://go.dev/s/generatedcode. Nobody mends generated code by hand, so hazards in it are not told. */
const GENERATED = /^\/\/ Code generated .* DO NOT EDIT\.$/m;

/** The mark stands above the package clause; this much of the file is searched. */
const GENERATED_HEAD = 4_096;

/** A file with its tree. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly tree: SourceTree;
  readonly lines: LineTable;
  readonly generated: boolean;
}

/** @param problems Where a file that is too large is told, unless it is generated. */
export function isTooLarge({ file, text }: SourceFile, problems: Problem[]): boolean {
  if (text.length <= MAX_TEXT) return false;
  if (!isGenerated(text)) {
    const size = `${(text.length / 1_000_000).toFixed(0)} MB`;
    problems.push({ file, message: `not audited: ${size} of source in one file, of which at most 6 MB are read` });
  }
  return true;
}

function isGenerated(text: string): boolean {
  return GENERATED.test(text.slice(0, GENERATED_HEAD));
}

/** @param problems Where syntax errors are told. */
export function readSource({ file, text }: SourceFile, problems: Problem[]): Source {
  const lines = new LineTable(text);
  const tree = parseGo(text);
  tellProblems(file, tree, lines, problems);
  return { file, text, tree, lines, generated: isGenerated(text) };
}

/**
 * Only looks for syntax errors.
 * @returns Whether the file imports, behind other declarations, what concerns requests; then nothing is told yet.
 */
export function checkSource({ file, text }: SourceFile, problems: Problem[]): boolean {
  const tree = parseGo(text, 'imports');
  if (concerns(tree)) return true;
  tellProblems(file, tree, new LineTable(text), problems);
  return false;
}

export function concerns({ imports }: Pick<SourceTree, 'imports'>): boolean {
  return imports.some(({ path }) => concernsRequests(path));
}

function tellProblems(file: string, tree: SourceTree, lines: LineTable, problems: Problem[]): void {
  for (const { pos, message } of tree.problems) {
    problems.push({ file, line: lines.line(pos), column: lines.column(pos), message });
  }
}
