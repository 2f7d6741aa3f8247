import type {
  Assign,
  Call,
  CompositeLit,
  Expr,
  Field,
  Func,
  GenDecl,
  Go,
  Ident,
  Node,
  Range,
  Selector,
  Stmt,
  TypeSpec,
  Variable,
} from '../syntax/ast.ts';
import { type FileScope, specVariables } from './package.ts';
import { Scopes } from './scopes.ts';

/** The functions of a file, in source order, literals after what they stand in. */
export interface Bound {
  readonly file: FileScope;
  readonly funcs: readonly Func[];
  /** In source order, a call's arguments after the call. */
  readonly calls: readonly Call[];
  readonly literals: readonly CompositeLit[];
  readonly goes: readonly Go[];
  /** Names mentioned, by offset. */
  readonly idents: readonly Ident[];
  readonly assigns: readonly Assign[];
  /** What is assigned to that is not a plain name. */
  readonly assigned: readonly Selector[];
}

/** Gives every name in the file's functions its variable, and every node its parent. */
export function bindFile(file: FileScope): Bound {
  const binder = new Binder(file);
  for (const decl of file.tree.decls) {
    if (decl.kind === 'FuncDecl') binder.func(decl, undefined);
    else binder.packageDecl(decl);
  }
  return {
    file,
    funcs: binder.funcs,
    calls: binder.calls,
    literals: binder.literals,
    goes: binder.goes,
    idents: binder.idents,
    assigned: binder.assigned,
    assigns: binder.assigns,
  };
}

class Binder {
  readonly funcs: Func[] = [];
  readonly calls: Call[] = [];
  readonly literals: CompositeLit[] = [];
  readonly goes: Go[] = [];
  readonly idents: Ident[] = [];
  readonly assigned: Selector[] = [];
  readonly assigns: Assign[] = [];
  readonly #scopes: Scopes;

  constructor(file: FileScope) {
    this.#scopes = new Scopes(file);
  }

  func(func: Func, parent: Node | undefined): void {
    func.parent = parent;
    this.funcs.push(func);
    this.#scopes.inFunction(func, () => {
      func.type.parent = func;
      if (func.kind === 'FuncDecl' && func.receiver !== undefined) this.#receiver(func.receiver, func);
      for (const field of func.type.typeParams) this.#fields([field], 'type', func);
      this.#fields(func.type.params, 'parameter', func);
      this.#fields(func.type.results, 'result', func);
      if (func.body !== undefined) {
        func.body.parent = func;
        this.#stmts(func.body.stmts, func.body);
      }
    });
  }

  packageDecl(decl: GenDecl): void {
    for (const spec of decl.specs) {
      spec.parent = decl;
      if (spec.kind === 'ValueSpec') for (const value of spec.values) this.#expr(value, spec);
    }
  }

  /** A receiver's type arguments declare type parameters. */
  #receiver(field: Field, func: Func): void {
    const base = field.type.kind === 'Star' ? field.type.x : field.type;
    if (base.kind === 'Index') {
      for (const index of base.indices) if (index.kind === 'Ident') this.#scopes.declareName(index, 'type', undefined);
    }
    this.#fields([field], 'receiver', func);
  }

  #fields(fields: readonly Field[], scope: Variable['scope'], parent: Node): void {
    for (const field of fields) {
      field.parent = parent;
      this.#expr(field.type, field);
      for (const name of field.names) {
        name.parent = field;
        this.#scopes.declareName(name, scope, scope === 'type' ? undefined : field.type);
      }
    }
  }

  #exprs(list: readonly Expr[], parent: Node): void {
    for (const x of list) this.#expr(x, parent);
  }

  #maybe(x: Expr | undefined, parent: Node): void {
    if (x !== undefined) this.#expr(x, parent);
  }

  #expr(x: Expr, parent: Node): void {
    x.parent = parent;
    switch (x.kind) {
      case 'Ident': {
        this.idents.push(x);
        const found = this.#scopes.lookUp(x.name);
        if (found === undefined) return;
        x.variable = found;
        found.uses.push(x);
        return;
      }
      case 'BasicLit':
        return;
      case 'FuncLit':
        this.func(x, parent);
        return;
      case 'Selector':
        x.sel.parent = x;
        this.#expr(x.x, x);
        return;
      case 'Call':
        this.calls.push(x);
        this.#expr(x.fun, x);
        this.#exprs(x.args, x);
        return;
      case 'Binary':
        this.#binary(x);
        return;
      case 'CompositeLit':
        this.literals.push(x);
        this.#maybe(x.type, x);
        this.#elements(x.elements, x);
        return;
      case 'KeyValue':
        this.#expr(x.key, x);
        this.#expr(x.value, x);
        return;
      case 'Index':
        this.#expr(x.x, x);
        this.#exprs(x.indices, x);
        return;
      case 'Slice':
        this.#expr(x.x, x);
        this.#exprs(x.bounds, x);
        return;
      case 'TypeAssert':
        this.#expr(x.x, x);
        this.#maybe(x.type, x);
        return;
      case 'Paren':
      case 'Star':
      case 'Unary':
        this.#expr(x.x, x);
        return;
      default:
        this.#type(x);
    }
  }

  /** A chain of operators leans to the left and may be thousands long: down it in a loop. */
  #binary(x: Expr & { kind: 'Binary' }): void {
    let at: Expr = x;
    while (at.kind === 'Binary') {
      this.#expr(at.y, at);
      at.x.parent = at;
      at = at.x;
    }
    this.#expr(at, at.parent ?? x);
  }

  #type(x: Expr): void {
    switch (x.kind) {
      case 'ArrayType':
        this.#maybe(x.len, x);
        this.#expr(x.elem, x);
        return;
      case 'MapType':
        this.#expr(x.key, x);
        this.#expr(x.value, x);
        return;
      case 'ChanType':
        this.#expr(x.value, x);
        return;
      case 'Ellipsis':
        this.#maybe(x.elem, x);
        return;
      case 'FuncType':
        for (const field of [...x.params, ...x.results]) this.#expr(field.type, x);
        return;
      case 'StructType':
        for (const field of x.fields) this.#expr(field.type, x);
        return;
      default:
        return;
    }
  }

  /** A plain name before a colon is a field far more often than a map's key. */
  #elements(elements: readonly Expr[], literal: Expr & { kind: 'CompositeLit' }): void {
    const keyed = literal.type?.kind === 'MapType' || literal.type?.kind === 'ArrayType';
    for (const element of elements) {
      if (element.kind === 'KeyValue' && element.key.kind === 'Ident' && !keyed) {
        element.parent = literal;
        element.key.parent = element;
        this.#expr(element.value, element);
      } else {
        this.#expr(element, literal);
      }
    }
  }

  #stmts(stmts: readonly Stmt[], parent: Node): void {
    for (const stmt of stmts) this.#stmt(stmt, parent);
  }

  #block(stmts: readonly Stmt[], parent: Node): void {
    this.#scopes.within(() => this.#stmts(stmts, parent));
  }

  #stmt(stmt: Stmt, parent: Node): void {
    stmt.parent = parent;
    switch (stmt.kind) {
      case 'ExprStmt':
      case 'IncDec':
        this.#expr(stmt.x, stmt);
        return;
      case 'Assign':
        this.assigns.push(stmt);
        this.#exprs(stmt.rhs, stmt);
        if (stmt.op === ':=') this.#define(stmt.lhs, stmt.rhs, stmt);
        else this.#exprs(stmt.lhs, stmt);
        for (const x of stmt.lhs) if (x.kind === 'Selector') this.assigned.push(x);
        return;
      case 'Return':
        this.#exprs(stmt.results, stmt);
        return;
      case 'Go':
        this.goes.push(stmt);
        this.#expr(stmt.call, stmt);
        return;
      case 'Defer':
        this.#expr(stmt.call, stmt);
        return;
      case 'Send':
        this.#expr(stmt.chan, stmt);
        this.#expr(stmt.value, stmt);
        return;
      case 'DeclStmt':
        this.#localDecl(stmt.decl, stmt);
        return;
      case 'Block':
        this.#block(stmt.stmts, stmt);
        return;
      case 'Labeled':
        this.#stmt(stmt.stmt, stmt);
        return;
      default:
        this.#scopes.within(() => this.#compound(stmt));
    }
  }

  #compound(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'If':
        if (stmt.init !== undefined) this.#stmt(stmt.init, stmt);
        this.#expr(stmt.cond, stmt);
        this.#stmt(stmt.then, stmt);
        if (stmt.otherwise !== undefined) this.#stmt(stmt.otherwise, stmt);
        return;
      case 'For':
        if (stmt.init !== undefined) this.#stmt(stmt.init, stmt);
        this.#maybe(stmt.cond, stmt);
        if (stmt.post !== undefined) this.#stmt(stmt.post, stmt);
        this.#stmt(stmt.body, stmt);
        return;
      case 'Range':
        this.#range(stmt);
        return;
      case 'Switch':
        if (stmt.init !== undefined) this.#stmt(stmt.init, stmt);
        this.#maybe(stmt.tag, stmt);
        for (const clause of stmt.clauses) this.#stmt(clause, stmt);
        return;
      case 'TypeSwitch':
        if (stmt.init !== undefined) this.#stmt(stmt.init, stmt);
        this.#stmt(stmt.assign, stmt);
        for (const clause of stmt.clauses) this.#typeCase(clause, stmt);
        return;
      case 'Select':
        for (const clause of stmt.clauses) this.#stmt(clause, stmt);
        return;
      case 'CaseClause':
        if (stmt.list !== undefined) this.#exprs(stmt.list, stmt);
        this.#stmts(stmt.body, stmt);
        return;
      case 'CommClause':
        if (stmt.comm !== undefined) this.#stmt(stmt.comm, stmt);
        this.#stmts(stmt.body, stmt);
        return;
      default:
        return;
    }
  }

  /** `:=` declares what the innermost scope does not have yet, and assigns the rest. */
  #define(lhs: readonly Expr[], rhs: readonly Expr[], stmt: Stmt): void {
    const each = lhs.length === rhs.length;
    const declared: Variable[] = [];
    lhs.forEach((x, index) => {
      if (x.kind !== 'Ident' || this.#scopes.hasInnermost(x.name)) {
        this.#expr(x, stmt);
        return;
      }
      x.parent = stmt;
      const value = each ? rhs[index] : rhs[0];
      declared.push({ ...this.#scopes.blank(x), value, valueIndex: each ? -1 : index });
    });
    for (const variable of declared) this.#scopes.declare(variable);
  }

  #range(stmt: Range): void {
    this.#expr(stmt.x, stmt);
    const parts: [Expr | undefined, Variable['from']][] = [
      [stmt.key, 'range-key'],
      [stmt.value, 'range-value'],
    ];
    for (const [x, from] of parts) {
      if (stmt.define && x?.kind === 'Ident') {
        x.parent = stmt;
        this.#scopes.declare({ ...this.#scopes.blank(x), value: stmt.x, from });
      } else {
        this.#maybe(x, stmt);
      }
    }
    this.#stmt(stmt.body, stmt);
  }

  /** In a clause of one type the variable has that type. */
  #typeCase(clause: Stmt, parent: Stmt & { kind: 'TypeSwitch' }): void {
    if (clause.kind !== 'CaseClause') return;
    clause.parent = parent;
    this.#scopes.within(() => {
      if (clause.list !== undefined) this.#exprs(clause.list, clause);
      const { assign } = parent;
      const ident = assign.kind === 'Assign' ? assign.lhs[0] : undefined;
      if (ident?.kind === 'Ident') {
        const typeExpr = clause.list?.length === 1 ? clause.list[0] : undefined;
        const value = typeExpr === undefined && assign.kind === 'Assign' ? assign.rhs[0] : undefined;
        this.#scopes.declare({ ...this.#scopes.blank(ident), typeExpr, value, from: 'type-switch' });
      }
      this.#stmts(clause.body, clause);
    });
  }

  #localDecl(decl: GenDecl, parent: Node): void {
    decl.parent = parent;
    for (const spec of decl.specs) {
      spec.parent = decl;
      if (spec.kind === 'TypeSpec') this.#localType(spec);
      if (spec.kind !== 'ValueSpec') continue;
      this.#maybe(spec.type, spec);
      this.#exprs(spec.values, spec);
      for (const variable of specVariables(spec, 'local', this.#scopes.owner)) {
        variable.ident.parent = spec;
        this.#scopes.declare(variable);
      }
    }
  }

  #localType(spec: TypeSpec): void {
    spec.name.parent = spec;
    this.#scopes.declareName(spec.name, 'type', spec.type);
    this.#expr(spec.type, spec);
  }
}
