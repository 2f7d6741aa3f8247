/** Go's syntax tree, as the language specification names it. Offsets are UTF-16 units from the file's start, `end` exclusive. */

import type { Block, Stmt } from './ast-statements.ts';

export type * from './ast-statements.ts';

export interface Spot {
  readonly pos: number;
  end: number;
  /** Set while names are bound (bind.ts); absent on nodes that were not walked. */
  parent: Node | undefined;
}

/** What a name stands for: a variable, a constant, or within a function a type. bind.ts makes them, infer.ts types them. */
export interface Variable {
  readonly name: string;
  /** Where it was declared. */
  readonly ident: Ident;
  readonly scope: 'package' | 'parameter' | 'result' | 'receiver' | 'local' | 'type';
  /** The function it lives in; absent for a package's variable. */
  readonly owner: Func | undefined;
  readonly typeExpr: Expr | undefined;
  /** What it was declared with: a value, the operand of a `range`, or that of a type switch. */
  readonly value: Expr | undefined;
  readonly from: 'value' | 'range-key' | 'range-value' | 'type-switch';
  /** Which of several results of `value`; -1 where it is the value itself. */
  readonly valueIndex: number;
  /** Every mention but its declaration, in source order. */
  readonly uses: Ident[];
}

export interface Ident extends Spot {
  readonly kind: 'Ident';
  readonly name: string;
  variable: Variable | undefined;
}
export interface BasicLit extends Spot {
  readonly kind: 'BasicLit';
  readonly token: 'int' | 'float' | 'imaginary' | 'rune' | 'string';
  readonly text: string;
}
export interface CompositeLit extends Spot {
  readonly kind: 'CompositeLit';
  readonly type: Expr | undefined;
  readonly elements: readonly Expr[];
}
export interface KeyValue extends Spot {
  readonly kind: 'KeyValue';
  readonly key: Expr;
  readonly value: Expr;
}
export interface FuncLit extends Spot {
  readonly kind: 'FuncLit';
  readonly type: FuncType;
  readonly body: Block;
}
export interface Paren extends Spot {
  readonly kind: 'Paren';
  readonly x: Expr;
}
export interface Selector extends Spot {
  readonly kind: 'Selector';
  readonly x: Expr;
  readonly sel: Ident;
}
export interface Index extends Spot {
  readonly kind: 'Index';
  readonly x: Expr;
  readonly indices: readonly Expr[];
}
export interface Slice extends Spot {
  readonly kind: 'Slice';
  readonly x: Expr;
  readonly bounds: readonly Expr[];
}
export interface TypeAssert extends Spot {
  readonly kind: 'TypeAssert';
  readonly x: Expr;
  /** Absent in `x.(type)`. */
  readonly type: Expr | undefined;
}
export interface Call extends Spot {
  readonly kind: 'Call';
  readonly fun: Expr;
  readonly args: readonly Expr[];
}
export interface Star extends Spot {
  readonly kind: 'Star';
  readonly x: Expr;
}
export interface Unary extends Spot {
  readonly kind: 'Unary';
  readonly op: string;
  readonly x: Expr;
}
export interface Binary extends Spot {
  readonly kind: 'Binary';
  readonly op: string;
  readonly x: Expr;
  readonly y: Expr;
}
export interface ArrayType extends Spot {
  readonly kind: 'ArrayType';
  readonly len: Expr | undefined;
  readonly elem: Expr;
}
export interface MapType extends Spot {
  readonly kind: 'MapType';
  readonly key: Expr;
  readonly value: Expr;
}
export interface ChanType extends Spot {
  readonly kind: 'ChanType';
  readonly value: Expr;
}
export interface Ellipsis extends Spot {
  readonly kind: 'Ellipsis';
  readonly elem: Expr | undefined;
}
/** Parameters, results, struct fields, methods and embedded elements of an interface; no names: embedded or unnamed. */
export interface Field extends Spot {
  readonly kind: 'Field';
  readonly names: readonly Ident[];
  readonly type: Expr;
}
export interface FuncType extends Spot {
  readonly kind: 'FuncType';
  readonly typeParams: readonly Field[];
  readonly params: readonly Field[];
  readonly results: readonly Field[];
}
export interface StructType extends Spot {
  readonly kind: 'StructType';
  readonly fields: readonly Field[];
}
export interface InterfaceType extends Spot {
  readonly kind: 'InterfaceType';
  readonly elements: readonly Field[];
}

export type Expr =
  | Ident
  | BasicLit
  | CompositeLit
  | KeyValue
  | FuncLit
  | Paren
  | Selector
  | Index
  | Slice
  | TypeAssert
  | Call
  | Star
  | Unary
  | Binary
  | ArrayType
  | MapType
  | ChanType
  | Ellipsis
  | FuncType
  | StructType
  | InterfaceType;

export interface ImportSpec extends Spot {
  readonly kind: 'ImportSpec';
  /** `.`, `_`, an alias, or absent. */
  readonly name: string | undefined;
  readonly path: string;
}
export interface ValueSpec extends Spot {
  readonly kind: 'ValueSpec';
  readonly names: readonly Ident[];
  readonly type: Expr | undefined;
  readonly values: readonly Expr[];
}
export interface TypeSpec extends Spot {
  readonly kind: 'TypeSpec';
  readonly name: Ident;
  readonly typeParams: readonly Field[];
  readonly alias: boolean;
  readonly type: Expr;
}
export interface GenDecl extends Spot {
  readonly kind: 'GenDecl';
  readonly token: 'import' | 'const' | 'var' | 'type';
  readonly specs: readonly (ImportSpec | ValueSpec | TypeSpec)[];
}
export interface FuncDecl extends Spot {
  readonly kind: 'FuncDecl';
  readonly receiver: Field | undefined;
  readonly name: Ident;
  readonly type: FuncType;
  readonly body: Block | undefined;
}

export type Node = Expr | Stmt | Field | ImportSpec | ValueSpec | TypeSpec | GenDecl | FuncDecl;

export type Func = FuncDecl | FuncLit;

export interface Comment {
  readonly pos: number;
  readonly end: number;
}

export interface SyntaxProblem {
  readonly pos: number;
  readonly message: string;
}

export interface SourceTree {
  readonly packageName: string;
  readonly imports: readonly ImportSpec[];
  readonly decls: readonly (GenDecl | FuncDecl)[];
  readonly comments: readonly Comment[];
  readonly problems: readonly SyntaxProblem[];
}
