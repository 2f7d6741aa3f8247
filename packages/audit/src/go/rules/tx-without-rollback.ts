import { targetOf } from '../flow/fate.ts';
import { contains, type FlowEdge, findPoint } from '../flow/graph.ts';
import { walkFrom } from '../flow/walk.ts';
import type { Call, Expr, Ident, Node, Variable } from '../syntax/ast.ts';
import { calledName, enclosingFunc } from '../syntax/tree.ts';
import { type GoType, typeName } from '../types/go-type.ts';
import type { GoRule, Scene } from './rule.ts';

const GORM = 'gorm.io/gorm.DB';

const TX = new Set([
  'database/sql.Tx',
  'github.com/jmoiron/sqlx.Tx',
  'github.com/jackc/pgx/v4.Tx',
  'github.com/jackc/pgx/v5.Tx',
  // Every value of gorm is a DB: what its Begin gives is a transaction.
  GORM,
]);

const BEGINS = /^(?:Must)?Begin/;
const ENDS = /rollback|commit|finish|end|close|cleanup/i;

export const txWithoutRollback: GoRule = {
  info: { id: 'go/tx-without-rollback', severity: 'error', title: 'A transaction that some path leaves open' },
  about: [
    'database/sql',
    'github.com/jmoiron/sqlx',
    'github.com/jackc/pgx/v4',
    'github.com/jackc/pgx/v5',
    'gorm.io/gorm',
  ],
  alsoKnownAs: [],
  inTests: false,
  check(scene) {
    for (const call of scene.calls) {
      if (call.fun.kind !== 'Selector' || !BEGINS.test(call.fun.sel.name)) continue;
      const type = scene.typeOf(call);
      const types: readonly GoType[] = type.kind === 'tuple' ? type.types : [type];
      const index = types.findIndex((each) => TX.has(typeName(each)));
      if (index >= 0) checkBegin(call, index, scene);
    }
  },
};

function checkBegin(call: Call, index: number, scene: Scene): void {
  const target = targetOf(call, index);
  const func = enclosingFunc(call);
  if (target.kind !== 'variable' || func === undefined || target.variable.owner !== func) return;
  if (isOfBatch(call, target.variable)) return;
  const graph = scene.graph(func);
  const start = graph === undefined ? undefined : findPoint(graph, target.stmt);
  if (start === undefined) return;
  const failed = errorOf(target.stmt);
  const exit = walkFrom(start, {
    exits: 'end',
    at: (node) => (target.variable.uses.some((use) => contains(node, use) && ends(use, scene)) ? 'stop' : 'go'),
    takes: (edge) =>
      !isKeptFailure(edge, target.variable) && (failed === undefined || !isFailure(edge, failed, target.stmt)),
  });
  if (exit === undefined) return;
  scene.report({
    at: calledName(call),
    message: `a path leaves ${target.variable.name} neither committed nor rolled back: its connection and its locks stay taken`,
    help: `after the check of the error: defer ${target.variable.name}.Rollback(); after a commit it does nothing`,
    related: [{ at: exit, message: 'left open here' }],
  });
}

/**
 * `if n == 0 { tx, err = db.Begin() }` in a loop, of a variable from outside of it: what was counted tells whether one is open, and paths know
 * nothing of counts.
 */
function isOfBatch(call: Call, { ident }: Variable): boolean {
  let conditional = false;
  for (let at = call.parent; at !== undefined && at.kind !== 'FuncDecl' && at.kind !== 'FuncLit'; at = at.parent) {
    if (at.kind === 'If' || at.kind === 'CaseClause') conditional = true;
    if (at.kind === 'For' || at.kind === 'Range') return conditional && !contains(at, ident);
  }
  return false;
}

/** The error that came with the transaction. */
function errorOf(stmt: Node): Variable | undefined {
  const last: Expr | undefined =
    stmt.kind === 'Assign' ? stmt.lhs.at(-1) : stmt.kind === 'ValueSpec' ? stmt.names.at(-1) : undefined;
  return last?.kind === 'Ident' ? last.variable : undefined;
}

/** The edge taken where the transaction was not begun: `err != nil`, before err is set anew. */
function isFailure(edge: FlowEdge, failed: Variable, begin: Node): boolean {
  const { condition } = edge;
  if (condition?.kind !== 'Binary' || condition.x.kind !== 'Ident' || condition.x.variable !== failed) return false;
  if (edge.when !== (condition.op === '!=')) return false;
  const anew = (use: Ident): boolean => use.parent?.kind === 'Assign' && use.parent.lhs.includes(use);
  return !failed.uses.some((use) => use.pos >= begin.end && use.pos < condition.pos && anew(use));
}

/** gorm keeps the error in what it gives: `tx.Error != nil`, `err := tx.Error; err != nil`, as long as nothing else was done with it. */
function isKeptFailure({ condition, when }: FlowEdge, tx: Variable): boolean {
  if (condition?.kind !== 'Binary' || when !== (condition.op === '!=')) return false;
  const asked = condition.x.kind === 'Ident' ? condition.x.variable?.value : condition.x;
  if (asked?.kind !== 'Selector' || asked.sel.name !== 'Error') return false;
  return (
    asked.x.kind === 'Ident' && asked.x.variable === tx && tx.uses.find(({ pos }) => pos > tx.ident.pos) === asked.x
  );
}

/** Ends the transaction, or gives it to someone who may. */
function ends(use: Ident, scene: Scene): boolean {
  const { parent } = use;
  switch (parent?.kind) {
    case 'Selector':
      return ENDS.test(parent.sel.name);
    case 'Call':
      return parent.fun !== use && endsAsArgument(parent, use, scene);
    case 'Return':
    case 'KeyValue':
    case 'CompositeLit':
    case 'Send':
      return true;
    case 'Assign':
      return parent.rhs.includes(use) && !parent.lhs.every((x) => x.kind === 'Ident' && x.name === '_');
    case 'ValueSpec':
    case 'Unary':
      return true;
    default:
      return false;
  }
}

function endsAsArgument(call: Call, use: Ident, scene: Scene): boolean {
  const callee = scene.callee(call);
  const func = callee?.literal ?? callee?.entry?.decl;
  const name = call.fun.kind === 'Selector' ? call.fun.sel.name : call.fun.kind === 'Ident' ? call.fun.name : '';
  if (ENDS.test(name)) return true;
  if (func === undefined) return true;
  const names = func.type.params.flatMap((field) => field.names);
  const param = names[call.args.indexOf(use)]?.variable;
  // One level: a helper that passes it on again is taken to end it.
  return (
    param === undefined ||
    param.uses.some((each) => each.parent?.kind !== 'Selector' || ENDS.test(each.parent.sel.name))
  );
}
