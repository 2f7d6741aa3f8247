import type { Expr, Func, Node } from './ast.ts';

/** The innermost function around a node, not the node itself. */
export function enclosingFunc(node: Node): Func | undefined {
  let at = node.parent;
  while (at !== undefined && at.kind !== 'FuncLit' && at.kind !== 'FuncDecl') at = at.parent;
  return at;
}

export function unparen(x: Expr): Expr {
  let at = x;
  while (at.kind === 'Paren') at = at.x;
  return at;
}
