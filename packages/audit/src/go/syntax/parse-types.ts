import type { Expr, Field, Ident, InterfaceType, StructType } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { NONE, tight } from './lists.ts';
import { parseExpr } from './parse-expressions.ts';
import { field, parseArrayOrInstance, parseConstraint, parseSignature } from './parse-signatures.ts';

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
export function parseInstance(c: Cursor, x: Expr): Expr {
  c.next();
  const indices = parseIndices(c);
  return { kind: 'Index', pos: x.pos, parent: undefined, x, indices, end: c.lastEnd };
}

/** Up to and with the closing bracket. */
export function parseIndices(c: Cursor): readonly Expr[] {
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
