import type { Expr, Field } from '../syntax/ast.ts';
import { type GoType, type Member, typeName } from './go-type.ts';
import type { FileScope } from './package.ts';

/** Embedded types are searched this deep; deeper nests are not met in code people write. */
export const MAX_EMBEDDING = 5;

/** What type expressions denote. */
interface Denoter {
  denoted(x: Expr, file: FileScope): GoType;
}

interface Sought {
  readonly name: string;
  readonly file: FileScope;
  readonly depth: number;
}

/** A type's field or method, also of what is embedded. */
export function memberOf(types: Denoter, type: GoType, name: string, depth: number): Member | undefined {
  const base = type.kind === 'pointer' ? type.elem : type;
  if (depth > MAX_EMBEDDING) return undefined;
  if (base.kind === 'struct') return structMember(types, base.node.fields, { name, file: base.file, depth });
  if (base.kind === 'interface')
    return interfaceMember(types, base.node.elements, '', { name, file: base.file, depth });
  if (base.kind !== 'named' || base.decl === undefined) return undefined;
  const entry = base.decl.file.pkg.methods.get(base.name)?.get(name);
  if (entry !== undefined && entry.file.pkg.types.get(base.name) === base.decl) {
    return { kind: 'method', owner: typeName(base), entry };
  }
  const { spec, file } = base.decl;
  const sought = { name, file, depth };
  if (spec.type.kind === 'InterfaceType') return interfaceMember(types, spec.type.elements, typeName(base), sought);
  return spec.type.kind === 'StructType' ? structMember(types, spec.type.fields, sought) : undefined;
}

function structMember(types: Denoter, fields: readonly Field[], { name, file, depth }: Sought): Member | undefined {
  const embedded: GoType[] = [];
  for (const field of fields) {
    if (field.names.some((ident) => ident.name === name)) {
      return { kind: 'field', type: types.denoted(field.type, file) };
    }
    if (field.names.length > 0) continue;
    const type = types.denoted(field.type, file);
    if (typeName(type).split('.').at(-1) === name) return { kind: 'field', type };
    embedded.push(type);
  }
  for (const type of embedded) {
    const found = memberOf(types, type, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function interfaceMember(
  types: Denoter,
  elements: readonly Field[],
  owner: string,
  { name, file, depth }: Sought,
): Member | undefined {
  for (const element of elements) {
    if (element.names[0]?.name === name) {
      return { kind: 'interface-method', owner, type: types.denoted(element.type, file) };
    }
    if (element.names.length > 0) continue;
    const found = memberOf(types, types.denoted(element.type, file), name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
