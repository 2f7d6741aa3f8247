import { CallIndex } from './called-name.ts';
import type { FlowGraph } from './flow/graph.ts';
import type { Folder } from './folder.ts';
import type { LineTable } from './lines.ts';
import type { Finding, Scene, Span } from './rules/rule.ts';
import type { Assign, Call, CompositeLit, Expr, Func, Go, Ident, Node, StructType, ValueSpec } from './syntax/ast.ts';
import type { Bound } from './types/bind.ts';
import type { Callee } from './types/callee.ts';
import type { GoType } from './types/go-type.ts';
import type { Types } from './types/infer.ts';
import type { FileScope } from './types/package.ts';

/** The source a scene shows. */
interface Shown {
  readonly file: string;
  readonly text: string;
  readonly lines: LineTable;
}

/** What only tests import, wherever they stand. */
const TESTING = /^(?:testing|github\.com\/(?:onsi\/(?:ginkgo|gomega)|stretchr\/testify)(?:\/.*)?)$/;

export class FileScene implements Scene {
  readonly file: FileScope;
  readonly types: Types;
  readonly isTest: boolean;
  readonly isTestHelper: boolean;
  readonly funcs: readonly Func[];
  readonly calls: readonly Call[];
  readonly literals: readonly CompositeLit[];
  readonly goes: readonly Go[];
  readonly assigns: readonly Assign[];
  readonly structs: readonly StructType[];
  readonly zeros: readonly ValueSpec[];
  readonly #idents: readonly Ident[];
  readonly #folder: Folder;
  readonly #shown: Shown;
  readonly #others: ReadonlyMap<FileScope, FileScene>;
  readonly #bound: Bound;
  #index: CallIndex | undefined;
  #findings: Finding[] = [];

  /** @param others The scenes of the package's files; filled in by and by. */
  constructor(folder: Folder, bound: Bound, shown: Shown, others: ReadonlyMap<FileScope, FileScene>) {
    this.file = bound.file;
    this.types = folder.types;
    this.isTest = shown.file.endsWith('_test.go');
    this.isTestHelper = bound.file.tree.imports.some(({ path }) => TESTING.test(path));
    this.funcs = bound.funcs;
    this.calls = bound.calls;
    this.literals = bound.literals;
    this.goes = bound.goes;
    this.assigns = bound.assigns;
    this.structs = bound.structs;
    this.zeros = bound.zeros;
    this.#idents = bound.idents;
    this.#folder = folder;
    this.#shown = shown;
    this.#others = others;
    this.#bound = bound;
  }

  report(finding: Finding): void {
    this.#findings.push(finding);
  }

  /** What was reported since the last call. */
  takeFindings(): readonly Finding[] {
    const taken = this.#findings;
    this.#findings = [];
    return taken;
  }

  callee = (call: Call): Callee | undefined => this.#folder.callee(call);

  graph = (func: Func): FlowGraph | undefined => this.#folder.graph(func);

  typeOf(x: Expr): GoType {
    return this.types.typeOf(x, this.file);
  }

  callsIn(func: Func): readonly Call[] {
    const span = this.#bound.spans.get(func);
    return span === undefined ? [] : this.calls.slice(span.from, span.to);
  }

  callsTo(names: Iterable<string>): readonly Call[] {
    this.#index ??= new CallIndex(this.calls);
    return this.#index.called(names);
  }

  siblings(): Iterable<FileScene> {
    return this.#others.values();
  }

  mentions(node: Node): readonly Ident[] {
    return this.#idents.filter((ident) => node.pos <= ident.pos && ident.end <= node.end);
  }

  calledNames(): ReadonlySet<string> {
    return this.#folder.calledNames();
  }

  assignedFields(): readonly { readonly name: string; readonly owner: string }[] {
    return this.#folder.assignedFields();
  }

  memo<T>(about: string, key: object, pending: T, work: () => T): T {
    return this.#folder.memo(about, key, pending, work);
  }

  sceneOf(func: Func): FileScene | undefined {
    const home = this.#folder.home(func);
    return home === undefined ? undefined : this.#others.get(home);
  }

  text({ pos, end }: Span): string {
    return this.#shown.text.slice(pos, end);
  }

  line(pos: number): number {
    return this.#shown.lines.line(pos);
  }
}
