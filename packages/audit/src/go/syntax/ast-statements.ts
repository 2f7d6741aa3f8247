import type { Expr, GenDecl, Ident, Spot } from './ast.ts';

export interface DeclStmt extends Spot {
  readonly kind: 'DeclStmt';
  readonly decl: GenDecl;
}
export interface Empty extends Spot {
  readonly kind: 'Empty';
}
export interface Labeled extends Spot {
  readonly kind: 'Labeled';
  readonly label: Ident;
  readonly stmt: Stmt;
}
export interface ExprStmt extends Spot {
  readonly kind: 'ExprStmt';
  readonly x: Expr;
}
export interface Send extends Spot {
  readonly kind: 'Send';
  readonly chan: Expr;
  readonly value: Expr;
}
export interface IncDec extends Spot {
  readonly kind: 'IncDec';
  readonly x: Expr;
}
export interface Assign extends Spot {
  readonly kind: 'Assign';
  /** `=`, `:=`, `+=` … */
  readonly op: string;
  readonly lhs: readonly Expr[];
  readonly rhs: readonly Expr[];
}
export interface Go extends Spot {
  readonly kind: 'Go';
  readonly call: Expr;
}
export interface Defer extends Spot {
  readonly kind: 'Defer';
  readonly call: Expr;
}
export interface Return extends Spot {
  readonly kind: 'Return';
  readonly results: readonly Expr[];
}
export interface Branch extends Spot {
  readonly kind: 'Branch';
  readonly token: 'break' | 'continue' | 'goto' | 'fallthrough';
  readonly label: string | undefined;
}
export interface Block extends Spot {
  readonly kind: 'Block';
  readonly stmts: readonly Stmt[];
}
export interface If extends Spot {
  readonly kind: 'If';
  readonly init: Stmt | undefined;
  readonly cond: Expr;
  readonly then: Block;
  readonly otherwise: Stmt | undefined;
}
export interface CaseClause extends Spot {
  readonly kind: 'CaseClause';
  /** Absent: `default`. */
  readonly list: readonly Expr[] | undefined;
  readonly body: readonly Stmt[];
}
export interface Switch extends Spot {
  readonly kind: 'Switch';
  readonly init: Stmt | undefined;
  readonly tag: Expr | undefined;
  readonly clauses: readonly CaseClause[];
}
export interface TypeSwitch extends Spot {
  readonly kind: 'TypeSwitch';
  readonly init: Stmt | undefined;
  /** `x := y.(type)` or `y.(type)`. */
  readonly assign: Stmt;
  readonly clauses: readonly CaseClause[];
}
export interface CommClause extends Spot {
  readonly kind: 'CommClause';
  readonly comm: Stmt | undefined;
  readonly body: readonly Stmt[];
}
export interface Select extends Spot {
  readonly kind: 'Select';
  readonly clauses: readonly CommClause[];
}
export interface For extends Spot {
  readonly kind: 'For';
  readonly init: Stmt | undefined;
  readonly cond: Expr | undefined;
  readonly post: Stmt | undefined;
  readonly body: Block;
}
export interface Range extends Spot {
  readonly kind: 'Range';
  readonly key: Expr | undefined;
  readonly value: Expr | undefined;
  readonly define: boolean;
  readonly x: Expr;
  readonly body: Block;
}

export type Stmt =
  | DeclStmt
  | Empty
  | Labeled
  | ExprStmt
  | Send
  | IncDec
  | Assign
  | Go
  | Defer
  | Return
  | Branch
  | Block
  | If
  | CaseClause
  | Switch
  | TypeSwitch
  | CommClause
  | Select
  | For
  | Range;
