import type { Expr, FuncDecl, GenDecl, SourceTree, TypeSpec, ValueSpec, Variable } from '../syntax/ast.ts';

/** A file as a place where names have a meaning. */
export interface FileScope {
  readonly pkg: GoPackage;
  readonly tree: SourceTree;
  /** Local name → import path. */
  readonly imports: ReadonlyMap<string, string>;
  /** Paths imported with a dot. */
  readonly dots: readonly string[];
}

export interface TypeDecl {
  readonly spec: TypeSpec;
  readonly file: FileScope;
}

export interface FuncEntry {
  readonly decl: FuncDecl;
  readonly file: FileScope;
}

/** What a folder's files declare together. */
export interface GoPackage {
  /** The import path of a known library; `.` for the package under audit, whose own path the files do not tell. */
  readonly path: string;
  readonly name: string;
  readonly types: Map<string, TypeDecl>;
  readonly funcs: Map<string, FuncEntry>;
  /** By the receiver's type. */
  readonly methods: Map<string, Map<string, FuncEntry>>;
  readonly variables: Map<string, PackageVariable>;
  readonly files: FileScope[];
}

export interface PackageVariable {
  readonly variable: Variable;
  readonly file: FileScope;
}

export function createPackage(path: string, name: string): GoPackage {
  return { path, name, types: new Map(), funcs: new Map(), methods: new Map(), variables: new Map(), files: [] };
}

/** Takes up a file's declarations. */
export function addFile(pkg: GoPackage, tree: SourceTree): FileScope {
  const imports = new Map<string, string>();
  const dots: string[] = [];
  for (const { name, path } of tree.imports) {
    if (name === '.') dots.push(path);
    else if (name !== '_') imports.set(name ?? guessPackageName(path), path);
  }
  const file: FileScope = { pkg, tree, imports, dots };
  pkg.files.push(file);
  for (const decl of tree.decls) {
    if (decl.kind === 'FuncDecl') addFunc(file, decl);
    else addSpecs(file, decl);
  }
  return file;
}

/** By convention, for only the imported package itself tells: without `v2`, `.v3`, `go-` and `-go`. */
function guessPackageName(path: string): string {
  const parts = path.split('/');
  let last = parts.pop() ?? path;
  if (/^v\d+$/.test(last) && parts.length > 0) last = parts.pop() ?? last;
  return last
    .replace(/\.v\d+$/, '')
    .replace(/^go[-.]/, '')
    .replace(/[-.]go$/, '')
    .replaceAll(/[-.]/g, '');
}

function addFunc(file: FileScope, decl: FuncDecl): void {
  const entry = { decl, file };
  if (decl.receiver === undefined) {
    file.pkg.funcs.set(decl.name.name, entry);
    return;
  }
  const owner = baseName(decl.receiver.type);
  if (owner === undefined) return;
  let methods = file.pkg.methods.get(owner);
  if (methods === undefined) {
    methods = new Map();
    file.pkg.methods.set(owner, methods);
  }
  methods.set(decl.name.name, entry);
}

/** `T` of `*T` and `T[P]`. */
function baseName(type: Expr): string | undefined {
  switch (type.kind) {
    case 'Ident':
      return type.name;
    case 'Star':
    case 'Paren':
    case 'Index':
      return baseName(type.x);
    default:
      return undefined;
  }
}

function addSpecs(file: FileScope, decl: GenDecl): void {
  for (const spec of decl.specs) {
    if (spec.kind === 'TypeSpec') file.pkg.types.set(spec.name.name, { spec, file });
    else if (spec.kind === 'ValueSpec') {
      for (const variable of specVariables(spec, 'package', undefined)) {
        file.pkg.variables.set(variable.name, { variable, file });
      }
    }
  }
}

/** The variables of `var a, b T = x, y`. */
export function specVariables(spec: ValueSpec, scope: Variable['scope'], owner: Variable['owner']): Variable[] {
  const each = spec.values.length === spec.names.length;
  return spec.names.map((ident, index) => ({
    name: ident.name,
    ident,
    scope,
    owner,
    typeExpr: spec.type,
    value: each ? spec.values[index] : spec.values[0],
    from: 'value',
    valueIndex: each ? -1 : index,
    uses: [],
  }));
}
