import { fateOfUses, keepsResult, reachedUses, targetOf } from '../flow/fate.ts';
import type { Call, Ident, Node } from '../syntax/ast.ts';
import { calledName, enclosingFunc } from '../syntax/tree.ts';
import { type GoType, typeName } from '../types/go-type.ts';
import type { GoRule, Scene } from './rule.ts';

const SQLX = 'github.com/jmoiron/sqlx';
const PGX = 'github.com/jackc/pgx';

const CLOSABLE = new Map([
  ['database/sql.Rows', 'rows'],
  ['database/sql.Stmt', 'statement'],
  [`${SQLX}.Rows`, 'rows'],
  [`${SQLX}.Stmt`, 'statement'],
  [`${SQLX}.NamedStmt`, 'statement'],
  [`${PGX}/v4.Rows`, 'rows'],
  [`${PGX}/v5.Rows`, 'rows'],
]);

const HELP = 'after the check of the error: defer a call of Close';

export const rowsNotClosed: GoRule = {
  info: { id: 'go/rows-not-closed', severity: 'warning', title: 'Rows or a statement that keep their connection' },
  about: ['database/sql', 'github.com/jmoiron/sqlx', 'github.com/jackc/pgx/v4', 'github.com/jackc/pgx/v5'],
  alsoKnownAs: ['sqlclosecheck'],
  inTests: true,
  check(scene) {
    for (const call of scene.calls) {
      if (!keepsResult(call) || isOfTransaction(call, scene)) continue;
      const type = scene.typeOf(call);
      const types: readonly GoType[] = type.kind === 'tuple' ? type.types : [type];
      const index = types.findIndex((each) => CLOSABLE.has(typeName(each)));
      if (index >= 0) checkResult(call, index, CLOSABLE.get(typeName(types[index] ?? type)) ?? '', scene);
    }
  },
};

/** A transaction closes the statements prepared on it as it ends (database/sql says so of `Tx.Prepare` and `Tx.Stmt`). */
function isOfTransaction(call: Call, scene: Scene): boolean {
  return /\.Tx\.(?:Prepare|Stmt|NamedStmt|PrepareNamed|Preparex|Stmtx)/.test(scene.callee(call)?.id ?? '');
}

function checkResult(call: Call, index: number, what: string, scene: Scene): void {
  const target = targetOf(call, index);
  if (target.kind === 'elsewhere') return;
  const func = enclosingFunc(call);
  const graph = func === undefined ? undefined : scene.graph(func);
  const uses = target.kind === 'variable' ? reachedUses(target.variable, target.stmt, graph) : [];
  const fate = fateOfUses(uses, { callee: scene.callee, graph: scene.graph, member: undefined });
  if (fate === 'open') {
    scene.report({
      at: calledName(call),
      message: `the ${what} ${what === 'rows' ? 'are' : 'is'} never closed: the connection goes back to the pool only when all was read`,
      help: HELP,
    });
  }
  if (fate === 'closed') reportUndeferred(uses, call, scene);
}

/** A plain call is skipped by an early return or a panic. In a loop it is right: a deferred one would run after the last turn. */
function reportUndeferred(uses: readonly Ident[], call: Call, scene: Scene): void {
  const closes = uses.flatMap((use) => {
    const close = use.parent?.kind === 'Selector' && use.parent.sel.name === 'Close' ? use.parent.parent : undefined;
    return close?.kind === 'Call' ? [close] : [];
  });
  const func = enclosingFunc(call);
  if (closes.some((close) => close.parent?.kind === 'Defer' || enclosingFunc(close) !== func || isInLoop(close)))
    return;
  const last = closes.at(-1);
  if (last?.parent?.kind !== 'ExprStmt') return;
  scene.report({
    at: calledName(last),
    severity: 'note',
    message: 'Close is not deferred: an early return or a panic before it keeps the connection',
    help: HELP,
  });
}

function isInLoop(node: Node): boolean {
  for (let at = node.parent; at !== undefined && at.kind !== 'FuncLit'; at = at.parent) {
    if (at.kind === 'For' || at.kind === 'Range') return true;
  }
  return false;
}
