import type { Timeout } from '../../hop.ts';
import type { Lines } from '../../place.ts';
import type { SyntaxNode } from '../../trees/grammar.ts';
import type { GoNames } from './values.ts';

/** One Go file while it is read. */
export interface Source {
  readonly lines: Lines;
  readonly names: GoNames;
  readonly root: SyntaxNode;
  /** `os.Getenv("X")`, as far as the files say what it holds. */
  readonly variable: (node: SyntaxNode | undefined) => string | undefined;
}

/** The variable or field a literal or a call is assigned to. */
export function nameOf(literal: SyntaxNode): string | undefined {
  for (let node: SyntaxNode | null = literal.parent; node; node = node.parent) {
    if (node.type === 'short_var_declaration' || node.type === 'assignment_statement')
      return node.childForFieldName('left')?.text;
    if (node.type === 'var_spec') return node.childForFieldName('name')?.text;
    if (!/^(?:expression_list|unary_expression)$/.test(node.type)) return undefined;
  }
  return undefined;
}

export function nodesOf(root: SyntaxNode, type: string): SyntaxNode[] {
  return root.descendantsOfType(type).filter((node): node is SyntaxNode => node !== null);
}

export function placeOf({ lines }: Source, node: SyntaxNode): Timeout['place'] {
  return lines.place(node.startIndex, node.endIndex);
}
