import type { Expr, Field, FuncDecl, GenDecl, ImportSpec, SourceTree, TypeSpec, ValueSpec } from './ast.ts';
import { Cursor, SyntaxFault } from './cursor.ts';
import { NONE, tight } from './lists.ts';
import { parseExprList } from './parse-expressions.ts';
import { parseSignature, parseTypeParameters } from './parse-signatures.ts';
import { parseBlock } from './parse-statements.ts';
import { parseNames, parseType, tryType } from './parse-types.ts';

/** A later declaration begins in column one: there the parser takes up again after an error. */
const NEXT_DECLARATION = /\n(?=(?:func|type|var|const)\b)/g;

/**
 * Reads a file. What cannot be read is a problem; the declarations before and after it are there.
 * @param keep Which declarations the tree has: of a file that is only to be checked, the imports.
 */
export function parseGo(source: string, keep: 'all' | 'imports' = 'all'): SourceTree {
  const c = new Cursor(source);
  const decls: (GenDecl | FuncDecl)[] = [];
  const packageName = parsePackage(c, source);
  while (!c.is('EOF')) {
    attempt(c, source, () => {
      const decl = parseTopDecl(c);
      if (keep === 'all' || isImport(decl)) decls.push(decl);
      if (c.is('}') || c.is(')')) c.fail('unexpected closing bracket');
      c.endStatement('after the declaration');
    });
  }
  return { packageName, imports: importsOf(decls), decls, comments: c.scanner.comments, problems: c.problems };
}

/** The package's name and the imports that follow it; the rest is not read. */
export function parseHeader(source: string): Pick<SourceTree, 'packageName' | 'imports'> {
  const c = new Cursor(source);
  const decls: GenDecl[] = [];
  const packageName = parsePackage(c, source);
  while (c.is('import')) {
    attempt(c, source, () => {
      decls.push(parseGenDecl(c, 'import'));
      c.endStatement('after the declaration');
    });
  }
  return { packageName, imports: importsOf(decls) };
}

/** Empty where there is none. */
function parsePackage(c: Cursor, source: string): string {
  let name = '';
  attempt(c, source, () => {
    c.expect('package', 'at the start of the file');
    ({ name } = c.ident('of the package'));
    c.endStatement('after the package clause');
  });
  return name;
}

function isImport(decl: GenDecl | FuncDecl): decl is GenDecl {
  return decl.kind === 'GenDecl' && decl.token === 'import';
}

function importsOf(decls: readonly (GenDecl | FuncDecl)[]): readonly ImportSpec[] {
  const specs = decls.filter(isImport).flatMap((decl) => decl.specs);
  return specs.filter((spec) => spec.kind === 'ImportSpec');
}

function attempt(c: Cursor, source: string, parse: () => void): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    c.problems.push({ pos: error.pos, message: error.message });
    c.level = 0;
    c.depth = 0;
    NEXT_DECLARATION.lastIndex = error.pos;
    const found = NEXT_DECLARATION.exec(source);
    c.scanner.seek(found === null ? source.length : found.index + 1);
  }
}

function parseTopDecl(c: Cursor): GenDecl | FuncDecl {
  switch (c.token) {
    case 'func':
      return parseFuncDecl(c);
    case 'import':
    case 'const':
    case 'type':
    case 'var':
      return parseGenDecl(c, c.token);
    default:
      return c.fail('expected a declaration');
  }
}

export function parseGenDecl(c: Cursor, token: GenDecl['token']): GenDecl {
  const pos = c.expect(token, 'here');
  const specs: (ImportSpec | ValueSpec | TypeSpec)[] = [];
  if (c.got('(')) {
    while (!c.is(')') && !c.is('EOF')) {
      specs.push(parseSpec(c, token));
      c.endStatement('in the declaration');
    }
    c.expect(')', 'after the declarations');
  } else {
    specs.push(parseSpec(c, token));
  }
  return { kind: 'GenDecl', pos, end: c.lastEnd, parent: undefined, token, specs: tight(specs) };
}

function parseSpec(c: Cursor, token: GenDecl['token']): ImportSpec | ValueSpec | TypeSpec {
  if (token === 'import') return parseImport(c);
  return token === 'type' ? parseTypeSpec(c) : parseValueSpec(c);
}

function parseImport(c: Cursor): ImportSpec {
  const { pos } = c;
  let name: string | undefined;
  if (c.is('ident')) name = c.ident('of the import').name;
  else if (c.got('.')) name = '.';
  const { text } = c.scanner;
  c.expect('string', 'as the import path');
  return { kind: 'ImportSpec', pos, end: c.lastEnd, parent: undefined, name, path: text.slice(1, -1) };
}

function parseValueSpec(c: Cursor): ValueSpec {
  const { pos } = c;
  const names = parseNames(c, 'to declare');
  const type: Expr | undefined = tryType(c);
  const values = c.got('=') ? parseExprList(c) : NONE;
  return { kind: 'ValueSpec', pos, end: c.lastEnd, parent: undefined, names, type, values };
}

function parseTypeSpec(c: Cursor): TypeSpec {
  const { pos } = c;
  const name = c.ident('of the type');
  const typeParams = c.is('[') && opensTypeParameters(c) ? parseTypeParameters(c) : NONE;
  const alias = c.got('=');
  const type = parseType(c);
  return { kind: 'TypeSpec', pos, end: c.lastEnd, parent: undefined, name, typeParams, alias, type };
}

/** `type T[P any] …` against `type T [N]int`: a parameter's name is followed by its constraint or a comma. */
function opensTypeParameters(c: Cursor): boolean {
  const mark = c.scanner.mark();
  c.scanner.next();
  let opens = false;
  if (c.is('ident')) {
    c.scanner.next();
    opens = ['ident', ',', 'interface', '[', '~', 'func', 'map', 'chan', '*'].includes(c.scanner.token);
    if (c.is('*')) opens = followsPointerConstraint(c);
  }
  c.scanner.rewind(mark);
  return opens;
}

/** `[P *T, …]` and `[P *T | string]` against the product `[N * M]`: a comma or a union before the closing bracket. */
function followsPointerConstraint(c: Cursor): boolean {
  let open = 1;
  while (open > 0 && !c.is('EOF') && !c.is(';')) {
    c.scanner.next();
    if (c.is('[') || c.is('(')) open += 1;
    else if (c.is(']') || c.is(')')) open -= 1;
    else if (open === 1 && (c.is(',') || c.is('|') || c.is('~'))) return true;
  }
  return false;
}

function parseFuncDecl(c: Cursor): FuncDecl {
  const pos = c.expect('func', 'here');
  const receiver = c.is('(') ? parseReceiver(c) : undefined;
  const name = c.ident('of the function');
  const typeParams = c.is('[') ? parseTypeParameters(c) : NONE;
  const type = parseSignature(c, pos, typeParams);
  c.level = 0;
  const body = c.is('{') ? parseBlock(c) : undefined;
  return { kind: 'FuncDecl', pos, end: c.lastEnd, parent: undefined, receiver, name, type, body };
}

function parseReceiver(c: Cursor): Field {
  const { pos } = c;
  c.expect('(', 'before the receiver');
  const first = parseType(c);
  const named = !c.is(')') && first.kind === 'Ident';
  const names = named ? [first] : NONE;
  const field: Field = {
    kind: 'Field',
    pos,
    names,
    type: named ? parseType(c) : first,
    end: c.lastEnd,
    parent: undefined,
  };
  c.got(',');
  c.expect(')', 'after the receiver');
  return field;
}
