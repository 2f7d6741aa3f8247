import type { CompositeLit, Variable } from '../syntax/ast.ts';

/** The variable a literal, or a pointer to it, is given to. */
export function targetOfLiteral(literal: CompositeLit): Variable | undefined {
  const value = literal.parent?.kind === 'Unary' ? literal.parent : literal;
  const { parent } = value;
  if (parent?.kind !== 'Assign' && parent?.kind !== 'ValueSpec') return undefined;
  const targets = parent.kind === 'Assign' ? parent.lhs : parent.names;
  const values = parent.kind === 'Assign' ? parent.rhs : parent.values;
  const target = targets[values.indexOf(value)];
  return target?.kind === 'Ident' ? target.variable : undefined;
}
