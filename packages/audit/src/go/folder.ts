import { buildGraph } from './flow/build.ts';
import type { FlowGraph } from './flow/graph.ts';
import { outsideMayReturn } from './flow/returns.ts';
import type { Call, Func } from './syntax/ast.ts';
import { type Bound, bindFile } from './types/bind.ts';
import { type Callee, calleeOf } from './types/callee.ts';
import { Types } from './types/infer.ts';
import type { FileScope, GoPackage } from './types/package.ts';

/** A package's files, names bound, with what several rules ask of them worked out once. */
export class Folder {
  readonly pkg: GoPackage;
  readonly types: Types;
  readonly bound: readonly Bound[];
  readonly #homes = new Map<Func, FileScope>();
  readonly #callees = new Map<Call, Callee | undefined>();
  readonly #graphs = new Map<Func, FlowGraph | undefined>();
  readonly #returning = new Map<Func, boolean>();

  constructor(pkg: GoPackage, libraries: ReadonlyMap<string, GoPackage>) {
    this.pkg = pkg;
    this.types = new Types(libraries);
    this.bound = pkg.files.map(bindFile);
    for (const { file, funcs } of this.bound) for (const func of funcs) this.#homes.set(func, file);
  }

  callee(call: Call, file: FileScope): Callee | undefined {
    if (this.#callees.has(call)) return this.#callees.get(call);
    const callee = calleeOf(call, this.types, file);
    this.#callees.set(call, callee);
    return callee;
  }

  graph(func: Func): FlowGraph | undefined {
    if (this.#graphs.has(func)) return this.#graphs.get(func);
    const file = this.home(func);
    const graph =
      func.body === undefined || file === undefined
        ? undefined
        : buildGraph(func, func.body, (call) => this.#mayReturn(call, file));
    this.#graphs.set(func, graph);
    return graph;
  }

  /** The file a function of this package stands in. */
  home(func: Func): FileScope | undefined {
    return this.#homes.get(func);
  }

  #mayReturn(call: Call, file: FileScope): boolean {
    const callee = this.callee(call, file);
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
