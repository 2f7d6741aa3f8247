import type { Call, Expr, Func, Ident, Node, Variable } from '../syntax/ast.ts';
import { enclosingFunc } from '../syntax/tree.ts';
import type { Callee } from '../types/callee.ts';
import { contains, type FlowGraph, findPoint } from './graph.ts';
import { walkFrom } from './walk.ts';

/**
 * What becomes of a value that must be closed. `escaped`: it is returned, stored, or given to code that is not here to be read: whether
 * that closes it is not known.
 */
export type Fate = 'closed' | 'escaped' | 'open';

/** What the analysis asks of the package. */
export interface FateScene {
  readonly callee: (call: Call) => Callee | undefined;
  readonly graph: (func: Func) => FlowGraph | undefined;
  /** The member that holds what must be closed (`Body`); undefined where the value itself is closed. */
  readonly member: string | undefined;
  /** The method that does it; absent: `Close`. */
  readonly method?: string;
}

/** Functions called with the value are read this deep. */
const MAX_CALLS = 4;

/** Where a call's result goes. */
export type Target =
  | { readonly kind: 'dropped' }
  | { readonly kind: 'variable'; readonly variable: Variable; readonly stmt: Node }
  | { readonly kind: 'elsewhere' };

/** Whether {@link targetOf} is anything but `elsewhere`, as far as the call's place tells. */
export function keepsResult({ parent }: Call): boolean {
  switch (parent?.kind) {
    case 'ExprStmt':
    case 'Go':
    case 'Defer':
    case 'Assign':
    case 'ValueSpec':
      return true;
    default:
      return false;
  }
}

/** @param index Of the result among the call's. */
export function targetOf(call: Call, index: number): Target {
  const { parent } = call;
  if (parent?.kind === 'ExprStmt' || parent?.kind === 'Go' || parent?.kind === 'Defer') return { kind: 'dropped' };
  if (parent?.kind !== 'Assign' && parent?.kind !== 'ValueSpec') return { kind: 'elsewhere' };
  const names: readonly Expr[] = parent.kind === 'Assign' ? parent.lhs : parent.names;
  const values = parent.kind === 'Assign' ? parent.rhs : parent.values;
  const name = names[values.length > 1 ? values.indexOf(call) : index];
  if (name?.kind !== 'Ident') return { kind: 'elsewhere' };
  if (name.name === '_') return { kind: 'dropped' };
  if (name.variable === undefined || name.variable.scope === 'package') return { kind: 'elsewhere' };
  return { kind: 'variable', variable: name.variable, stmt: parent };
}

/** The uses of a variable that see the value a statement gave it. */
export function reachedUses(variable: Variable, stmt: Node, graph: FlowGraph | undefined): readonly Ident[] {
  const func = enclosingFunc(stmt);
  const start = graph === undefined ? undefined : findPoint(graph, stmt);
  if (start === undefined || variable.owner !== func) return variable.uses.filter((use) => !contains(stmt, use));
  // A closure may run at any time.
  const reached = new Set<Ident>(variable.uses.filter((use) => enclosingFunc(use) !== func));
  walkFrom(start, {
    exits: 'pass',
    at: (node) => {
      for (const use of variable.uses) if (contains(node, use) && !isOverwritten(use)) reached.add(use);
      return variable.uses.some((use) => contains(node, use) && isOverwritten(use) && enclosingFunc(use) === func)
        ? 'stop'
        : 'go';
    },
  });
  return [...reached];
}

function isOverwritten(use: Ident): boolean {
  return use.parent?.kind === 'Assign' && use.parent.lhs.includes(use);
}

export function fateOfUses(uses: readonly Ident[], scene: FateScene, depth = 0): Fate {
  let fate: Fate = 'open';
  for (const use of uses) {
    if (isInDeadClosure(use)) continue;
    const each = fateOfValue(use, scene.member, scene, depth);
    if (each === 'closed') return 'closed';
    if (each === 'escaped') fate = 'escaped';
  }
  return fate;
}

/** Within a function literal that is given to `_`, which nobody runs. */
function isInDeadClosure(use: Ident): boolean {
  for (
    let func = enclosingFunc(use);
    func?.kind === 'FuncLit' && func !== use.variable?.owner;
    func = enclosingFunc(func)
  ) {
    const { parent } = func;
    if (parent?.kind === 'Assign' && parent.lhs.every((x) => x.kind === 'Ident' && x.name === '_')) return true;
  }
  return false;
}

/** @param member As in {@link FateScene}; undefined once the expression is what must be closed. */
function fateOfValue(x: Expr, member: string | undefined, scene: FateScene, depth: number): Fate {
  const { parent } = x;
  switch (parent?.kind) {
    case 'Paren':
    case 'TypeAssert':
      return fateOfValue(parent, member, scene, depth);
    case 'Selector':
      if (member !== undefined)
        return parent.sel.name === member ? fateOfValue(parent, undefined, scene, depth) : 'open';
      return parent.sel.name === (scene.method ?? 'Close') ? 'closed' : 'open';
    case 'Call':
      return parent.fun === x ? 'open' : fateOfArgument(parent, x, member, scene, depth);
    case 'Assign':
    case 'ValueSpec':
      return fateOfAssigned(parent, x, member, scene, depth);
    case 'Return':
    case 'CompositeLit':
    case 'KeyValue':
    case 'Send':
      return 'escaped';
    case 'Unary':
      return parent.op === '&' ? 'escaped' : 'open';
    default:
      return 'open';
  }
}

function fateOfAssigned(parent: Node, x: Expr, member: string | undefined, scene: FateScene, depth: number): Fate {
  const lhs: readonly Expr[] = parent.kind === 'Assign' ? parent.lhs : parent.kind === 'ValueSpec' ? parent.names : [];
  const rhs = parent.kind === 'Assign' ? parent.rhs : parent.kind === 'ValueSpec' ? parent.values : [];
  const index = rhs.indexOf(x);
  if (index < 0) return 'open';
  const target = lhs[index];
  if (target?.kind !== 'Ident') return 'escaped';
  if (target.name === '_') return 'open';
  if (target.variable === undefined || target.variable.scope === 'package' || depth > MAX_CALLS) return 'escaped';
  return fateOfUses(target.variable.uses, { ...scene, member }, depth + 1);
}

function fateOfArgument(call: Call, x: Expr, member: string | undefined, scene: FateScene, depth: number): Fate {
  const callee = scene.callee(call);
  const func = callee?.literal ?? callee?.entry?.decl;
  if (func?.body !== undefined && callee?.dynamic === false) {
    if (depth > MAX_CALLS) return 'escaped';
    const param = parameter(func, call.args.indexOf(x));
    // Nothing can be said of a parameter without a name: the function may be there to be replaced.
    return param === undefined ? 'escaped' : fateOfUses(param.uses, { ...scene, member }, depth + 1);
  }
  // The standard library closes nothing it is given to read; of other code nothing is known.
  return callee !== undefined && isStandard(callee.id) ? 'open' : 'escaped';
}

/** A standard package's path has no dot in its first element. Builtins have no path: of these `append` keeps what it is given. */
function isStandard(id: string): boolean {
  if (id.startsWith('.') || id === 'append') return false;
  const path = id.slice(0, id.lastIndexOf('/') + 1);
  return path === '' ? id.includes('.') : !(path.split('/')[0] ?? '').includes('.');
}

function parameter(func: Func, index: number): Variable | undefined {
  const names = func.type.params.flatMap((field) => field.names);
  return (names[index] ?? names.at(-1))?.variable;
}
