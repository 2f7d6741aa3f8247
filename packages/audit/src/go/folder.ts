import { buildGraph } from './flow/build.ts';
import type { FlowGraph } from './flow/graph.ts';
import { outsideMayReturn } from './flow/returns.ts';
import type { Call, Expr, Func, Node } from './syntax/ast.ts';
import { type Bound, bindFile } from './types/bind.ts';
import { type Callee, calleeOf } from './types/callee.ts';
import { typeName } from './types/go-type.ts';
import { Types } from './types/infer.ts';
import type { FileScope, GoPackage } from './types/package.ts';

/** A package's files, names bound, with what several rules ask of them worked out once. */
export class Folder {
  readonly pkg: GoPackage;
  readonly types: Types;
  readonly bound: readonly Bound[];
  /** By declaration. */
  readonly #homes = new Map<Node, FileScope>();
  readonly #callees = new Map<Call, Callee | undefined>();
  readonly #graphs = new Map<Func, FlowGraph | undefined>();
  #assigned: readonly { readonly name: string; readonly owner: string }[] | undefined;
  readonly #memos = new Map<string, Map<object, unknown>>();
  #called: ReadonlySet<string> | undefined;
  readonly #returning = new Map<Func, boolean>();

  constructor(pkg: GoPackage, libraries: ReadonlyMap<string, GoPackage>) {
    this.pkg = pkg;
    this.types = new Types(libraries);
    this.bound = pkg.files.map(bindFile);
    for (const file of pkg.files) for (const decl of file.tree.decls) this.#homes.set(decl, file);
  }

  callee(call: Call): Callee | undefined {
    if (this.#callees.has(call)) return this.#callees.get(call);
    const file = this.home(call);
    if (file === undefined) return undefined;
    const callee = calleeOf(call, this.types, file);
    this.#callees.set(call, callee);
    return callee;
  }

  graph(func: Func): FlowGraph | undefined {
    if (this.#graphs.has(func)) return this.#graphs.get(func);
    const graph = func.body === undefined ? undefined : buildGraph(func, func.body, (call) => this.#mayReturn(call));
    this.#graphs.set(func, graph);
    return graph;
  }

  /** Names of all functions and methods the package calls. */
  calledNames(): ReadonlySet<string> {
    this.#called ??= new Set(
      this.bound.flatMap(({ calls }) =>
        calls.map(({ fun }) => (fun.kind === 'Selector' ? fun.sel.name : fun.kind === 'Ident' ? fun.name : '')),
      ),
    );
    return this.#called;
  }

  memo<T>(about: string, key: object, pending: T, work: () => T): T {
    let cache = this.#memos.get(about);
    if (cache === undefined) {
      cache = new Map();
      this.#memos.set(about, cache);
    }
    if (cache.has(key)) return cache.get(key) as T;
    cache.set(key, pending);
    const value = work();
    cache.set(key, value);
    return value;
  }

  /** Fields the package assigns, with their owners' types. Of what a function made for itself, its maker's variable tells. */
  assignedFields(): readonly { readonly name: string; readonly owner: string }[] {
    this.#assigned ??= this.bound.flatMap(({ assigned, file }) =>
      assigned
        .filter(({ x }) => !isMadeHere(x))
        .map((x) => ({ name: x.sel.name, owner: typeName(this.types.typeOf(x.x, file)) })),
    );
    return this.#assigned;
  }

  /** The file something of this package stands in. */
  home(node: Node): FileScope | undefined {
    let at = node;
    while (at.parent !== undefined) at = at.parent;
    return this.#homes.get(at);
  }

  #mayReturn(call: Call): boolean {
    const callee = this.callee(call);
    const func = callee?.entry?.decl ?? callee?.literal;
    return func === undefined || callee?.dynamic === true ? outsideMayReturn(call, callee) : this.#comesBack(func);
  }

  /** Whether any way through the function ends it; while that is being found out (recursion), yes. */
  #comesBack(func: Func): boolean {
    const known = this.#returning.get(func);
    if (known !== undefined) return known;
    this.#returning.set(func, true);
    const graph = this.graph(func);
    const comesBack = graph === undefined || graph.blocks.some((block) => block.exit !== undefined);
    this.#returning.set(func, comesBack);
    return comesBack;
  }
}

/** A local variable that was declared with a literal, with `new(T)`, or as `var x T`. */
function isMadeHere(x: Expr): boolean {
  const variable = x.kind === 'Ident' ? x.variable : undefined;
  if (variable?.scope !== 'local') return false;
  if (variable.value === undefined) return variable.typeExpr !== undefined && variable.typeExpr.kind !== 'Star';
  const value = variable.value.kind === 'Unary' ? variable.value.x : variable.value;
  return (
    value.kind === 'CompositeLit' || (value.kind === 'Call' && value.fun.kind === 'Ident' && value.fun.name === 'new')
  );
}
