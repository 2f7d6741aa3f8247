import type { InterfaceType, StructType } from '../syntax/ast.ts';
import type { FileScope, FuncEntry, TypeDecl } from './package.ts';

/** A type as far as names alone tell it. `unknown` never matches anything: a rule that needs to know stays silent. */
export type GoType =
  | { readonly kind: 'unknown' }
  /** `path` is the import path, `.` for the package under audit, empty for the language's own (`string`, `error`). */
  | { readonly kind: 'named'; readonly path: string; readonly name: string; readonly decl: TypeDecl | undefined }
  | { readonly kind: 'pointer' | 'list' | 'chan'; readonly elem: GoType }
  | { readonly kind: 'map'; readonly key: GoType; readonly elem: GoType }
  | { readonly kind: 'func'; readonly params: readonly GoType[]; readonly results: readonly GoType[] }
  | { readonly kind: 'struct'; readonly node: StructType; readonly file: FileScope }
  | { readonly kind: 'interface'; readonly node: InterfaceType; readonly file: FileScope }
  | { readonly kind: 'tuple'; readonly types: readonly GoType[] };

export const UNKNOWN: GoType = { kind: 'unknown' };

export function universe(name: string): GoType {
  return { kind: 'named', path: '', name, decl: undefined };
}

/** `net/http.Client`, for a value or a pointer to one; empty for a type without a name. */
export function typeName(type: GoType): string {
  const named = type.kind === 'pointer' ? type.elem : type;
  return named.kind === 'named' ? (named.path === '' ? named.name : `${named.path}.${named.name}`) : '';
}

/** A field, or a method with the type that declares it. */
export type Member =
  | { readonly kind: 'field'; readonly type: GoType }
  | { readonly kind: 'method'; readonly owner: string; readonly entry: FuncEntry }
  | { readonly kind: 'interface-method'; readonly owner: string; readonly type: GoType };
