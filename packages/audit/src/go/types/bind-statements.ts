import type { CaseClause, Expr, GenDecl, Node, Range, Stmt, TypeSpec, TypeSwitch, Variable } from '../syntax/ast.ts';
import type { Binder } from './bind.ts';
import { specVariables } from './package.ts';

export function bindStmts(stmts: readonly Stmt[], parent: Node, b: Binder): void {
  for (const stmt of stmts) bindStmt(stmt, parent, b);
}

function bindStmt(stmt: Stmt, parent: Node, b: Binder): void {
  stmt.parent = parent;
  switch (stmt.kind) {
    case 'ExprStmt':
    case 'IncDec':
      b.expr(stmt.x, stmt);
      return;
    case 'Assign':
      b.assigns.push(stmt);
      b.exprs(stmt.rhs, stmt);
      if (stmt.op === ':=') define(stmt.lhs, stmt.rhs, stmt, b);
      else b.exprs(stmt.lhs, stmt);
      for (const x of stmt.lhs) if (x.kind === 'Selector') b.assigned.push(x);
      return;
    case 'Return':
      b.exprs(stmt.results, stmt);
      return;
    case 'Go':
      b.goes.push(stmt);
      b.expr(stmt.call, stmt);
      return;
    case 'Defer':
      b.expr(stmt.call, stmt);
      return;
    case 'Send':
      b.expr(stmt.chan, stmt);
      b.expr(stmt.value, stmt);
      return;
    case 'DeclStmt':
      bindLocalDecl(stmt.decl, stmt, b);
      return;
    case 'Labeled':
      bindStmt(stmt.stmt, stmt, b);
      return;
    default: {
      const outer = b.scopes.enter();
      bindCompound(stmt, b);
      b.scopes.leave(outer);
    }
  }
}

function bindMaybe(stmt: Stmt | undefined, parent: Node, b: Binder): void {
  if (stmt !== undefined) bindStmt(stmt, parent, b);
}

function bindCompound(stmt: Stmt, b: Binder): void {
  switch (stmt.kind) {
    case 'Block':
      bindStmts(stmt.stmts, stmt, b);
      return;
    case 'If':
      bindMaybe(stmt.init, stmt, b);
      b.expr(stmt.cond, stmt);
      bindStmt(stmt.then, stmt, b);
      bindMaybe(stmt.otherwise, stmt, b);
      return;
    case 'For':
      bindMaybe(stmt.init, stmt, b);
      b.maybe(stmt.cond, stmt);
      bindMaybe(stmt.post, stmt, b);
      bindStmt(stmt.body, stmt, b);
      return;
    case 'Range':
      bindRange(stmt, b);
      return;
    case 'Switch':
      bindMaybe(stmt.init, stmt, b);
      b.maybe(stmt.tag, stmt);
      bindStmts(stmt.clauses, stmt, b);
      return;
    case 'TypeSwitch':
      bindMaybe(stmt.init, stmt, b);
      bindStmt(stmt.assign, stmt, b);
      for (const clause of stmt.clauses) bindTypeCase(clause, stmt, b);
      return;
    case 'Select':
      bindStmts(stmt.clauses, stmt, b);
      return;
    case 'CaseClause':
      if (stmt.list !== undefined) b.exprs(stmt.list, stmt);
      bindStmts(stmt.body, stmt, b);
      return;
    case 'CommClause':
      bindMaybe(stmt.comm, stmt, b);
      bindStmts(stmt.body, stmt, b);
      return;
    default:
      return;
  }
}

/** `:=` declares what the innermost scope does not have yet, and assigns the rest. */
function define(lhs: readonly Expr[], rhs: readonly Expr[], stmt: Stmt, b: Binder): void {
  const each = lhs.length === rhs.length;
  let declared: Variable[] | undefined;
  lhs.forEach((x, index) => {
    if (x.kind !== 'Ident' || b.scopes.hasInnermost(x.name)) {
      b.expr(x, stmt);
      return;
    }
    x.parent = stmt;
    const variable = b.scopes.variable(x, { value: each ? rhs[index] : rhs[0], valueIndex: each ? -1 : index });
    if (declared === undefined) declared = [variable];
    else declared.push(variable);
  });
  for (const variable of declared ?? []) b.scopes.declare(variable);
}

function bindRange(stmt: Range, b: Binder): void {
  b.expr(stmt.x, stmt);
  const parts: [Expr | undefined, Variable['from']][] = [
    [stmt.key, 'range-key'],
    [stmt.value, 'range-value'],
  ];
  for (const [x, from] of parts) {
    if (stmt.define && x?.kind === 'Ident') {
      x.parent = stmt;
      b.scopes.declare(b.scopes.variable(x, { value: stmt.x, from }));
    } else {
      b.maybe(x, stmt);
    }
  }
  bindStmt(stmt.body, stmt, b);
}

/** In a clause of one type the variable has that type. */
function bindTypeCase(clause: CaseClause, parent: TypeSwitch, b: Binder): void {
  clause.parent = parent;
  const outer = b.scopes.enter();
  if (clause.list !== undefined) b.exprs(clause.list, clause);
  const { assign } = parent;
  const ident = assign.kind === 'Assign' ? assign.lhs[0] : undefined;
  if (ident?.kind === 'Ident') {
    const typeExpr = clause.list?.length === 1 ? clause.list[0] : undefined;
    const value = typeExpr === undefined && assign.kind === 'Assign' ? assign.rhs[0] : undefined;
    b.scopes.declare(b.scopes.variable(ident, { typeExpr, value, from: 'type-switch' }));
  }
  bindStmts(clause.body, clause, b);
  b.scopes.leave(outer);
}

function bindLocalDecl(decl: GenDecl, parent: Node, b: Binder): void {
  decl.parent = parent;
  for (const spec of decl.specs) {
    spec.parent = decl;
    if (spec.kind === 'TypeSpec') bindLocalType(spec, b);
    if (spec.kind !== 'ValueSpec') continue;
    if (spec.values.length === 0 && decl.token === 'var') b.zeros.push(spec);
    b.maybe(spec.type, spec);
    b.exprs(spec.values, spec);
    for (const variable of specVariables(spec, 'local', b.scopes.owner)) {
      variable.ident.parent = spec;
      b.scopes.declare(variable);
    }
  }
}

function bindLocalType(spec: TypeSpec, b: Binder): void {
  spec.name.parent = spec;
  b.scopes.declareName(spec.name, 'type', spec.type);
  b.expr(spec.type, spec);
}
