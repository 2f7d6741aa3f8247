import type { Assign, Block, CaseClause, CommClause, Expr, Stmt } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { NONE, tight } from './lists.ts';
import { parseGenDecl } from './parse-declarations.ts';
import { parseExpr, parseExprList } from './parse-expressions.ts';

const ASSIGNS = new Set('= := += -= *= /= %= &= |= ^= <<= >>= &^='.split(' '));

export function parseBlock(c: Cursor): Block {
  const pos = c.expect('{', 'before the body');
  const stmts = parseStmts(c);
  c.expect('}', 'after the body');
  return { kind: 'Block', pos, end: c.lastEnd, parent: undefined, stmts };
}

function parseStmts(c: Cursor): readonly Stmt[] {
  const stmts: Stmt[] = [];
  while (!c.is('}') && !c.is('EOF') && !c.is('case') && !c.is('default')) {
    stmts.push(parseStmt(c));
    c.endStatement('after the statement');
  }
  return tight(stmts);
}

function parseStmt(c: Cursor): Stmt {
  c.enter();
  const stmt = parseOneStmt(c);
  c.leave();
  return stmt;
}

function parseOneStmt(c: Cursor): Stmt {
  const { pos, token } = c;
  switch (token) {
    case ';':
      return { kind: 'Empty', pos, end: pos, parent: undefined };
    case 'const':
    case 'type':
    case 'var':
      return { kind: 'DeclStmt', pos, parent: undefined, decl: parseGenDecl(c, token), end: c.lastEnd };
    case '{':
      return parseBlock(c);
    case 'if':
      return parseIf(c);
    case 'for':
      return parseFor(c);
    case 'switch':
      return parseSwitch(c);
    case 'select':
      return parseSelect(c);
    case 'return':
    case 'go':
    case 'defer':
    case 'break':
    case 'continue':
    case 'goto':
    case 'fallthrough':
      return parseJump(c, token);
    default:
      return parseSimple(c, true);
  }
}

function parseJump(c: Cursor, token: 'return' | 'go' | 'defer' | 'break' | 'continue' | 'goto' | 'fallthrough'): Stmt {
  const { pos } = c;
  c.next();
  if (token === 'return') {
    const results = c.is(';') || c.is('}') ? NONE : parseExprList(c);
    return { kind: 'Return', pos, end: c.lastEnd, parent: undefined, results };
  }
  if (token === 'go') return { kind: 'Go', pos, parent: undefined, call: parseExpr(c), end: c.lastEnd };
  if (token === 'defer') return { kind: 'Defer', pos, parent: undefined, call: parseExpr(c), end: c.lastEnd };
  const label = c.is('ident') ? c.ident('of the label').name : undefined;
  return { kind: 'Branch', pos, end: c.lastEnd, parent: undefined, token, label };
}

/** An expression, a send, an assignment, `x++`, or where allowed a label. */
function parseSimple(c: Cursor, labels: boolean): Stmt {
  const { pos } = c;
  const list = parseExprList(c);
  const x = list[0] ?? c.fail('expected a statement');
  const op = c.token;
  if (ASSIGNS.has(op)) {
    c.next();
    return assign(c, pos, op, list, parseExprList(c));
  }
  if (list.length > 1) c.fail("expected ':=' or '=' or ','");
  if (op === ':' && labels && x.kind === 'Ident') {
    c.next();
    if (c.is('}')) return { kind: 'Labeled', pos, end: c.lastEnd, parent: undefined, label: x, stmt: empty(c.pos) };
    return { kind: 'Labeled', pos, parent: undefined, label: x, stmt: parseStmt(c), end: c.lastEnd };
  }
  if (op === '<-') {
    c.next();
    return { kind: 'Send', pos, parent: undefined, chan: x, value: parseExpr(c), end: c.lastEnd };
  }
  if (op === '++' || op === '--') {
    c.next();
    return { kind: 'IncDec', pos, end: c.lastEnd, parent: undefined, x };
  }
  return { kind: 'ExprStmt', pos, end: c.lastEnd, parent: undefined, x };
}

function assign(c: Cursor, pos: number, op: string, lhs: readonly Expr[], rhs: readonly Expr[]): Assign {
  return { kind: 'Assign', pos, end: c.lastEnd, parent: undefined, op, lhs, rhs };
}

function empty(pos: number): Stmt {
  return { kind: 'Empty', pos, end: pos, parent: undefined };
}

interface Head {
  readonly init: Stmt | undefined;
  readonly last: Stmt | undefined;
}

/** `init; last` before the body of `if` and `switch`. */
function parseHead(c: Cursor): Head {
  const outer = c.level;
  c.level = -1;
  let init: Stmt | undefined;
  let last: Stmt | undefined;
  if (!c.is('{')) {
    if (!c.is(';')) last = parseSimple(c, false);
    if (c.got(';')) {
      init = last;
      last = c.is('{') ? undefined : parseSimple(c, false);
    }
  }
  c.level = outer;
  return { init, last };
}

function parseIf(c: Cursor): Stmt {
  const pos = c.expect('if', 'here');
  const { init, last } = parseHead(c);
  if (last?.kind !== 'ExprStmt') c.fail('expected a condition');
  const then = parseBlock(c);
  let otherwise: Stmt | undefined;
  if (c.got('else')) {
    if (!c.is('if') && !c.is('{')) c.fail('expected if or a block after else');
    otherwise = parseStmt(c);
  }
  return { kind: 'If', pos, end: c.lastEnd, parent: undefined, init, cond: last.x, then, otherwise };
}

function parseSwitch(c: Cursor): Stmt {
  const pos = c.expect('switch', 'here');
  const { init, last } = parseHead(c);
  c.expect('{', 'before the cases');
  const clauses: CaseClause[] = [];
  while (c.is('case') || c.is('default')) clauses.push(parseCase(c));
  c.expect('}', 'after the cases');
  const end = c.lastEnd;
  if (last !== undefined && asksType(last)) {
    return { kind: 'TypeSwitch', pos, end, parent: undefined, init, assign: last, clauses: tight(clauses) };
  }
  const tag = last?.kind === 'ExprStmt' ? last.x : undefined;
  return { kind: 'Switch', pos, end, parent: undefined, init, tag, clauses: tight(clauses) };
}

function asksType(stmt: Stmt): boolean {
  const x = stmt.kind === 'ExprStmt' ? stmt.x : stmt.kind === 'Assign' ? stmt.rhs[0] : undefined;
  return x?.kind === 'TypeAssert' && x.type === undefined;
}

function parseCase(c: Cursor): CaseClause {
  const { pos } = c;
  const list = parseCaseHead(c, parseExprList);
  c.expect(':', 'after the case');
  const body = parseStmts(c);
  return { kind: 'CaseClause', pos, end: c.lastEnd, parent: undefined, list, body };
}

/** `case` with what is between it and its colon; undefined for `default`. */
function parseCaseHead<T>(c: Cursor, parse: (c: Cursor) => T): T | undefined {
  if (c.got('default')) return undefined;
  c.next();
  return parse(c);
}

function parseSelect(c: Cursor): Stmt {
  const pos = c.expect('select', 'here');
  c.expect('{', 'after select');
  const clauses: CommClause[] = [];
  while (c.is('case') || c.is('default')) {
    const start = c.pos;
    const comm = parseCaseHead(c, () => parseSimple(c, false));
    c.expect(':', 'after the case');
    const body = parseStmts(c);
    clauses.push({ kind: 'CommClause', pos: start, end: c.lastEnd, parent: undefined, comm, body });
  }
  c.expect('}', 'after the cases');
  return { kind: 'Select', pos, end: c.lastEnd, parent: undefined, clauses: tight(clauses) };
}

function parseFor(c: Cursor): Stmt {
  const pos = c.expect('for', 'here');
  const outer = c.level;
  c.level = -1;
  let init: Stmt | undefined;
  let cond: Stmt | undefined;
  let post: Stmt | undefined;
  if (c.is('range')) return parseRange(c, pos, outer, [], false);
  if (!c.is('{') && !c.is(';')) {
    const start = c.pos;
    const list = parseExprList(c);
    const op = c.token;
    if (op === ':=' || op === '=') {
      c.next();
      if (c.is('range')) return parseRange(c, pos, outer, list, op === ':=');
      cond = assign(c, start, op, list, parseExprList(c));
    } else {
      cond = finishSimple(c, start, list);
    }
  }
  if (c.got(';')) {
    init = cond;
    cond = c.is(';') ? undefined : parseSimple(c, false);
    c.expect(';', 'after the loop condition');
    post = c.is('{') ? undefined : parseSimple(c, false);
  }
  c.level = outer;
  const body = parseBlock(c);
  const test = cond?.kind === 'ExprStmt' ? cond.x : undefined;
  return { kind: 'For', pos, end: c.lastEnd, parent: undefined, init, cond: test, post, body };
}

function finishSimple(c: Cursor, pos: number, list: readonly Expr[]): Stmt {
  const x = list[0] ?? c.fail('expected a condition');
  const op = c.token;
  if (ASSIGNS.has(op)) {
    c.next();
    return assign(c, pos, op, list, parseExprList(c));
  }
  if (op === '++' || op === '--') {
    c.next();
    return { kind: 'IncDec', pos, end: c.lastEnd, parent: undefined, x };
  }
  return { kind: 'ExprStmt', pos, end: c.lastEnd, parent: undefined, x };
}

function parseRange(c: Cursor, pos: number, outer: number, list: readonly Expr[], define: boolean): Stmt {
  c.expect('range', 'here');
  const x = parseExpr(c);
  c.level = outer;
  const body = parseBlock(c);
  return { kind: 'Range', pos, end: c.lastEnd, parent: undefined, key: list[0], value: list[1], define, x, body };
}
