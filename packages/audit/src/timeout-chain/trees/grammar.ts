import { createRequire } from 'node:module';
import { Language, type Node, Parser, type Tree } from 'web-tree-sitter';
import type { Problem } from '../../hazard.ts';
import type { ConfigFile } from '../hop.ts';

export type SyntaxNode = Node;

/** A grammar loaded from its npm package; one parser is enough for a run. */
export class Grammar {
  readonly #parser: Parser;
  readonly #what: string;

  constructor(parser: Parser, what: string) {
    this.#parser = parser;
    this.#what = what;
  }

  /** Hands the tree to `use` and frees it afterwards: its memory lies in WebAssembly. A syntax error is a problem; what is around it is read. */
  read<Result>(
    { file, text }: ConfigFile,
    use: (root: SyntaxNode) => Result,
  ): { result: Result | undefined; problems: readonly Problem[] } {
    let tree: Tree | null = null;
    try {
      tree = this.#parser.parse(text);
      if (tree === null) return { result: undefined, problems: [{ file, message: `not readable as ${this.#what}` }] };
      const problems: Problem[] = [];
      const broken = firstError(tree.rootNode);
      if (broken) {
        const { row, column } = broken.startPosition;
        problems.push({
          file,
          line: row + 1,
          column: column + 1,
          message: `not readable as ${this.#what} here; the rest of the file is read`,
        });
      }
      return { result: use(tree.rootNode), problems };
    } finally {
      tree?.delete();
    }
  }
}

function firstError(root: SyntaxNode): SyntaxNode | undefined {
  if (!root.hasError) return undefined;
  const stack: SyntaxNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.isError || node.isMissing) return node;
    for (let index = node.childCount - 1; index >= 0; index -= 1) {
      const child = node.child(index);
      if (child?.hasError) stack.push(child);
    }
  }
  return undefined;
}

export interface Grammars {
  readonly hcl: Grammar;
  readonly go: Grammar;
}

/** Loads the grammars for HCL and Go (0.3 MB of WebAssembly). */
export async function openGrammars(): Promise<Grammars> {
  const require = createRequire(import.meta.url);
  await Parser.init();
  const open = async (wasm: string, what: string): Promise<Grammar> => {
    const parser = new Parser();
    parser.setLanguage(await Language.load(wasm));
    return new Grammar(parser, what);
  };
  return {
    hcl: await open(require.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm'), 'HCL'),
    go: await open(require.resolve('tree-sitter-go/tree-sitter-go.wasm'), 'Go'),
  };
}

/** Children with a name in the grammar, punctuation left out. */
export function namedChildren(node: SyntaxNode): SyntaxNode[] {
  return node.namedChildren.filter((child): child is SyntaxNode => child !== null);
}
