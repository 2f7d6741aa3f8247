import type { Expr, Field, FuncType, Ident, InterfaceType, StructType } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { NONE, tight } from './lists.ts';
import { parseExpr } from './parse-expressions.ts';

/** A type, or undefined where none begins here. */
export function tryType(c: Cursor): Expr | undefined {
  const { pos } = c;
  switch (c.token) {
    case 'ident':
      return parseTypeName(c);
    case '*':
      return nested(c, () => {
        c.next();
        return { kind: 'Star', pos, parent: undefined, x: parseType(c), end: c.lastEnd };
      });
    case '(':
      return nested(c, () => {
        c.next();
        const x = parseType(c);
        c.expect(')', 'after the type');
        return { kind: 'Paren', pos, parent: undefined, x, end: c.lastEnd };
      });
    case '[':
    case 'map':
    case 'chan':
    case '<-':
      return nested(c, () => parseCompoundType(c));
    case 'func':
      c.next();
      return parseSignature(c, pos);
    case 'struct':
      return nested(c, () => parseStruct(c));
    case 'interface':
      return nested(c, () => parseInterface(c));
    default:
      return undefined;
  }
}

function nested<T>(c: Cursor, parse: () => T): T {
  c.enter();
  const result = parse();
  c.leave();
  return result;
}

export function parseType(c: Cursor): Expr {
  return tryType(c) ?? c.fail('expected a type');
}

function parseTypeName(c: Cursor): Expr {
  let x: Expr = c.ident('of a type');
  if (c.got('.'))
    x = { kind: 'Selector', pos: x.pos, parent: undefined, x, sel: c.ident('after the dot'), end: c.lastEnd };
  if (c.is('[')) return parseInstance(c, x);
  return x;
}

/** `T[int, string]`. */
function parseInstance(c: Cursor, x: Expr): Expr {
  c.next();
  const indices = parseIndices(c);
  return { kind: 'Index', pos: x.pos, parent: undefined, x, indices, end: c.lastEnd };
}

/** Up to and with the closing bracket. */
function parseIndices(c: Cursor): readonly Expr[] {
  const outer = c.level;
  c.level = 0;
  const indices: Expr[] = [];
  while (!c.is(']')) {
    indices.push(parseExpr(c));
    if (!c.got(',')) break;
  }
  c.expect(']', 'after the type arguments');
  c.level = outer;
  return tight(indices);
}

function parseCompoundType(c: Cursor): Expr {
  const { pos } = c;
  if (c.got('[')) return parseArrayRest(c, pos);
  if (c.got('map')) {
    c.expect('[', 'after map');
    const key = parseType(c);
    c.expect(']', 'after the key type');
    return { kind: 'MapType', pos, parent: undefined, key, value: parseType(c), end: c.lastEnd };
  }
  if (c.got('<-')) c.expect('chan', "after '<-'");
  else {
    c.expect('chan', 'here');
    c.got('<-');
  }
  return { kind: 'ChanType', pos, parent: undefined, value: parseType(c), end: c.lastEnd };
}

/** After `[`: `]T`, `N]T`, `...]T`. */
export function parseArrayRest(c: Cursor, pos: number): Expr {
  let len: Expr | undefined;
  const outer = c.level;
  c.level = 0;
  if (c.is('...')) {
    len = { kind: 'Ellipsis', pos: c.pos, end: c.pos + 3, parent: undefined, elem: undefined };
    c.next();
  } else if (!c.is(']')) {
    len = parseExpr(c);
  }
  c.level = outer;
  c.expect(']', 'after the array length');
  return { kind: 'ArrayType', pos, parent: undefined, len, elem: parseType(c), end: c.lastEnd };
}

/** `a, b, c`: of variables or fields. */
export function parseNames(c: Cursor, where: string, first: Ident = c.ident(where)): readonly Ident[] {
  if (!c.is(',')) return [first];
  const names = [first];
  while (c.got(',')) names.push(c.ident(where));
  return tight(names);
}

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

function field(names: readonly Ident[], type: Expr): Field {
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
function parseArrayOrInstance(c: Cursor, name: Ident): Entry {
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
function parseConstraint(c: Cursor): Expr {
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

function parseStruct(c: Cursor): StructType {
  const pos = c.expect('struct', 'here');
  c.expect('{', 'after struct');
  const fields: Field[] = [];
  while (!c.is('}') && !c.is('EOF')) {
    fields.push(parseStructField(c));
    if (c.is('string')) c.next();
    c.endStatement('in the struct');
  }
  c.expect('}', 'after the fields');
  return { kind: 'StructType', pos, parent: undefined, fields: tight(fields), end: c.lastEnd };
}

function parseStructField(c: Cursor): Field {
  if (!c.is('ident')) return field(NONE, parseType(c));
  const first = c.ident('of a field');
  if (c.is('.')) {
    c.next();
    const sel = c.ident('after the dot');
    const x: Expr = { kind: 'Selector', pos: first.pos, parent: undefined, x: first, sel, end: c.lastEnd };
    return field(NONE, c.is('[') ? parseInstance(c, x) : x);
  }
  if (c.is(';') || c.is('}') || c.is('string')) return field(NONE, first);
  if (c.is('[')) {
    const { name, type } = parseArrayOrInstance(c, first);
    return field(name === undefined ? NONE : [name], type);
  }
  return field(parseNames(c, 'of a field', first), parseType(c));
}

function parseInterface(c: Cursor): InterfaceType {
  const pos = c.expect('interface', 'here');
  c.expect('{', 'after interface');
  const elements: Field[] = [];
  while (!c.is('}') && !c.is('EOF')) {
    elements.push(parseInterfaceElement(c));
    c.endStatement('in the interface');
  }
  c.expect('}', 'after the methods');
  return { kind: 'InterfaceType', pos, parent: undefined, elements: tight(elements), end: c.lastEnd };
}

function parseInterfaceElement(c: Cursor): Field {
  if (!c.is('ident')) return field(NONE, parseConstraint(c));
  const mark = c.scanner.mark();
  const name = c.ident('of a method');
  if (c.is('(')) return field([name], parseSignature(c, c.pos));
  c.scanner.rewind(mark);
  return field(NONE, parseConstraint(c));
}
