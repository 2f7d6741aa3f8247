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
  Selector,
  StructType,
  ValueSpec,
  Variable,
} from '../syntax/ast.ts';
import { bindStmts } from './bind-statements.ts';
import type { FileScope } from './package.ts';
import { Scopes } from './scopes.ts';

/** Indices into a file's calls. */
export interface CallSpan {
  readonly from: number;
  readonly to: number;
}

/** The functions of a file, in source order, literals after what they stand in. */
export interface Bound {
  readonly file: FileScope;
  readonly funcs: readonly Func[];
  /** In source order, a call's arguments after the call. */
  readonly calls: readonly Call[];
  /** Where the calls of a function stand, those of literals within included. */
  readonly spans: ReadonlyMap<Func, CallSpan>;
  readonly literals: readonly CompositeLit[];
  readonly goes: readonly Go[];
  /** Names mentioned, by offset. */
  readonly idents: readonly Ident[];
  readonly assigns: readonly Assign[];
  /** What is assigned to that is not a plain name. */
  readonly assigned: readonly Selector[];
  readonly structs: readonly StructType[];
  /** `var x T`, which starts at zero. */
  readonly zeros: readonly ValueSpec[];
}

/** Gives every name in the file's functions its variable, and every node its parent. */
export function bindFile(file: FileScope): Bound {
  const binder = new Binder(file);
  for (const decl of file.tree.decls) {
    if (decl.kind === 'FuncDecl') binder.func(decl, undefined);
    else binder.packageDecl(decl);
  }
  return binder;
}

export class Binder implements Bound {
  readonly file: FileScope;
  readonly funcs: Func[] = [];
  readonly calls: Call[] = [];
  readonly spans = new Map<Func, CallSpan>();
  readonly literals: CompositeLit[] = [];
  readonly goes: Go[] = [];
  readonly idents: Ident[] = [];
  readonly assigned: Selector[] = [];
  readonly structs: StructType[] = [];
  readonly assigns: Assign[] = [];
  readonly zeros: ValueSpec[] = [];
  readonly scopes: Scopes;

  constructor(file: FileScope) {
    this.file = file;
    this.scopes = new Scopes(file);
  }

  func(func: Func, parent: Node | undefined): void {
    func.parent = parent;
    this.funcs.push(func);
    const from = this.calls.length;
    const { owner } = this.scopes;
    this.scopes.owner = func;
    const outer = this.scopes.enter();
    func.type.parent = func;
    if (func.kind === 'FuncDecl' && func.receiver !== undefined) this.#receiver(func.receiver, func);
    this.#fields(func.type.typeParams, 'type', func);
    this.#fields(func.type.params, 'parameter', func);
    this.#fields(func.type.results, 'result', func);
    if (func.body !== undefined) {
      func.body.parent = func;
      bindStmts(func.body.stmts, func.body, this);
    }
    this.scopes.leave(outer);
    this.scopes.owner = owner;
    this.spans.set(func, { from, to: this.calls.length });
  }

  packageDecl(decl: GenDecl): void {
    for (const spec of decl.specs) {
      spec.parent = decl;
      if (spec.kind === 'TypeSpec') this.expr(spec.type, spec);
      if (spec.kind !== 'ValueSpec') continue;
      for (const ident of spec.names) ident.parent = spec;
      if (spec.values.length === 0 && decl.token === 'var') this.zeros.push(spec);
      this.maybe(spec.type, spec);
      this.exprs(spec.values, spec);
    }
  }

  /** A receiver's type arguments declare type parameters. */
  #receiver(field: Field, func: Func): void {
    const base = field.type.kind === 'Star' ? field.type.x : field.type;
    if (base.kind === 'Index') {
      for (const index of base.indices) if (index.kind === 'Ident') this.scopes.declareName(index, 'type', undefined);
    }
    this.#fields([field], 'receiver', func);
  }

  #fields(fields: readonly Field[], scope: Variable['scope'], parent: Node): void {
    for (const field of fields) {
      field.parent = parent;
      this.expr(field.type, field);
      for (const name of field.names) {
        name.parent = field;
        this.scopes.declareName(name, scope, scope === 'type' ? undefined : field.type);
      }
    }
  }

  exprs(list: readonly Expr[], parent: Node): void {
    for (const x of list) this.expr(x, parent);
  }

  maybe(x: Expr | undefined, parent: Node): void {
    if (x !== undefined) this.expr(x, parent);
  }

  expr(x: Expr, parent: Node): void {
    x.parent = parent;
    switch (x.kind) {
      case 'Ident': {
        this.idents.push(x);
        const found = this.scopes.lookUp(x.name);
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
        this.expr(x.x, x);
        return;
      case 'Call':
        this.calls.push(x);
        this.expr(x.fun, x);
        this.exprs(x.args, x);
        return;
      case 'Binary':
        this.#binary(x);
        return;
      case 'CompositeLit':
        this.literals.push(x);
        this.maybe(x.type, x);
        this.#elements(x.elements, x);
        return;
      case 'KeyValue':
        this.expr(x.key, x);
        this.expr(x.value, x);
        return;
      case 'Index':
        this.expr(x.x, x);
        this.exprs(x.indices, x);
        return;
      case 'Slice':
        this.expr(x.x, x);
        this.exprs(x.bounds, x);
        return;
      case 'TypeAssert':
        this.expr(x.x, x);
        this.maybe(x.type, x);
        return;
      case 'Paren':
      case 'Star':
      case 'Unary':
        this.expr(x.x, x);
        return;
      default:
        this.#type(x);
    }
  }

  /** A chain of operators leans to the left and may be thousands long: down it in a loop. */
  #binary(x: Expr & { kind: 'Binary' }): void {
    let at: Expr = x;
    while (at.kind === 'Binary') {
      this.expr(at.y, at);
      at.x.parent = at;
      at = at.x;
    }
    this.expr(at, at.parent ?? x);
  }

  #type(x: Expr): void {
    switch (x.kind) {
      case 'ArrayType':
        this.maybe(x.len, x);
        this.expr(x.elem, x);
        return;
      case 'MapType':
        this.expr(x.key, x);
        this.expr(x.value, x);
        return;
      case 'ChanType':
        this.expr(x.value, x);
        return;
      case 'Ellipsis':
        this.maybe(x.elem, x);
        return;
      case 'FuncType':
        for (const field of [...x.params, ...x.results]) this.expr(field.type, x);
        return;
      case 'StructType':
        this.structs.push(x);
        for (const field of x.fields) this.expr(field.type, x);
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
        this.expr(element.value, element);
      } else {
        this.expr(element, literal);
      }
    }
  }
}
