import type { Call, Expr, Func, Node } from './ast.ts';

/** The innermost function around a node, not the node itself. */
export function enclosingFunc(node: Node): Func | undefined {
  let at = node.parent;
  while (at !== undefined && at.kind !== 'FuncLit' && at.kind !== 'FuncDecl') at = at.parent;
  return at;
}

function unparen(x: Expr): Expr {
  let at = x;
  while (at.kind === 'Paren') at = at.x;
  return at;
}

/** The called function's name: it stands on the line of the opening parenthesis, which is where Go's linters point. */
export function calledName(call: Call): Expr {
  const fun = unparen(call.fun);
  if (fun.kind !== 'Selector') return fun;
  return fun.x.kind === 'Ident' && fun.x.end + 1 === fun.sel.pos ? fun : fun.sel;
}
