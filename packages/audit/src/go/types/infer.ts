import type { Call, CompositeLit, Expr, FuncType, Ident, Selector, Variable } from '../syntax/ast.ts';
import { Denotations, importPathOf } from './denote.ts';
import { type GoType, type Member, UNKNOWN, universe } from './go-type.ts';
import { MAX_EMBEDDING, memberOf } from './members.ts';
import type { FileScope, GoPackage } from './package.ts';

/** A chain of declarations longer than this is a cycle, or not worth following. */
const MAX_INFERENCE = 60;

const LITERALS = { int: 'int', float: 'float64', imaginary: 'complex128', rune: 'rune', string: 'string' } as const;

/** Infers the types of expressions from declarations: of the package under audit, and of the libraries it knows. */
export class Types {
  readonly #libraries: ReadonlyMap<string, GoPackage>;
  readonly #exprs = new Map<Expr, GoType>();
  readonly #variables = new Map<Variable, GoType>();
  readonly #types: Denotations;
  #depth = 0;

  constructor(libraries: ReadonlyMap<string, GoPackage>) {
    this.#libraries = libraries;
    this.#types = new Denotations(libraries);
  }

  /** The package a name stands for in `pkg.Name`; undefined where it is a variable or not imported. */
  importPath(x: Expr, file: FileScope): string | undefined {
    return importPathOf(x, file);
  }

  /** Whether a known library has a function of this name. */
  exports(path: string, name: string): boolean {
    return this.#libraries.get(path)?.funcs.has(name) ?? false;
  }

  typeOf(x: Expr, file: FileScope): GoType {
    if (x.kind === 'Ident') return this.#ident(x, file);
    const known = this.#exprs.get(x);
    if (known !== undefined) return known;
    if (this.#depth > MAX_INFERENCE) return UNKNOWN;
    this.#depth += 1;
    const type = this.#infer(x, file);
    this.#depth -= 1;
    this.#exprs.set(x, type);
    return type;
  }

  typeOfVariable(variable: Variable, file: FileScope): GoType {
    const known = this.#variables.get(variable);
    if (known !== undefined) return known;
    // A variable declared by itself, through others, ends here.
    this.#variables.set(variable, UNKNOWN);
    const type = this.#inferVariable(variable, file);
    this.#variables.set(variable, type);
    return type;
  }

  /** What a type expression denotes. */
  denoted(x: Expr, file: FileScope): GoType {
    return this.#types.denoted(x, file);
  }

  signature(type: FuncType, file: FileScope): GoType & { kind: 'func' } {
    return this.#types.signature(type, file);
  }

  /** A field or method, also of what is embedded. */
  member(type: GoType, name: string): Member | undefined {
    return memberOf(this, type, name, 0);
  }

  /** The type a name was defined by, for a look at its kind. */
  underlying(type: GoType): GoType {
    let at = type;
    for (let i = 0; i < MAX_EMBEDDING && at.kind === 'named' && at.decl !== undefined; i += 1) {
      at = this.denoted(at.decl.spec.type, at.decl.file);
    }
    return at;
  }

  #ident(x: Ident, file: FileScope): GoType {
    if (x.variable !== undefined) {
      const home = x.variable.scope === 'package' ? file.pkg.variables.get(x.name)?.file : file;
      return x.variable.scope === 'type' ? UNKNOWN : this.typeOfVariable(x.variable, home ?? file);
    }
    const entry = file.pkg.funcs.get(x.name);
    if (entry !== undefined) return this.signature(entry.decl.type, entry.file);
    if (x.name === 'true' || x.name === 'false') return universe('bool');
    for (const path of file.dots) {
      const found = this.#libraryMember(path, x.name);
      if (found !== UNKNOWN) return found;
    }
    return UNKNOWN;
  }

  #libraryMember(path: string, name: string): GoType {
    const pkg = this.#libraries.get(path);
    const func = pkg?.funcs.get(name);
    if (func !== undefined) return this.signature(func.decl.type, func.file);
    const found = pkg?.variables.get(name);
    return found === undefined ? UNKNOWN : this.typeOfVariable(found.variable, found.file);
  }

  #inferVariable(variable: Variable, file: FileScope): GoType {
    if (variable.typeExpr !== undefined) return this.denoted(variable.typeExpr, file);
    if (variable.value === undefined) return UNKNOWN;
    const value = this.typeOf(variable.value, file);
    switch (variable.from) {
      case 'range-key':
        return value.kind === 'map' ? value.key : value.kind === 'chan' ? value.elem : universe('int');
      case 'range-value':
        return value.kind === 'map' || value.kind === 'list' ? value.elem : UNKNOWN;
      case 'type-switch':
        return UNKNOWN;
      default:
        if (variable.valueIndex < 0) return value;
        if (value.kind === 'tuple') return value.types[variable.valueIndex] ?? UNKNOWN;
        // `v, ok := m[k]`: the second is a bool.
        return variable.valueIndex === 0 ? value : universe('bool');
    }
  }

  #infer(x: Expr, file: FileScope): GoType {
    switch (x.kind) {
      case 'BasicLit':
        return universe(LITERALS[x.token]);
      case 'CompositeLit':
        return x.type === undefined ? this.#elided(x, file) : this.denoted(x.type, file);
      case 'FuncLit':
        return this.signature(x.type, file);
      case 'Paren':
      case 'Slice':
        return this.typeOf(x.x, file);
      case 'Selector':
        return this.#selector(x, file);
      case 'Index':
        return this.#index(this.typeOf(x.x, file));
      case 'TypeAssert':
        return x.type === undefined ? UNKNOWN : this.denoted(x.type, file);
      case 'Call':
        return this.#call(x, file);
      case 'Star': {
        const type = this.typeOf(x.x, file);
        return type.kind === 'pointer' ? type.elem : UNKNOWN;
      }
      case 'Unary': {
        const type = this.typeOf(x.x, file);
        if (x.op === '&') return { kind: 'pointer', elem: type };
        if (x.op === '<-') return type.kind === 'chan' ? type.elem : UNKNOWN;
        return type;
      }
      case 'Binary':
        return this.#binary(x, file);
      default:
        return UNKNOWN;
    }
  }

  #index(base: GoType): GoType {
    if (base.kind === 'func') return base;
    const type = base.kind === 'named' ? this.underlying(base) : base.kind === 'pointer' ? base.elem : base;
    return type.kind === 'list' || type.kind === 'map' ? type.elem : UNKNOWN;
  }

  #binary(x: Expr, file: FileScope): GoType {
    let at = x;
    while (at.kind === 'Binary') {
      if (['==', '!=', '<', '<=', '>', '>=', '&&', '||'].includes(at.op)) return universe('bool');
      // `5 * time.Second` has the type of the side that is not a plain number.
      at = at.x.kind === 'BasicLit' && at.x.token !== 'string' ? at.y : at.x;
    }
    return this.typeOf(at, file);
  }

  /** `{…}` within a literal of lists or maps has their elements' type. */
  #elided(x: CompositeLit, file: FileScope): GoType {
    const parent = x.parent?.kind === 'KeyValue' ? x.parent.parent : x.parent;
    if (parent?.kind !== 'CompositeLit') return UNKNOWN;
    const outer = this.typeOf(parent, file);
    const list = outer.kind === 'named' ? this.underlying(outer) : outer;
    return list.kind === 'list' || list.kind === 'map' ? list.elem : UNKNOWN;
  }

  #selector(x: Selector, file: FileScope): GoType {
    const path = this.importPath(x.x, file);
    if (path !== undefined) return this.#libraryMember(path, x.sel.name);
    const member = this.member(this.typeOf(x.x, file), x.sel.name);
    if (member === undefined) return UNKNOWN;
    return member.kind === 'method' ? this.signature(member.entry.decl.type, member.entry.file) : member.type;
  }

  #call(x: Call, file: FileScope): GoType {
    const { fun } = x;
    if (fun.kind === 'Ident' && fun.variable === undefined && !file.pkg.funcs.has(fun.name)) {
      const first = x.args[0];
      if (fun.name === 'new' && first !== undefined) return { kind: 'pointer', elem: this.denoted(first, file) };
      if (fun.name === 'make' && first !== undefined) return this.denoted(first, file);
      if (fun.name === 'append' && first !== undefined) return this.typeOf(first, file);
    }
    const type = this.typeOf(fun, file);
    if (type.kind === 'func') return results(type.results);
    const underlying = type.kind === 'named' ? this.underlying(type) : type;
    if (underlying.kind === 'func') return results(underlying.results);
    // A conversion.
    return type.kind === 'unknown' ? this.denoted(fun, file) : UNKNOWN;
  }
}

function results(types: readonly GoType[]): GoType {
  return types.length === 1 ? (types[0] ?? UNKNOWN) : { kind: 'tuple', types };
}
