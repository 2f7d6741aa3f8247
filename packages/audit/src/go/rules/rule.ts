import type { RuleInfo, Severity } from '../../hazard.ts';
import type { FlowGraph } from '../flow/graph.ts';
import type { Assign, Call, CompositeLit, Expr, Func, Go, Ident, Node, StructType, ValueSpec } from '../syntax/ast.ts';
import type { Callee } from '../types/callee.ts';
import type { GoType } from '../types/go-type.ts';
import type { Types } from '../types/infer.ts';
import type { FileScope } from '../types/package.ts';

/** From where to where a hazard is shown: a node, or any other place of the file. */
export interface Span {
  readonly pos: number;
  readonly end: number;
}

/** One file as a rule sees it, with the package around it. */
export interface Scene {
  readonly file: FileScope;
  readonly types: Types;
  readonly isTest: boolean;
  /** It imports what tests import: it serves tests, wherever it stands. */
  readonly isTestHelper: boolean;
  /** In source order. */
  readonly funcs: readonly Func[];
  readonly calls: readonly Call[];
  readonly literals: readonly CompositeLit[];
  readonly goes: readonly Go[];
  readonly assigns: readonly Assign[];
  readonly structs: readonly StructType[];
  /** `var x T`, which starts at zero. */
  readonly zeros: readonly ValueSpec[];
  /** Of any file of the package. */
  readonly callee: (call: Call) => Callee | undefined;
  /** Undefined for a function without a body. */
  readonly graph: (func: Func) => FlowGraph | undefined;
  typeOf(x: Expr): GoType;
  /** In source order, those of function literals within included. */
  callsIn(func: Func): readonly Call[];
  /** Calls whose callee can have one of these names, the package or type left out, in source order. */
  callsTo(names: Iterable<string>): readonly Call[];
  /** The scenes of the package's files, this one too. */
  siblings(): Iterable<Scene>;
  /** Names of all functions and methods the package calls. */
  calledNames(): ReadonlySet<string>;
  /** The scene of the file where a function of this package stands. */
  sceneOf(func: Func): Scene | undefined;
  /** Works something out once per key and package; meanwhile (recursion) it is `pending`. */
  memo<T>(about: string, key: object, pending: T, work: () => T): T;
  /** Every name within a node, but selected ones. */
  mentions(node: Node): readonly Ident[];
  /** Fields that the package assigns, with the type they belong to, but those of what the function itself made. */
  assignedFields(): readonly { readonly name: string; readonly owner: string }[];
  /** The text between, for messages. */
  text(span: Span): string;
  line(pos: number): number;
  report(finding: Finding): void;
}

export interface Finding {
  readonly at: Span;
  readonly message: string;
  readonly help: string;
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
  readonly related?: readonly { readonly at: Span; readonly message: string }[];
}

/** The names without package and type, for {@link Scene.callsTo}. */
export function namesOf(ids: Iterable<string>): ReadonlySet<string> {
  return new Set([...ids].map((id) => id.slice(id.lastIndexOf('.') + 1)));
}

export interface GoRule {
  readonly info: RuleInfo;
  /** Import paths: in a package that reaches none of them, by libraries that mention them either, there is nothing to look at. */
  readonly about: readonly string[];
  /** Names of other linters whose `//nolint` speaks of the same matter. */
  readonly alsoKnownAs: readonly string[];
  /** Whether it looks at `_test.go` files: what holds up a test run holds up no request. */
  readonly inTests: boolean;
  check(scene: Scene): void;
}
