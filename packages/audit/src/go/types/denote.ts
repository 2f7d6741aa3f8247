import type { Expr, Field, FuncType, Ident, Variable } from '../syntax/ast.ts';
import { type GoType, UNKNOWN, universe } from './go-type.ts';
import type { FileScope, GoPackage, TypeDecl } from './package.ts';

/** A chain of aliases longer than this is a cycle, or not worth following. */
const MAX_ALIASES = 60;

const UNIVERSE = new Set(
  (
    'any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 ' +
    'uint32 uint64 uintptr'
  ).split(' '),
);

/** The package a name stands for in `pkg.Name`; undefined where it is a variable or not imported. */
export function importPathOf(x: Expr, file: FileScope): string | undefined {
  return x.kind === 'Ident' && x.variable === undefined ? file.imports.get(x.name) : undefined;
}

/** Tells what type expressions denote. */
export class Denotations {
  readonly #libraries: ReadonlyMap<string, GoPackage>;
  readonly #signatures = new Map<FuncType, GoType & { kind: 'func' }>();
  #depth = 0;

  constructor(libraries: ReadonlyMap<string, GoPackage>) {
    this.#libraries = libraries;
  }

  denoted(x: Expr, file: FileScope): GoType {
    switch (x.kind) {
      case 'Ident':
        return this.#namedType(x, file);
      case 'Paren':
        return this.denoted(x.x, file);
      case 'Index':
        return this.denoted(x.x, file);
      case 'Star':
        return { kind: 'pointer', elem: this.denoted(x.x, file) };
      case 'ArrayType':
        return { kind: 'list', elem: this.denoted(x.elem, file) };
      case 'Ellipsis':
        return x.elem === undefined ? UNKNOWN : { kind: 'list', elem: this.denoted(x.elem, file) };
      case 'ChanType':
        return { kind: 'chan', elem: this.denoted(x.value, file) };
      case 'Unary':
        return x.op === '<-' ? this.denoted(x.x, file) : UNKNOWN;
      case 'MapType':
        return { kind: 'map', key: this.denoted(x.key, file), elem: this.denoted(x.value, file) };
      case 'FuncType':
        return this.signature(x, file);
      case 'StructType':
        return { kind: 'struct', node: x, file };
      case 'InterfaceType':
        return { kind: 'interface', node: x, file };
      case 'Selector': {
        const path = importPathOf(x.x, file);
        return path === undefined ? UNKNOWN : this.#libraryType(path, x.sel.name);
      }
      default:
        return UNKNOWN;
    }
  }

  signature(type: FuncType, file: FileScope): GoType & { kind: 'func' } {
    const known = this.#signatures.get(type);
    if (known !== undefined) return known;
    const list = (fields: readonly Field[]): GoType[] =>
      fields.flatMap((field) => {
        const each = this.denoted(field.type, file);
        return field.names.length > 1 ? field.names.map(() => each) : [each];
      });
    const signature = { kind: 'func', params: list(type.params), results: list(type.results) } as const;
    // Cut short by the depth, it may be more elsewhere.
    if (this.#depth < MAX_ALIASES / 2) this.#signatures.set(type, signature);
    return signature;
  }

  #namedType(x: Ident, file: FileScope): GoType {
    if (x.variable !== undefined) return this.#localType(x.variable, file);
    const decl = file.pkg.types.get(x.name);
    if (decl !== undefined) return this.#declared(decl, file.pkg.path, x.name);
    if (UNIVERSE.has(x.name)) return universe(x.name);
    for (const path of file.dots) {
      const found = this.#libraries.get(path)?.types.get(x.name);
      if (found !== undefined) return this.#declared(found, path, x.name);
    }
    return UNKNOWN;
  }

  #localType(variable: Variable, file: FileScope): GoType {
    const spec = variable.ident.parent;
    if (variable.scope !== 'type' || spec?.kind !== 'TypeSpec') return UNKNOWN;
    return this.#declared({ spec, file }, '.', variable.name);
  }

  #declared(decl: TypeDecl, path: string, name: string): GoType {
    if (!decl.spec.alias) return { kind: 'named', path, name, decl };
    if (this.#depth > MAX_ALIASES) return UNKNOWN;
    this.#depth += 1;
    const type = this.denoted(decl.spec.type, decl.file);
    this.#depth -= 1;
    return type;
  }

  #libraryType(path: string, name: string): GoType {
    const decl = this.#libraries.get(path)?.types.get(name);
    // A type of a package nobody described still has a name; it has no members.
    return decl === undefined ? { kind: 'named', path, name, decl: undefined } : this.#declared(decl, path, name);
  }
}
