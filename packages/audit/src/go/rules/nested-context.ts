import { contains } from '../flow/graph.ts';
import type { Assign, Call, Expr, For, FuncLit, Ident, Node, Range, Stmt } from '../syntax/ast.ts';
import { typeName } from '../types/go-type.ts';
import type { GoRule, Scene } from './rule.ts';

/** What runs more than once: a loop, or a function that is called again and again. */
type Repeated = For | Range | FuncLit;

/** What the linter fatcontext looks for: `ctx = wrap(ctx)` of a context from outside of what is repeated. */
export const nestedContext: GoRule = {
  info: { id: 'go/nested-context', severity: 'warning', title: 'A context that grows by one layer each time round' },
  about: ['context'],
  alsoKnownAs: ['fatcontext'],
  inTests: false,
  check(scene) {
    const seen = new Set<Repeated>();
    for (const stmt of scene.assigns) {
      const repeated = wrapsItself(stmt, scene) ? repeatedAround(stmt) : undefined;
      if (repeated === undefined || seen.has(repeated)) continue;
      // Of several layers in one turn the first is told.
      seen.add(repeated);
      const found = findWrap(repeated.body, repeated, new Set(), scene);
      if (found !== undefined) report(found, repeated, scene);
    }
  },
};

function report(stmt: Assign, repeated: Repeated, scene: Scene): void {
  const name = stmt.lhs[0] === undefined ? 'the context' : scene.text(stmt.lhs[0]);
  const often = repeated.kind === 'FuncLit' ? 'each call of this function' : 'each turn of the loop';
  scene.report({
    at: stmt,
    ...(repeated.kind === 'FuncLit' ? { severity: 'note' as const } : {}),
    message: `${name} is wrapped in itself: ${often} adds a layer, and a timeout of one turn bounds all later ones`,
    help: 'declare a new variable with := for what one turn needs',
  });
}

/** `ctx = f(ctx, …)`, whatever else is given. */
function wrapsItself(stmt: Assign, scene: Scene): boolean {
  const [target] = stmt.lhs;
  const [value] = stmt.rhs;
  if (stmt.op !== '=' || target === undefined || value?.kind !== 'Call') return false;
  const name = scene.text(target);
  if (isFold(value)) return false;
  return value.args.some((arg) => scene.text(arg) === name) && isContext(target, scene);
}

/** `for _, each := range layers { ctx = each(ctx) }`: as many layers as were asked for. */
function isFold({ fun }: Call): boolean {
  let root = fun;
  while (root.kind === 'Selector' || root.kind === 'Index') root = root.x;
  return root.kind === 'Ident' && root.variable?.from === 'range-value';
}

function isContext(x: Expr, scene: Scene): boolean {
  const type = scene.typeOf(x);
  return type.kind === 'named' && typeName(type) === 'context.Context';
}

/** Not a function that runs once, where it stands. */
function repeatedAround(node: Node): Repeated | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (at.kind === 'For' || at.kind === 'Range') return at;
    if (at.kind === 'FuncLit') return at.parent?.kind === 'Call' && at.parent.fun === at ? undefined : at;
  }
  return undefined;
}

/** @param renewed What was given another context since the turn began, by its text. */
function findWrap(node: Node, repeated: Repeated, renewed: ReadonlySet<string>, scene: Scene): Assign | undefined {
  const known = new Set(renewed);
  for (const stmt of stmtsOf(node)) {
    if (stmt.kind !== 'Assign') {
      const found = findWrap(stmt, repeated, known, scene);
      if (found !== undefined) return found;
      continue;
    }
    const [target] = stmt.lhs;
    if (stmt.op !== '=' || target === undefined) continue;
    const name = scene.text(target);
    if (!wrapsItself(stmt, scene)) known.add(name);
    else if (!known.has(name) && comesFromOutside(target, repeated, scene) && isAgain(stmt, target, repeated, scene))
      return stmt;
  }
  return undefined;
}

/** Not where the loop is left right after, nor where the loop is there to gather layers that only what comes after it sees. */
function isAgain(stmt: Assign, target: Expr, repeated: Repeated, scene: Scene): boolean {
  if (repeated.kind === 'FuncLit') return true;
  return !isLast(stmt, repeated) && !isGathering(stmt, target, repeated, scene);
}

/** `if found { ctx = wrap(ctx); break }`: the branch ends the loop before another turn. */
function isLast(stmt: Assign, repeated: For | Range): boolean {
  const block = stmt.parent;
  if (block?.kind !== 'Block' || block === repeated.body) return false;
  return block.stmts.some(
    (each) => each.pos > stmt.pos && (each.kind === 'Return' || (isBreak(each) && isDirectlyIn(each, repeated))),
  );
}

function isBreak(stmt: Stmt): boolean {
  return stmt.kind === 'Branch' && stmt.token === 'break';
}

/** Not in a `switch` or `select` of the loop, which a `break` would leave instead. */
function isDirectlyIn(stmt: Stmt, repeated: For | Range): boolean {
  for (let at = stmt.parent; at !== undefined && at !== repeated; at = at.parent) {
    if (at.kind === 'CaseClause' || at.kind === 'CommClause') return false;
  }
  return true;
}

/** `for k, v := range headers { ctx = metadata.AppendToOutgoingContext(ctx, k, v) }`, then a call with ctx. */
function isGathering(stmt: Assign, target: Expr, repeated: For | Range, scene: Scene): boolean {
  const variable = target.kind === 'Ident' ? target.variable : undefined;
  if (variable === undefined || !scene.mentions(stmt).some((each) => each.variable?.from.startsWith('range-')))
    return false;
  const reads = variable.uses.filter((use) => !isOfWrap(use, scene));
  return reads.some((use) => use.pos >= repeated.end) && !reads.some((use) => contains(repeated, use));
}

/** Either side of `ctx = wrap(ctx)`. */
function isOfWrap(use: Ident, scene: Scene): boolean {
  const { parent } = use;
  const stmt = parent?.kind === 'Call' ? parent.parent : parent;
  return stmt?.kind === 'Assign' && wrapsItself(stmt, scene);
}

/** Loops and functions within are repeated on their own. */
function stmtsOf(node: Node): readonly Stmt[] {
  switch (node.kind) {
    case 'Block':
      return node.stmts;
    case 'If':
      return node.otherwise === undefined ? [node.then] : [node.then, node.otherwise];
    case 'Switch':
    case 'TypeSwitch':
    case 'Select':
      return node.clauses;
    case 'CaseClause':
    case 'CommClause':
      return node.body;
    case 'Labeled':
      return [node.stmt];
    default:
      return [];
  }
}

/** A copy made within is new each time; what a pointer leads to is not, but then a function may be meant to set it. */
function comesFromOutside(target: Expr, repeated: Repeated, scene: Scene): boolean {
  if (target.kind === 'Selector' && scene.typeOf(target.x).kind === 'pointer') return repeated.kind !== 'FuncLit';
  let root = target;
  while (root.kind === 'Selector' || root.kind === 'Index') root = root.x;
  const variable = root.kind === 'Ident' ? root.variable : undefined;
  return variable !== undefined && !contains(repeated, variable.ident);
}
