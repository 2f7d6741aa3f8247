import type { Expr, Field, FuncType, Ident } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { NONE, tight } from './lists.ts';
import { parseExpr } from './parse-expressions.ts';
import { parseArrayRest, parseIndices, parseInstance, parseType, tryType } from './parse-types.ts';

export function parseSignature(c: Cursor, pos: number, typeParams: readonly Field[] = NONE): FuncType {
  const params = parseParameters(c);
  let results: readonly Field[] = NONE;
  if (c.is('(')) {
    results = parseParameters(c);
  } else {
    const type = tryType(c);
    if (type !== undefined) results = [field(NONE, type)];
  }
  return { kind: 'FuncType', pos, parent: undefined, typeParams, params, results, end: c.lastEnd };
}

export function field(names: readonly Ident[], type: Expr): Field {
  const pos = names[0]?.pos ?? type.pos;
  return { kind: 'Field', pos, end: type.end, parent: undefined, names, type };
}

interface Entry {
  readonly name: Ident | undefined;
  readonly type: Expr;
}

function parseParameters(c: Cursor): readonly Field[] {
  c.enter();
  c.expect('(', 'before the parameters');
  if (c.got(')')) {
    c.leave();
    return NONE;
  }
  const entries = parseEntries(c, ')');
  c.expect(')', 'after the parameters');
  c.leave();
  return groupEntries(entries);
}

export function parseTypeParameters(c: Cursor): readonly Field[] {
  c.expect('[', 'before the type parameters');
  const entries = parseEntries(c, ']');
  c.expect(']', 'after the type parameters');
  return groupEntries(entries);
}

function parseEntries(c: Cursor, close: string): Entry[] {
  const outer = c.level;
  c.level = 0;
  const entries: Entry[] = [];
  while (c.token !== close) {
    entries.push(parseEntry(c, close));
    if (!c.got(',')) break;
  }
  c.level = outer;
  return entries;
}

function parseEntry(c: Cursor, close: string): Entry {
  if (!c.is('ident')) return { name: undefined, type: parseConstraint(c) };
  const name = c.ident('of a parameter');
  if (c.is(',') || c.token === close) return { name: undefined, type: name };
  if (c.is('[')) {
    const entry = parseArrayOrInstance(c, name);
    return { name: entry.name, type: parseUnion(c, entry.type) };
  }
  if (c.is('.')) {
    c.next();
    const sel = c.ident('after the dot');
    const x: Expr = { kind: 'Selector', pos: name.pos, parent: undefined, x: name, sel, end: c.lastEnd };
    return { name: undefined, type: c.is('[') ? parseInstance(c, x) : x };
  }
  if (c.is('|')) return { name: undefined, type: parseUnion(c, name) };
  return { name, type: parseConstraint(c) };
}

/** `a [N]T`, a name and its type, or `T[int]`, a type: what follows the bracket tells. */
export function parseArrayOrInstance(c: Cursor, name: Ident): Entry {
  const { pos } = c;
  c.next();
  if (c.is(']') || c.is('...')) return { name, type: parseArrayRest(c, pos) };
  const indices = parseIndices(c);
  const len = indices[0];
  const elem = indices.length === 1 ? tryType(c) : undefined;
  if (elem !== undefined)
    return { name, type: { kind: 'ArrayType', pos, parent: undefined, len, elem, end: c.lastEnd } };
  return {
    name: undefined,
    type: { kind: 'Index', pos: name.pos, parent: undefined, x: name, indices, end: c.lastEnd },
  };
}

/** Parameters are all named or all unnamed; `a, b int` gives both names the type. */
function groupEntries(entries: readonly Entry[]): readonly Field[] {
  if (entries.every((entry) => entry.name === undefined)) return entries.map((entry) => field(NONE, entry.type));
  const fields: Field[] = [];
  let names: Ident[] = [];
  for (const { name, type } of entries) {
    if (name !== undefined) {
      fields.push(field([...names, name], type));
      names = [];
    } else if (type.kind === 'Ident') {
      names.push(type);
    }
  }
  return tight(fields);
}

/** A type with what a constraint may add: `~T`, unions, and `...T` of a last parameter. */
export function parseConstraint(c: Cursor): Expr {
  const { pos } = c;
  if (c.got('...')) return { kind: 'Ellipsis', pos, parent: undefined, elem: parseType(c), end: c.lastEnd };
  return parseUnion(c, parseTerm(c));
}

function parseTerm(c: Cursor): Expr {
  const { pos } = c;
  if (c.got('~')) return { kind: 'Unary', pos, parent: undefined, op: '~', x: parseType(c), end: c.lastEnd };
  return tryType(c) ?? parseExpr(c);
}

function parseUnion(c: Cursor, first: Expr): Expr {
  let x = first;
  while (c.is('|')) {
    c.next();
    x = { kind: 'Binary', pos: x.pos, parent: undefined, op: '|', x, y: parseTerm(c), end: c.lastEnd };
  }
  return x;
}
