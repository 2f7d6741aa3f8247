import type { RuleInfo, Severity } from '../../hazard.ts';
import type { FlowGraph } from '../flow/graph.ts';
import type { Call, CompositeLit, Expr, Func, Go } from '../syntax/ast.ts';
import type { Callee } from '../types/callee.ts';
import type { GoType } from '../types/go-type.ts';
import type { Types } from '../types/infer.ts';
import type { FileScope, GoPackage } from '../types/package.ts';

/** From where to where a hazard is shown: a node, or any other place of the file. */
export interface Span {
  readonly pos: number;
  readonly end: number;
}

/** One file as a rule sees it, with the package around it. */
export interface Scene {
  readonly file: FileScope;
  readonly pkg: GoPackage;
  readonly types: Types;
  readonly isTest: boolean;
  /** In source order. */
  readonly funcs: readonly Func[];
  readonly calls: readonly Call[];
  readonly literals: readonly CompositeLit[];
  readonly goes: readonly Go[];
  callee(call: Call): Callee | undefined;
  /** Undefined for a function without a body. */
  graph(func: Func): FlowGraph | undefined;
  typeOf(x: Expr): GoType;
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

export interface GoRule {
  readonly info: RuleInfo;
  /** Names of other linters whose `//nolint` speaks of the same matter. */
  readonly alsoKnownAs: readonly string[];
  /** Whether it looks at `_test.go` files: what holds up a test run holds up no request. */
  readonly inTests: boolean;
  check(scene: Scene): void;
}
