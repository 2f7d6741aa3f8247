import type { BasicLit, CompositeLit, Expr, FuncLit } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { NONE, tight } from './lists.ts';
import { parseSignature } from './parse-signatures.ts';
import { parseBlock } from './parse-statements.ts';
import { parseArrayRest, parseType, tryType } from './parse-types.ts';

export function parseExpr(c: Cursor): Expr {
  return parseBinary(c, 1);
}

export function parseExprList(c: Cursor): readonly Expr[] {
  const first = parseExpr(c);
  if (!c.is(',')) return [first];
  const list = [first];
  while (c.got(',')) list.push(parseExpr(c));
  return tight(list);
}

function parseBinary(c: Cursor, least: number): Expr {
  let x = parseUnary(c);
  for (;;) {
    const { precedence, token: op } = c.scanner;
    if (precedence < least) return x;
    c.next();
    const y = parseBinary(c, precedence + 1);
    x = { kind: 'Binary', pos: x.pos, end: c.lastEnd, parent: undefined, op, x, y };
  }
}

function parseUnary(c: Cursor): Expr {
  const op = c.token;
  switch (op) {
    case '+':
    case '-':
    case '!':
    case '^':
    case '&':
    case '<-':
    case '~':
    case '*': {
      const { pos } = c;
      c.enter();
      c.next();
      const x = parseUnary(c);
      c.leave();
      if (op === '*') return { kind: 'Star', pos, end: c.lastEnd, parent: undefined, x };
      return { kind: 'Unary', pos, end: c.lastEnd, parent: undefined, op, x };
    }
    default:
      return parsePrimary(c);
  }
}

function parsePrimary(c: Cursor): Expr {
  c.enter();
  let x = parseOperand(c);
  let links = 0;
  for (;;) {
    const extended = extend(c, x);
    if (extended === undefined) break;
    x = extended;
    links += 1;
    c.checkChain(links);
  }
  c.leave();
  return x;
}

/** The operand with one more selector, index, call or literal body; undefined where it ends. */
function extend(c: Cursor, x: Expr): Expr | undefined {
  switch (c.token) {
    case '.':
      c.next();
      return parseSelector(c, x);
    case '[':
      c.next();
      return parseIndexOrSlice(c, x);
    case '(':
      c.next();
      return parseCall(c, x);
    case '{':
      return takesBody(c, x) ? parseCompositeBody(c, x, x.pos) : undefined;
    default:
      return undefined;
  }
}

function takesBody(c: Cursor, x: Expr): boolean {
  switch (x.kind) {
    case 'Ident':
      return c.level >= 0;
    case 'Selector':
      return c.level >= 0 && x.x.kind === 'Ident';
    case 'Index':
      return c.level >= 0 && (x.x.kind === 'Ident' || (x.x.kind === 'Selector' && x.x.x.kind === 'Ident'));
    case 'ArrayType':
    case 'StructType':
    case 'MapType':
      return true;
    default:
      return false;
  }
}

function parseSelector(c: Cursor, x: Expr): Expr {
  if (c.got('(')) {
    const type = c.got('type') ? undefined : parseType(c);
    c.expect(')', 'after the asserted type');
    return { kind: 'TypeAssert', pos: x.pos, end: c.lastEnd, parent: undefined, x, type };
  }
  const sel = c.ident('after the dot');
  return { kind: 'Selector', pos: x.pos, end: c.lastEnd, parent: undefined, x, sel };
}

function parseIndexOrSlice(c: Cursor, x: Expr): Expr {
  const outer = c.level;
  c.level = 0;
  const parts: Expr[] = [];
  let slice = false;
  while (!c.is(']')) {
    if (c.got(':')) slice = true;
    else parts.push(parseExpr(c));
    if (!c.is(':') && !c.is(']') && !slice && !c.got(',')) break;
    if (c.is('EOF')) break;
  }
  c.level = outer;
  c.expect(']', 'after the index');
  if (slice) return { kind: 'Slice', pos: x.pos, end: c.lastEnd, parent: undefined, x, bounds: tight(parts) };
  return { kind: 'Index', pos: x.pos, end: c.lastEnd, parent: undefined, x, indices: tight(parts) };
}

function parseCall(c: Cursor, fun: Expr): Expr {
  const outer = c.level;
  c.level = 0;
  const args = parseArguments(c);
  c.level = outer;
  c.expect(')', 'after the arguments');
  return { kind: 'Call', pos: fun.pos, end: c.lastEnd, parent: undefined, fun, args };
}

function parseArguments(c: Cursor): readonly Expr[] {
  if (c.is(')')) return NONE;
  const first = parseExpr(c);
  c.got('...');
  if (!c.got(',')) return [first];
  const args = [first];
  while (!c.is(')')) {
    args.push(parseExpr(c));
    c.got('...');
    if (!c.got(',')) break;
  }
  return tight(args);
}

function parseCompositeBody(c: Cursor, type: Expr | undefined, pos: number): CompositeLit {
  c.enter();
  const outer = c.level;
  c.level = 0;
  c.expect('{', 'of the literal');
  const elements: Expr[] = [];
  while (!c.is('}')) {
    elements.push(parseElement(c));
    if (!c.got(',')) break;
  }
  c.level = outer;
  if (!c.is('}')) c.fail("expected ',' or '}' in the literal");
  c.next();
  c.leave();
  return { kind: 'CompositeLit', pos, end: c.lastEnd, parent: undefined, type, elements: tight(elements) };
}

function parseElement(c: Cursor): Expr {
  const key = parseElementValue(c);
  if (!c.got(':')) return key;
  const value = parseElementValue(c);
  return { kind: 'KeyValue', pos: key.pos, end: c.lastEnd, parent: undefined, key, value };
}

function parseElementValue(c: Cursor): Expr {
  return c.is('{') ? parseCompositeBody(c, undefined, c.pos) : parseExpr(c);
}

function parseOperand(c: Cursor): Expr {
  const { token, pos } = c;
  switch (token) {
    case 'ident':
      return c.ident('here');
    case 'int':
    case 'float':
    case 'imaginary':
    case 'rune':
    case 'string':
      return parseBasic(c, token);
    case '(': {
      c.next();
      const outer = c.level;
      c.level = 0;
      const x = parseExpr(c);
      c.level = outer;
      c.expect(')', 'after the expression');
      return { kind: 'Paren', pos, end: c.lastEnd, parent: undefined, x };
    }
    case 'func':
      return parseFunc(c);
    case '[':
      c.next();
      return parseArrayRest(c, pos);
    default:
      return tryType(c) ?? c.fail('expected an expression');
  }
}

function parseBasic(c: Cursor, token: BasicLit['token']): BasicLit {
  const { pos, text } = c.scanner;
  c.next();
  return { kind: 'BasicLit', pos, end: c.lastEnd, parent: undefined, token, text };
}

/** A function's type, or with a body a function. */
function parseFunc(c: Cursor): Expr {
  const pos = c.expect('func', 'here');
  const type = parseSignature(c, pos);
  if (!c.is('{')) return type;
  const outer = c.level;
  c.level = 0;
  const body = parseBlock(c);
  c.level = outer;
  const literal: FuncLit = { kind: 'FuncLit', pos, end: c.lastEnd, parent: undefined, type, body };
  return literal;
}
